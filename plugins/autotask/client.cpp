#include "client.h"

#include "common/exchange.h"

namespace psa::plugins::autotask {
namespace {

/// Autotask counts concurrent requests per entity: "Tickets" in "Tickets/query", but "TicketNotes" in
/// "Tickets/7/Notes".
std::string entityOf(const std::string &path)
{
    constexpr std::string_view notes = "/Notes";
    const bool isNotes =
        path.size() > notes.size() && path.compare(path.size() - notes.size(), std::string::npos, notes.data()) == 0;
    return isNotes ? "TicketNotes" : path.substr(0, path.find('/'));
}

} // namespace

const Zone &Client::zone()
{
    if (!zone_)
        zone_ = findZone(host_, call_, configuration_);
    return *zone_;
}

void Client::renewZone()
{
    if (configuration_.zoneUrl.empty())
        zone_ = lookUpZone(host_, call_, configuration_);
}

Object::Ptr Client::get(const std::string &path)
{
    return exchange("GET", path, {}, Effect::reads);
}

Array::Ptr Client::query(const std::string &entity, const Object &query)
{
    const std::string path = entity + "/query";
    const Object::Ptr answer = exchange("POST", path, toJson(query), Effect::reads);
    const Array::Ptr items = answer->getArray("items");
    if (!items)
        throw psa::Error(PSA_UNAVAILABLE,
                         "Autotask did not return a usable response: the result of a search has no rows.")
            .hint("Nothing was changed. Try again in some minutes.")
            .detail("POST " + path + " at " + zone().host() + ": no \"items\"");
    return items;
}

Object::Ptr Client::create(const std::string &entity, const Object &fields)
{
    return exchange("POST", entity, toJson(fields), Effect::creates);
}

Object::Ptr Client::addNote(const std::string &ticketId, const Object &fields)
{
    return exchange("POST", "Tickets/" + ticketId + "/Notes", toJson(fields), Effect::adds);
}

Object::Ptr Client::change(const std::string &ticketId, Object fields)
{
    fields.set("id", static_cast<Poco::Int64>(std::stoll(ticketId)));
    return exchange("PATCH", "Tickets", toJson(fields), Effect::changes);
}

Object::Ptr Client::exchange(const std::string &method, const std::string &path, const std::string &body, Effect effect)
{
    psa::HttpResponse response = sendOnce(method, path, body, effect);
    Exchange exchange{thePsa, method + " " + path, zone().host(), effect};
    if (response.answered() && response.status == 401 && moved())
    {
        // A second changing request in one call would go to another address, which the host does not allow.
        if (mutates(effect))
            throw movedAway(response, exchange, "this tenant to another zone (" + zone().host() + ")");
        exchange.host = zone().host();
        response = sendOnce(method, path, body, effect);
    }
    try
    {
        return readAnswer(response, exchange);
    }
    catch (const psa::Error &)
    {
        // According to reports, a zone that a tenant has left responds with nothing, or with "no such route", instead
        // of a 401.
        if (zone_->fromCache && (response.status == 404 || response.status == 200))
            forgetZone(host_, call_);
        throw;
    }
}

psa::HttpResponse Client::sendOnce(const std::string &method, const std::string &path, const std::string &body,
                                   Effect effect)
{
    psa::HttpRequest request;
    request.method = method;
    request.url = zone().api(path);
    request.headers = {{"ApiIntegrationCode", configuration_.integrationCode, true},
                       {"UserName", configuration_.userName, false},
                       {"Secret", configuration_.secret, true},
                       {"Accept", "application/json", false},
                       {"Content-Type", "application/json", false}};
    request.body = body;
    request.limitKey = entityOf(path);
    request.mutates = mutates(effect);
    call_.throwIfStopped();
    return withoutSecrets(psa::send(host_, call_, request), configuration_.secrets());
}

/// After a 401: true if the tenant has moved to another zone than the cached one; the cache is then updated. Only
/// called for a zone from the cache, so at most once per call; a failed login is never repeated at the same address.
bool Client::moved()
{
    if (!zone_->fromCache || call_.cancelled() || call_.remainingMs() <= 0)
        return false;
    const std::string known = zone_->url;
    try
    {
        zone_ = lookUpZone(host_, call_, configuration_);
    }
    catch (const psa::Error &error)
    {
        zone_->fromCache = false;
        call_.warning("After a 401 the zone was looked up again, without success: " + std::string(error.what()));
        return false; // The 401 is the response that the operator needs to see.
    }
    if (zone_->url == known)
        return false;
    call_.info("The tenant moved from " + known + " to " + zone_->url + ".");
    return true;
}

} // namespace psa::plugins::autotask

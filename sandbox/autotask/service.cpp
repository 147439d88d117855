#include "sandbox/autotask/service.h"

#include "sandbox/autotask/api_error.h"
#include "sandbox/autotask/handlers.h"
#include "sandbox/autotask/ticket_life.h"
#include "sandbox/autotask/write_values.h"
#include "sandbox/common/dates.h"
#include "sandbox/common/fingerprint.h"

namespace psa::sandbox::autotask {

bool HourlyCount::exceeded() const
{
    return switches_.on("limit.enforced") && count() > switches_.number("limit.hourly");
}

std::chrono::milliseconds HourlyCount::slowness() const
{
    const std::chrono::milliseconds step(switches_.number("limit.latencyMs"));
    const std::int64_t limit = switches_.number("limit.hourly");
    const std::int64_t now = step.count() == 0 ? 0 : count();
    if (now * 4 >= limit * 3)
        return 2 * step;
    return now * 2 >= limit ? step : std::chrono::milliseconds(0);
}

AutotaskService::AutotaskService(Setup setup, const SandboxClock &clock, const Switches &switches)
    : setup_(std::move(setup)), clock_(clock), switches_(switches), hourly_(clock, switches), tenant_(makeTenant()),
      database_(tenant_), login_(switches, setup_.secret)
{
}

Tenant AutotaskService::makeTenant() const
{
    Tenant tenant(setup_.tenantJson);
    if (!setup_.user.empty())
        tenant.setUser(setup_.user);
    if (setup_.zone != 0)
        tenant.setZone(setup_.zone);
    return tenant;
}

RequestInfo AutotaskService::describe(const Request &request) const
{
    const Match match = findRoute(request);
    return {match.route == nullptr ? "none" : match.route->pattern, match.entity == nullptr ? "" : match.entity->name,
            request.header("UserName"), fingerprint(request.header("Secret")),
            fingerprint(request.header("ApiIntegrationCode"))};
}

std::string AutotaskService::baseUrl(const Request &request) const
{
    if (setup_.http)
        return "http://" + request.header("Host") + "/ATServicesRest/";
    return "https://webservices" + std::to_string(tenant_.zone()) + ".autotask.net/ATServicesRest/";
}

/// The externalID of a create; empty for any other request.
std::string AutotaskService::referenceIn(const Request &request, const Match &match)
{
    if (match.verb == nullptr || match.verb->handler != postTicket)
        return {};
    try
    {
        const Var reference = member(*readBody(request.body), "externalID");
        return reference.isEmpty() ? "" : reference.toString();
    }
    catch (const ApiError &) // reported in the response
    {
        return {};
    }
}

std::optional<Answer> AutotaskService::enter(const Request &request, std::unique_ptr<Slot> &slot)
{
    const Match match = findRoute(request);
    const auto guard = lock();
    const std::string reference = referenceIn(request, match);
    if (!reference.empty())
        ++references()[reference].received;
    if (auto refused = refuse(request, match))
        return refused;
    return match.route->open ? std::optional<Answer>() : limited(request, match, slot);
}

/// Requests that the front end of the service rejects before checking limits.
std::optional<Answer> AutotaskService::refuse(const Request &request, const Match &match)
{
    const std::int64_t maxUrl = switches_.number("http.maxUrl");
    const bool tooLong =
        request.method == "GET" && maxUrl > 0 && static_cast<std::int64_t>(request.target.size()) > maxUrl;
    if (match.route == nullptr || tooLong)
        return htmlError(404, "File or directory not found.");
    if (match.verb == nullptr)
        return methodNotAllowed(request.method);
    if (match.badId)
        return Answer{400, R"({"Message":"The request is invalid."})"};
    const bool zoneLookUp = match.verb->handler == zoneInformation;
    if (match.route->open && !(zoneLookUp && switches_.on("zone.login")))
        return {};
    return login_.refuse(request, tenant_);
}

std::optional<Answer> AutotaskService::limited(const Request &request, const Match &match, std::unique_ptr<Slot> &slot)
{
    hourly_.add();
    if (hourly_.exceeded())
    {
        if (switches_.is("limit.hourlyAnswer", "500"))
            return htmlError(500, "Internal server error");
        return refusedForLimit(429, "The Autotask API request threshold has been exceeded.");
    }
    const std::int64_t most = switches_.number("limit.threads");
    const std::string entity = match.entity == nullptr ? match.route->pattern : match.entity->name;
    slot = threads().take(request.header("ApiIntegrationCode") + " " + entity, most);
    if (slot)
        return {};
    return refusedForLimit(static_cast<int>(switches_.number("limit.threadStatus")),
                           "The Autotask API thread threshold of " + std::to_string(most) +
                               " threads has been exceeded. Method: " + match.verb->operation);
}

Answer AutotaskService::refusedForLimit(int status, const std::string &text) const
{
    Answer answer = errorsAnswer(status, {text});
    if (const std::int64_t seconds = switches_.number("limit.retryAfter"); seconds > 0)
        answer.headers.emplace_back("Retry-After", std::to_string(seconds));
    return answer;
}

Answer AutotaskService::answer(const Request &request, std::chrono::milliseconds hideFor)
{
    const Match match = findRoute(request);
    const auto guard = lock();
    try
    {
        return run(request, match, hideFor);
    }
    catch (const ApiError &error)
    {
        return errorsAnswer(error.status, error.errors);
    }
}

Answer AutotaskService::run(const Request &request, const Match &match, std::chrono::milliseconds hideFor)
{
    std::int64_t impersonated = 0;
    const std::string resource = request.header("ImpersonationResourceId");
    if (!resource.empty() && (std::string(match.verb->operation) == "Query" || !toInteger(resource, impersonated)))
        throw ApiError{{"The logged in Resource does not have the adequate permissions to query this entity type."}};
    const Actor apiUser{tenant_.apiUser()};
    const Actor actor = impersonated == 0 ? apiUser : Actor{impersonated, 0, apiUser.resource};
    const Core core = coreFor(baseUrl(request), actor, hideFor, request.number);
    runRules(core);
    const Answer answer = match.verb->handler({request, core, match.entity, match.ids});
    const std::string reference = referenceIn(request, match);
    if (!reference.empty())
        ++references()[reference].committed;
    return answer;
}

Core AutotaskService::coreFor(std::string url, const Actor &actor, std::chrono::milliseconds hideFor,
                              unsigned long long request)
{
    const std::chrono::milliseconds lag(switches_.number("read.lagMs"));
    return {tenant_,
            database_,
            switches_,
            clock_.now(),
            std::move(url),
            rights(),
            actor,
            std::max(hideFor, lag),
            switches_.is("read.lagOf", "everything") ? lag : std::chrono::milliseconds(0),
            request,
            hourly_.count()};
}

std::int64_t AutotaskService::act(const HumanAct &act)
{
    const auto guard = lock();
    const Core core = coreFor("", {}, {}, 0);
    runRules(core);
    return actAsPerson(core, act);
}

Answer AutotaskService::failure(int status, const std::vector<std::string> &errors) const
{
    return errorsAnswer(status, errors);
}

std::vector<NoteTruth> AutotaskService::noteTruths() const
{
    std::vector<NoteTruth> all;
    for (const auto &[id, row] : database_.table("TicketNotes"))
    {
        const Object &note = *row.values;
        const auto number = [&](const char *name) { return isSet(note, name) ? integer(note, name) : 0; };
        all.push_back({id, number("ticketID"), note.optValue<std::string>("title", ""),
                       note.optValue<std::string>("description", ""),
                       labelOf(tenant_, "TicketNotes", "publish", number("publish")) == "All Autotask Users",
                       labelOf(tenant_, "TicketNotes", "noteType", number("noteType")),
                       nameOf(database_, {number("creatorResourceID"), number("createdByContactID")}),
                       formatDate(number("createDateTime"), true), row.request});
    }
    return all;
}

Truth AutotaskService::truth() const
{
    const auto guard = lock();
    Truth truth;
    for (const auto &[id, row] : database_.table(tickets().name))
    {
        const auto text = [&values = *row.values](const char *name) {
            return isSet(values, name) ? values.get(name).toString() : std::string();
        };
        truth.tickets.push_back(
            {id, text("ticketNumber"), text("externalID"), integer(*row.values, "companyID"), text("title"),
             isSet(*row.values, "createDate") ? formatDate(integer(*row.values, "createDate"), true) : "", row.request,
             labelOf(tenant_, "Tickets", "status", integer(*row.values, "status")),
             isSet(*row.values, "assignedResourceID") ? nameOf(database_, {integer(*row.values, "assignedResourceID")})
                                                      : ""});
    }
    truth.notes = noteTruths();
    truth.changes = database_.changes();
    truth.references = references();
    truth.failedLogins = login_.failures();
    truth.locked = login_.locked();
    truth.maxAtOnce = threads().maxAtOnce();
    truth.callsThisHour = hourly_.count();
    return truth;
}

/// Also the changes that docs/sandbox.md lists for POST /tenant.
bool AutotaskService::changeOne(const std::string &name, const Var &value)
{
    if (name == "zone")
        tenant_.setZone(value.convert<std::int64_t>());
    else if (name == "locked")
        login_.setLocked(value.convert<bool>());
    else if (name == "secret")
        login_.setSecret(value.toString());
    else if (name == "deactivate")
    {
        Object::Ptr what = asObject(value);
        Object::Ptr found = what ? tenant_.pickListValue("Tickets", what->optValue<std::string>("field", ""),
                                                         what->optValue<std::int64_t>("value", 0))
                                 : Object::Ptr();
        if (!found)
            throw std::invalid_argument(
                "\"deactivate\" needs {\"field\": a ticket pick-list, \"value\": one of its ids}");
        found->set("isActive", false);
    }
    else
        return false;
    return true;
}

void AutotaskService::reset()
{
    const auto guard = lock();
    resetCommon();
    tenant_ = makeTenant();
    database_ = Database(tenant_);
    login_.setSecret(setup_.secret);
    login_.reset();
    hourly_.clear();
}

std::string AutotaskService::user() const
{
    return locked([this] { return tenant_.user(); });
}

std::string AutotaskService::secret() const
{
    return locked([this] { return login_.secret(); });
}

std::string AutotaskService::integrationCode() const
{
    return locked([this] { return tenant_.integrationCode(); });
}

std::int64_t AutotaskService::zone() const
{
    return locked([this] { return tenant_.zone(); });
}

} // namespace psa::sandbox::autotask

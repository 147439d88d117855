#include "host/api/api_parts.h"
#include "host/api/fleet_status.h"
#include "host/api/views.h"
#include "host/events/sources.h"
#include "host/json/json_text.h"

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

using PerState = std::array<std::uint64_t, ticket::ticketStateCount>;

Object::Ptr perStateView(const PerState &counts)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const ticket::TicketState state : ticket::allTicketStates)
        view->set(ticket::toText(state), counts.at(static_cast<std::size_t>(state)));
    return view;
}

/// The meaning of the states, for clients that count tickets by them.
Array::Ptr statesView()
{
    return json::arrayOf(ticket::allTicketStates, [](ticket::TicketState state) {
        Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        one->set("state", ticket::toText(state));
        one->set("ended", ticket::isEnded(state));
        one->set("needsHuman", ticket::needsHuman(state));
        return one;
    });
}

Object::Ptr windowView(const net::BudgetUsage::Window &window)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("limitKey", window.limitKey);
    view->set("seconds", window.length.count());
    view->set("used", window.used);
    view->set("max", window.max);
    return view;
}

Object::Ptr slotsView(const net::BudgetUsage::Slots &slots)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("limitKey", slots.limitKey);
    view->set("inFlight", slots.inFlight);
    view->set("max", slots.max);
    return view;
}

Object::Ptr connectionView(const ConnectionStatus &status)
{
    const Object::Ptr whole = toView(*status.live, status.queue);
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const char *name : {"name", "plugin", "state", "trouble", "pause", "pauseReason", "pausedSince", "lastTest"})
        if (whole->has(name))
            view->set(name, whole->get(name));
    if (status.leasedBy)
        view->set("leasedBy", *status.leasedBy);
    view->set("tickets", perStateView(status.counts.perState));
    view->set("operations", perStateView(status.counts.operations));
    if (status.counts.oldestOpen)
        view->set("oldestOpen", timeText(*status.counts.oldestOpen));
    view->set("underWay", status.queue.underWay);
    view->set("quota", json::arrayOf(status.usage.windows, windowView));
    view->set("slots", json::arrayOf(status.usage.slots, slotsView));
    return view;
}

Object::Ptr sourceView(const events::LiveSource &source, const store::SourceCounts &counts, const FleetStatus &fleet)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("name", source.stored.name);
    view->set("enabled", source.settings.enabled);
    view->set("parked", source.state.isParked());
    if (const std::string &why = source.trouble.empty() ? source.state.parked : source.trouble; !why.empty())
        view->set("trouble", why);
    view->set("notUnderstood", counts.notUnderstood);
    view->set("kept", counts.kept);
    if (counts.last)
        view->set("lastDelivery", timeText(*counts.last));
    if (const auto worker = fleet.workerNameOf(store::LeaseKind::source, std::to_string(source.stored.id)))
        view->set("leasedBy", *worker);
    return view;
}

/// Of the whole host: none for callers that may use only some connections.
Array::Ptr sourcesView(const ApiParts &parts, const http::Caller &caller)
{
    Array::Ptr all = new Array;
    if (caller.connections)
        return all;
    const auto counts = parts.store.read([](const store::StoreReader &reader) { return reader.sourceCounts(); });
    const FleetStatus fleet(parts.store);
    for (const events::Sources::Live &source : parts.sources.all())
    {
        const auto at = counts.find(source->stored.id);
        all->add(sourceView(*source, at == counts.end() ? store::SourceCounts() : at->second, fleet));
    }
    return all;
}

} // namespace

std::vector<ConnectionStatus> statusOfAll(const ApiParts &parts, const http::Caller &caller)
{
    const auto counts = parts.store.read([](const store::StoreReader &reader) { return reader.counts(); });
    const FleetStatus fleet(parts.store);
    std::vector<ConnectionStatus> all;
    for (const connection::Connections::Live &live : parts.connections.all())
    {
        if (!caller.mayUse(live->stored.name))
            continue;
        ConnectionStatus status{
            live, parts.status(*live), {}, {}, fleet.workerNameOf(store::LeaseKind::connection, live->stored.name)};
        const auto mine = std::find_if(counts.begin(), counts.end(),
                                       [&](const auto &each) { return each.connection == live->stored.name; });
        if (mine != counts.end())
            status.counts = *mine;
        if (live->connection)
            status.usage = live->connection->usage();
        all.push_back(std::move(status));
    }
    return all;
}

void addStatusRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/status", http::Scope::read, [parts](const http::ApiRequest &request) {
                    const store::StoreHealth health = parts.store.health();
                    Object::Ptr store = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
                    store->set("writable", health.writable);
                    store->set("problem", health.problem);
                    Object body(Poco::JSON_PRESERVE_KEY_ORDER);
                    body.set("version", PSA_HOST_VERSION);
                    body.set("store", store);
                    body.set("ticketStates", statesView());
                    body.set("connections", json::arrayOf(statusOfAll(parts, request.caller), connectionView));
                    body.set("sources", sourcesView(parts, request.caller));
                    return toAnswer(body);
                }});
}

} // namespace psa::api

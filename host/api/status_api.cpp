#include "host/api/status.h"
#include "host/api/views.h"

#include <Poco/JSON/Array.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr ticketsView(const store::ConnectionCounts &counts)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const ticket::TicketState state : ticket::allTicketStates)
        view->set(ticket::toText(state), counts.in(state));
    return view;
}

/// The meaning of the states, for clients that count tickets by them.
Array::Ptr statesView()
{
    Array::Ptr all = new Array;
    for (const ticket::TicketState state : ticket::allTicketStates)
    {
        Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        one->set("state", ticket::toText(state));
        one->set("ended", ticket::isEnded(state));
        one->set("needsHuman", ticket::needsHuman(state));
        all->add(one);
    }
    return all;
}

Array::Ptr quotaView(const net::BudgetUsage &usage)
{
    Array::Ptr all = new Array;
    for (const net::BudgetUsage::Window &window : usage.windows)
    {
        Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        one->set("limitKey", window.limitKey);
        one->set("seconds", window.length.count());
        one->set("used", window.used);
        one->set("max", window.max);
        all->add(one);
    }
    return all;
}

Array::Ptr slotsView(const net::BudgetUsage &usage)
{
    Array::Ptr all = new Array;
    for (const net::BudgetUsage::Slots &slots : usage.slots)
    {
        Object::Ptr one = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        one->set("limitKey", slots.limitKey);
        one->set("inFlight", slots.inFlight);
        one->set("max", slots.max);
        all->add(one);
    }
    return all;
}

Object::Ptr connectionView(const ConnectionStatus &status)
{
    const Object::Ptr whole = toView(*status.live, status.queue);
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const char *name : {"name", "plugin", "state", "trouble", "pause", "pauseReason", "pausedSince", "lastTest"})
        if (whole->has(name))
            view->set(name, whole->get(name));
    view->set("tickets", ticketsView(status.counts));
    if (status.counts.oldestOpen)
        view->set("oldestOpen", timeText(*status.counts.oldestOpen));
    view->set("underWay", status.queue.underWay);
    view->set("quota", quotaView(status.usage));
    view->set("slots", slotsView(status.usage));
    return view;
}

} // namespace

void addStatusRoutes(http::Router &router, const ApiParts &parts)
{
    router.add({"GET", "/v1/status", http::Scope::read, [parts](const http::ApiRequest &) {
                    const store::StoreHealth health = parts.store.health();
                    Object::Ptr store = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
                    store->set("writable", health.writable);
                    store->set("problem", health.problem);
                    Array::Ptr connections = new Array;
                    for (const ConnectionStatus &status : statusOfAll(parts))
                        connections->add(connectionView(status));
                    Object body(Poco::JSON_PRESERVE_KEY_ORDER);
                    body.set("version", PSA_HOST_VERSION);
                    body.set("store", store);
                    body.set("ticketStates", statesView());
                    body.set("connections", connections);
                    return toAnswer(body);
                }});
}

} // namespace psa::api

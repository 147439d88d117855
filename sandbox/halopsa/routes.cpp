#include "sandbox/halopsa/routes.h"

#include "sandbox/common/path_pattern.h"
#include "sandbox/halopsa/handlers.h"

#include <algorithm>
#include <stdexcept>

namespace psa::sandbox::halopsa {
namespace {

/// The first match counts: literal patterns come before those with {id}.
std::vector<Route> makeRoutes()
{
    const char *tickets = "tickets";
    std::vector<Route> all = {
        {"auth/token", "Token", "", nullptr, {{"POST", answeredByService}}, true},
        {"auth/.well-known/openid-configuration",
         "OpenIdConfiguration",
         "",
         nullptr,
         {{"GET", answeredByService}},
         true},
        {"api/authinfo", "AuthInfo", "", nullptr, {{"GET", answeredByService}}, true},
        {"api/Tickets", ticketTable, tickets, nullptr, {{"GET", listTickets}, {"POST", postTickets}}},
        {"api/Tickets/Object", ticketTable, tickets, nullptr, {{"POST", postTicketObject}}},
        {"api/Tickets/{id}", ticketTable, tickets, nullptr, {{"GET", getTicket}, {"DELETE", removeTicket}}},
        {"api/Actions", actionTable, tickets, nullptr, {{"GET", listActions}, {"POST", postActions}}},
        {"api/Actions/{id}", actionTable, tickets, nullptr, {{"GET", getAction}, {"DELETE", removeAction}}},
        {"api/Audit", "Audit", tickets, nullptr, {{"GET", listAudit}}},
        {"api/Agent/me", "Agent", "", nullptr, {{"GET", getOwnAgent}}},
    };
    for (const Entity &entity : entities())
    {
        const std::string path = std::string("api/") + entity.name;
        all.push_back({path, entity.name, entity.scope, &entity, {{"GET", listEntity}}});
        all.push_back({path + "/{id}", entity.name, entity.scope, &entity, {{"GET", getEntity}}});
        if (std::string(entity.name) == "FieldInfo") // the same fields under another name
            all.push_back({"api/CustomField", "CustomField", entity.scope, &entity, {{"GET", listEntity}}});
    }
    return all;
}

const std::vector<Route> &routes()
{
    static const std::vector<Route> all = makeRoutes();
    return all;
}

} // namespace

Match findRoute(const Request &request)
{
    const std::vector<std::string> path = pathSegments(request.path);
    Match match;
    for (const Route &route : routes())
    {
        const auto values = matchPath(route.pattern, path);
        if (!values)
            continue;
        for (const auto &[name, text] : *values)
            match.badId = !toInteger(text, match.id);
        match.route = &route;
        const auto verb = std::find_if(route.verbs.begin(), route.verbs.end(),
                                       [&](const Verb &v) { return v.method == request.method; });
        match.verb = verb == route.verbs.end() ? nullptr : &*verb;
        break;
    }
    return match;
}

std::vector<Object::Ptr> elementsIn(const std::string &body)
{
    std::vector<Object::Ptr> elements;
    try
    {
        const Var read = parseJson(body);
        if (const Object::Ptr one = asObject(read))
            elements.push_back(one);
        const Array::Ptr array = asArray(read);
        for (unsigned i = 0; array && i < array->size(); ++i)
            if (const Object::Ptr one = array->getObject(i))
                elements.push_back(one);
    }
    catch (const BadJson &) // reported in the response
    {
    }
    return elements;
}

Write writeOf(const Request &request, const Match &match)
{
    if (match.verb == nullptr || (match.verb->handler != postTickets && match.verb->handler != postTicketObject &&
                                  match.verb->handler != postActions))
        return Write::none;
    const std::vector<Object::Ptr> elements = elementsIn(request.body);
    const bool allNamed = std::all_of(elements.begin(), elements.end(),
                                      [](const Object::Ptr &one) { return !member(*one, "id").isEmpty(); });
    return !elements.empty() && allNamed ? Write::change : Write::create;
}

Answer answeredByService(const Call &call)
{
    throw std::logic_error("the service answers " + call.request.path + " itself");
}

} // namespace psa::sandbox::halopsa

#include "sandbox/connectwise/routes.h"

#include "sandbox/common/path_pattern.h"
#include "sandbox/connectwise/handlers.h"

#include <Poco/String.h>

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

using Path = std::vector<std::string>;

constexpr const char *stableCodebase = "v4_6_release";

std::vector<Verb> verbsOfList(const Entity &entity)
{
    std::vector<Verb> verbs = {{"GET", listRecords}};
    if (&entity == &tickets())
        verbs.push_back({"POST", postTicket});
    if (std::string(entity.name) == "TicketNotes")
        verbs.push_back({"POST", postNote});
    return verbs;
}

std::vector<Verb> verbsOfOne(const Entity &entity)
{
    std::vector<Verb> verbs = {{"GET", getRecord}};
    if (&entity == &tickets())
    {
        verbs.push_back({"PATCH", patchOneTicket});
        verbs.push_back({"DELETE", removeTicket});
    }
    if (std::string(entity.name) == "TicketNotes")
    {
        verbs.push_back({"PATCH", patchOneNote});
        verbs.push_back({"DELETE", removeNote});
    }
    return verbs;
}

void addLists(std::vector<Route> &all, const std::string &path, const Entity &entity, const char *right)
{
    all.push_back({path, entity.name, &entity, right, verbsOfList(entity)});
    all.push_back({path + "/count", entity.name, &entity, right, {{"GET", countRecords}}});
}

void addOne(std::vector<Route> &all, const std::string &path, const Entity &entity, const char *right)
{
    all.push_back({path + "/{id}", entity.name, &entity, right, verbsOfOne(entity)});
}

/// The first match counts: literal patterns come before those with {id}.
std::vector<Route> makeRoutes()
{
    std::vector<Route> all = {
        {"login/companyinfo/{company}", "CompanyInfo", nullptr, nullptr, {{"GET", companyInfo}}, true},
        {"system/info", "SystemInfo", nullptr, nullptr, {{"GET", systemInfo}}},
        {"system/audittrail", "AuditTrail", nullptr, "AuditTrail", {{"GET", listAuditTrail}}},
        {"service/tickets/{parent}/allNotes", "AllNotes", nullptr, "TicketNotes", {{"GET", listAllNotes}}},
        {"service/tickets/{parent}/merge", "TicketMerge", nullptr, nullptr, {{"POST", postMerge}}},
        {"service/tickets/{parent}/configurations",
         "TicketConfigurations",
         nullptr,
         "Tickets",
         {{"GET", listConfigurations}, {"POST", postConfiguration}}},
        {"service/tickets/{parent}/configurations/{id}",
         "TicketConfigurations",
         nullptr,
         nullptr,
         {{"DELETE", removeConfiguration}}},
    };
    // The same boards with fewer permissions: a user who may see tickets may see their boards.
    const Entity &boards = *findEntity("Boards");
    const std::string boardInfo = "service/info/boards";
    addLists(all, boardInfo, boards, "Tickets");
    for (const Entity &entity : entities())
        addLists(all, entity.path, entity, entity.name);
    addOne(all, boardInfo, boards, "Tickets");
    for (const Entity &entity : entities())
        addOne(all, entity.path, entity, entity.name);
    return all;
}

const std::vector<Route> &routes()
{
    static const std::vector<Route> all = makeRoutes();
    return all;
}

bool isApi(const Path &path)
{
    return path.size() >= 3 && equalNoCase(path[1], "apis") && path[2] == "3.0";
}

Match::Where whereLeads(const Path &path, const Tenant &tenant, bool alias)
{
    if (!isApi(path) || isApi({path.begin() + 3, path.end()})) // the second check: a path that was prepended twice
        return Match::Where::unroutable;
    const bool stable = equalNoCase(path[0], stableCodebase);
    if (equalNoCase(path[0], tenant.codebase()) || (stable && alias))
        return Match::Where::api;
    return stable || tenant.wasAt(Poco::toLower(path[0])) ? Match::Where::moved : Match::Where::unroutable;
}

void take(const PathValues &values, Match &match)
{
    for (const auto &[name, text] : values)
    {
        if (name == "company")
            match.company = text;
        else
            match.badId = !toInteger(text, name == "id" ? match.id : match.parent) || match.badId;
    }
}

} // namespace

Match findRoute(const Request &request, const Tenant &tenant, bool alias)
{
    Path path = pathSegments(request.path);
    Match match;
    match.where = whereLeads(path, tenant, alias);
    const bool api = isApi(path);
    if (api)
        path.erase(path.begin(), path.begin() + 3);
    for (const Route &route : routes())
    {
        const auto values = matchPath(route.pattern, path);
        if (!values || route.open == api)
            continue;
        take(*values, match);
        match.route = &route;
        const auto verb = std::find_if(route.verbs.begin(), route.verbs.end(),
                                       [&](const Verb &v) { return v.method == request.method; });
        match.verb = verb == route.verbs.end() ? nullptr : &*verb;
        break;
    }
    if (match.route != nullptr && match.route->open)
        match.where = Match::Where::api;
    return match;
}

} // namespace psa::sandbox::connectwise

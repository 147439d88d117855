#include "sandbox/autotask/routes.h"

#include "sandbox/autotask/handlers.h"
#include "sandbox/common/path_pattern.h"

#include <algorithm>

namespace psa::sandbox::autotask {
namespace {

/// The first match counts: literal patterns come before those with {id}.
const std::vector<Route> &routes()
{
    static const std::vector<Route> all = {
        {"V1.0/ZoneInformation", "", {{"GET", zoneInformation, "Get"}}, true},
        {"VersionInformation", "", {{"GET", versionInformation, "Get"}}, true},
        {"V1.0/Version", "", {{"GET", version, "Get"}}},
        {"V1.0/ThresholdInformation", "", {{"GET", thresholdInformation, "Get"}}},
        {"V1.0/{entity}/entityInformation", "", {{"GET", getEntityInformation, "EntityInformation"}}},
        {"V1.0/{entity}/entityInformation/fields", "", {{"GET", getFields, "EntityInformation"}}},
        {"V1.0/{entity}/entityInformation/userDefinedFields", "", {{"GET", getUserDefined, "EntityInformation"}}},
        {"V1.0/{entity}/query", "", {{"GET", queryByUrl, "Query"}, {"POST", queryByBody, "Query"}}},
        {"V1.0/{entity}/query/next", "", {{"GET", nextByUrl, "Query"}, {"POST", nextByBody, "Query"}}},
        {"V1.0/{entity}/query/count", "", {{"GET", countByUrl, "Query"}, {"POST", countByBody, "Query"}}},
        {"V1.0/Tickets",
         "Tickets",
         {{"POST", postTicket, "Create"}, {"PATCH", patchTicket, "Update"}, {"PUT", putTicket, "Update"}}},
        {"V1.0/Tickets/{id}/Notes", "TicketNotes", {{"GET", listNotes, "Query"}, {"POST", postNote, "Create"}}},
        {"V1.0/Tickets/{id}/Notes/{id}", "TicketNotes", {{"GET", getNote, "Get"}}},
        {"V1.0/Tickets/{id}/Attachments",
         "TicketAttachments",
         {{"GET", listAttachments, "Query"}, {"POST", postAttachment, "Create"}}},
        {"V1.0/Tickets/{id}/Attachments/{id}",
         "TicketAttachments",
         {{"GET", getAttachment, "Get"}, {"DELETE", deleteAttachment, "Delete"}}},
        {"V1.0/{entity}/{id}", "", {{"GET", getById, "Get"}}},
    };
    return all;
}

/// False if one of the values is invalid for its placeholder.
bool take(const PathValues &values, Match &match)
{
    for (const auto &[name, text] : values)
    {
        if (name == "entity")
        {
            match.entity = findEntity(text);
            if (match.entity == nullptr)
                return false;
        }
        else
        {
            std::int64_t id = 0;
            match.badId = match.badId || !toInteger(text, id);
            match.ids.push_back(id);
        }
    }
    return true;
}

} // namespace

Match findRoute(const Request &request)
{
    std::vector<std::string> path = pathSegments(request.path);
    if (path.empty() || !equalNoCase(path.front(), "ATServicesRest"))
        return {};
    path.erase(path.begin());
    for (const Route &route : routes())
    {
        Match match;
        const auto values = matchPath(route.pattern, path);
        if (!values || !take(*values, match))
            continue;
        match.route = &route;
        if (match.entity == nullptr)
            match.entity = findEntity(route.entity);
        const auto verb = std::find_if(route.verbs.begin(), route.verbs.end(),
                                       [&](const Verb &v) { return v.method == request.method; });
        match.verb = verb == route.verbs.end() ? nullptr : &*verb;
        return match;
    }
    return {};
}

} // namespace psa::sandbox::autotask

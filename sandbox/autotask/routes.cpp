#include "sandbox/autotask/routes.h"

#include "sandbox/autotask/handlers.h"

#include <Poco/StringTokenizer.h>

#include <algorithm>

namespace psa::sandbox::autotask {
namespace {

using Segments = std::vector<std::string>;

Segments split(const std::string &path)
{
    const Poco::StringTokenizer parts(path, "/", Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    return {parts.begin(), parts.end()};
}

/// The first that fits counts: the literal ones stand before those with {id}.
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
        {"V1.0/Tickets/{id}/Attachments/{id}", "TicketAttachments", {{"GET", getAttachment, "Get"}}},
        {"V1.0/{entity}/{id}", "", {{"GET", getById, "Get"}}},
    };
    return all;
}

bool fits(const Segments &pattern, const Segments &path, Match &match)
{
    if (pattern.size() != path.size())
        return false;
    for (std::size_t i = 0; i < path.size(); ++i)
    {
        if (pattern[i] == "{entity}")
        {
            match.entity = findEntity(path[i]);
            if (match.entity == nullptr || std::string(match.entity->name) == "TicketAttachments")
                return false;
        }
        else if (pattern[i] == "{id}")
        {
            std::int64_t id = 0;
            match.badId = match.badId || !toInteger(path[i], id);
            match.ids.push_back(id);
        }
        else if (!equalNoCase(pattern[i], path[i]))
            return false;
    }
    return true;
}

} // namespace

Match findRoute(const Request &request)
{
    Segments path = split(request.path);
    if (path.empty() || !equalNoCase(path.front(), "ATServicesRest"))
        return {};
    path.erase(path.begin());
    for (const Route &route : routes())
    {
        Match match;
        if (!fits(split(route.pattern), path, match))
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

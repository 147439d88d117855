#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/core.h"

#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

/// One request on its way through a handler.
struct Call
{
    const Request &request;
    const Core &core;
    const Entity *entity;            ///< Null for what is not a list.
    std::int64_t parent;             ///< {parent} of the path; 0: there is none.
    std::int64_t id;                 ///< {id} of the path.
    const std::string &companyAsked; ///< {company} of the path.
};

/// Throws ApiError.
using Handler = Answer (*)(const Call &call);

struct Verb
{
    const char *method;
    Handler handler;
};

/// A resource of the service. Segments are compared in any case.
struct Route
{
    std::string pattern; ///< Without the codebase: "service/tickets/{id}".
    std::string name;    ///< For faults and the log: the entity's, or the resource's own.
    const Entity *entity;
    const char *right; ///< The entity that one must be allowed to query; null: none.
    std::vector<Verb> verbs;
    bool open = false; ///< No login, no limits, no codebase.
};

/// Where a path leads.
struct Match
{
    enum class Where
    {
        unroutable, ///< Neither of this tenant's paths.
        moved,      ///< The path of a version that the tenant no longer has.
        api,
    };
    Where where = Where::unroutable;
    const Route *route = nullptr; ///< Null: there is no such resource.
    const Verb *verb = nullptr;   ///< Null: there is, but not with this method.
    std::int64_t parent = 0;
    std::int64_t id = 0;
    bool badId = false;
    std::string company; ///< Whose information is asked for.
};

/// `alias`: whether v4_6_release leads to the tenant's version.
Match findRoute(const Request &request, const Tenant &tenant, bool alias);

} // namespace psa::sandbox::connectwise

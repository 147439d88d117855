#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/core.h"

#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

/// One request in a handler.
struct Call
{
    const Request &request;
    const Core &core;
    const Entity *entity;            ///< Null unless it is a list.
    std::int64_t parent;             ///< {parent} in the path; 0: none.
    std::int64_t id;                 ///< {id} in the path.
    const std::string &companyAsked; ///< {company} in the path.
};

/// Throws ApiError.
using Handler = Answer (*)(const Call &call);

struct Verb
{
    const char *method;
    Handler handler;
};

/// A resource of the service. Segments are compared ignoring case.
struct Route
{
    std::string pattern; ///< Without the codebase: "service/tickets/{id}".
    std::string name;    ///< For faults and the log: the entity's name, or the resource's own.
    const Entity *entity;
    const char *right; ///< The entity for which query permission is required; null: none.
    std::vector<Verb> verbs;
    bool open = false; ///< No login, no limits, no codebase.
};

/// The result of matching a path.
struct Match
{
    enum class Where
    {
        unroutable, ///< Not a path of this tenant.
        moved,      ///< The path of a version that the tenant does not have any more.
        api,
    };
    Where where = Where::unroutable;
    const Route *route = nullptr; ///< Null: the resource does not exist.
    const Verb *verb = nullptr;   ///< Null: it exists, but not with this method.
    std::int64_t parent = 0;
    std::int64_t id = 0;
    bool badId = false;
    std::string company; ///< The company whose information is requested.
};

/// `alias`: whether v4_6_release refers to the tenant's version.
Match findRoute(const Request &request, const Tenant &tenant, bool alias);

} // namespace psa::sandbox::connectwise

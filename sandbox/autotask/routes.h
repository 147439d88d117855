#pragma once

#include "sandbox/autotask/core.h"
#include "sandbox/common/http_message.h"

#include <string>
#include <vector>

namespace psa::sandbox::autotask {

/// One request in a handler.
struct Call
{
    const Request &request;
    const Core &core;
    const Entity *entity;
    std::vector<std::int64_t> ids; ///< The {id} segments of the path.
};

/// Returns the response. Throws ApiError.
using Handler = Answer (*)(const Call &call);

struct Verb
{
    const char *method;
    Handler handler;
    const char *operation; ///< Its name in error texts of the thread limit.
};

/// A resource of the service. Segments are compared ignoring case; "{entity}" is a collection, "{id}" an integer.
struct Route
{
    const char *pattern;
    const char *entity; ///< The entity, if the pattern does not contain it.
    std::vector<Verb> verbs;
    bool open = false; ///< No login, no limits.
};

/// The result of matching a path.
struct Match
{
    const Route *route = nullptr; ///< Null: the resource does not exist.
    const Verb *verb = nullptr;   ///< Null: it exists, but not with this method.
    const Entity *entity = nullptr;
    std::vector<std::int64_t> ids;
    bool badId = false;
};

Match findRoute(const Request &request);

} // namespace psa::sandbox::autotask

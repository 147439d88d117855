#pragma once

#include "sandbox/autotask/core.h"
#include "sandbox/common/http_message.h"

#include <string>
#include <vector>

namespace psa::sandbox::autotask {

/// One request on its way through a handler.
struct Call
{
    const Request &request;
    const Core &core;
    const Entity *entity;
    std::vector<std::int64_t> ids; ///< The {id} segments of the path.
};

/// Gives the answer's body. Throws ApiError.
using Handler = Answer (*)(const Call &call);

struct Verb
{
    const char *method;
    Handler handler;
    const char *operation; ///< As error texts of the thread limit name it.
};

/// A resource of the service. Segments are compared in any case; "{entity}" is a collection, "{id}" an integer.
struct Route
{
    const char *pattern;
    const char *entity; ///< Whose the request is, where the pattern does not say it.
    std::vector<Verb> verbs;
    bool open = false; ///< No login, no limits.
};

/// What a path stands for.
struct Match
{
    const Route *route = nullptr; ///< Null: there is no such resource.
    const Verb *verb = nullptr;   ///< Null: there is, but not with this method.
    const Entity *entity = nullptr;
    std::vector<std::int64_t> ids;
    bool badId = false;
};

Match findRoute(const Request &request);

} // namespace psa::sandbox::autotask

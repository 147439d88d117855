#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/halopsa/core.h"
#include "sandbox/halopsa/entities.h"

#include <string>
#include <vector>

namespace psa::sandbox::halopsa {

/// One request in a handler.
struct Call
{
    const Request &request;
    const Core &core;
    const Entity *entity; ///< Null unless it is one of entities().
    std::int64_t id;      ///< {id} in the path; 0: none.
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
    std::string pattern; ///< "api/Tickets/{id}".
    std::string name;    ///< For faults and the log: the entity's name, or the resource's own.
    const char *scope;   ///< See Entity.
    const Entity *entity;
    std::vector<Verb> verbs;
    bool open = false; ///< No token, no limits.
};

/// The result of matching a path.
struct Match
{
    const Route *route = nullptr; ///< Null: the resource does not exist.
    const Verb *verb = nullptr;   ///< Null: it exists, but not with this method.
    std::int64_t id = 0;
    bool badId = false;
};

Match findRoute(const Request &request);

/// What a POST of tickets or actions does: one URL creates records and changes those whose id is sent.
enum class Write
{
    none,   ///< Another request.
    create, ///< At least one element without an id, or a body that cannot be read.
    change  ///< Every element has an id.
};

Write writeOf(const Request &request, const Match &match);

/// The elements of a body that is an array, or of one object; empty if it is neither.
std::vector<Object::Ptr> elementsIn(const std::string &body);

} // namespace psa::sandbox::halopsa

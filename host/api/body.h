#pragma once

#include "host/clock/clock.h"
#include "host/connection/live_connection.h"
#include "host/http/message.h"
#include "host/http/problem.h"
#include "host/plugin/build_choice.h"

#include <Poco/JSON/Object.h>

#include <optional>
#include <set>
#include <string>

namespace psa::api {

/// The JSON object that the body of `request` is. Throws Problem for a body that is none.
Poco::JSON::Object::Ptr readObject(const http::ApiRequest &request);
/// The same; without a body an empty object. Throws Problem for a member that is not in `known`, too.
Poco::JSON::Object::Ptr readBody(const http::ApiRequest &request, const std::set<std::string> &known);

/// The member `name` of `body` as a text, "" if it is not there or blank; Problem if it is something else.
std::string textMember(const Poco::JSON::Object &body, const std::string &name);
/// As an object, nullptr if it is not there; Problem if it is something else.
Poco::JSON::Object::Ptr objectMember(const Poco::JSON::Object &body, const std::string &name);

/// As true or false, `fallback` if it is not there; Problem if it is something else.
bool flagMember(const Poco::JSON::Object &body, const std::string &name, bool fallback);

/// What `name` says in the query, "true" or "false"; false if it is not there, Problem if it says something else.
bool flagIn(const http::ApiRequest &request, const std::string &name);
/// The whole number `text` from `least` to `most`; Problem that names `name` fallback.
std::int64_t numberIn(const std::string &name, const std::string &text, std::int64_t least, std::int64_t most);
/// "limit" of the query, 1 to maxPageEntries, `fallback` if it is not there; Problem if it is something else.
std::size_t pageLimitIn(const http::ApiRequest &request, std::size_t fallback);

/// Why no plugin is meant: what chooseBuild() says instead of one.
http::Problem pluginProblem(const plugin::BuildChoice &choice);
/// The time `name` in the query of `request`, nothing if it is not there; Problem if it is no time.
std::optional<clock::Clock::Wall> timeIn(const http::ApiRequest &request, const std::string &name);

/// Turns what the parts of the host throw into problems: unknown connections, refused tickets, keys that are taken, a
/// store that is busy. Called in a catch block; throws the exception again if it is of another kind.
[[noreturn]] void throwAsProblem();

} // namespace psa::api

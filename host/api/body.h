#pragma once

#include "host/api/message.h"
#include "host/clock/clock.h"

#include <Poco/JSON/Object.h>

#include <optional>
#include <set>
#include <string>

namespace psa::host {

/// The JSON object in the body of `request`. Throws Problem for a body that is none, and for a member that is not in
/// `known`.
Poco::JSON::Object::Ptr readBody(const ApiRequest &request, const std::set<std::string> &known);

/// The member `name` of `body` as a text, "" if it is not there; Problem if it is something else.
std::string textMember(const Poco::JSON::Object &body, const std::string &name);
/// As an object, nullptr if it is not there; Problem if it is something else.
Poco::JSON::Object::Ptr objectMember(const Poco::JSON::Object &body, const std::string &name);

/// The whole number `text` from `least` to `most`; Problem that names `name` otherwise.
std::int64_t numberIn(const std::string &name, const std::string &text, std::int64_t least, std::int64_t most);

/// The time `name` in the query of `request`, nothing if it is not there; Problem if it is no time.
std::optional<Clock::Wall> timeIn(const ApiRequest &request, const std::string &name);

/// Turns what the parts of the host throw into problems: unknown connections, refused tickets, keys that are taken, a
/// store that is busy. Called in a catch block; throws the exception again if it is of another kind.
[[noreturn]] void throwAsProblem();

} // namespace psa::host

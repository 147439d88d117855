#pragma once

#include "host/clock/clock.h"
#include "host/connection/connection.h"
#include "host/http/message.h"
#include "host/http/problem.h"
#include "host/json/strict_json.h"
#include "host/plugin/build_choice.h"
#include "host/store/ticket_query.h"

#include <Poco/JSON/Object.h>

#include <optional>
#include <set>
#include <string>

namespace psa::api {

/// The body of `request` as a JSON object. Throws Problem if it is not one.
Poco::JSON::Object::Ptr readObject(const http::ApiRequest &request, const json::JsonLimits &limits = {});
/// The same; an empty object if there is no body. Also throws Problem for a member that is not in `known`.
Poco::JSON::Object::Ptr readBody(const http::ApiRequest &request, const std::set<std::string> &known);

/// Throws Problem for a member of `object` that is not in `known`. `pointer`: where the object is in the body.
void checkMembers(const Poco::JSON::Object &object, const std::set<std::string> &known,
                  const std::string &pointer = "");

/// The member `name` of `body` as a string, "" if it is missing or blank; Problem for another type.
std::string textMember(const Poco::JSON::Object &body, const std::string &name);
/// As an object, nullptr if it is missing; Problem for another type.
Poco::JSON::Object::Ptr objectMember(const Poco::JSON::Object &body, const std::string &name);

/// As a boolean, `fallback` if it is missing; Problem for another type.
bool flagMember(const Poco::JSON::Object &body, const std::string &name, bool fallback);
/// The same; nullopt if it is missing.
std::optional<bool> optionalFlag(const Poco::JSON::Object &body, const std::string &name);

/// The query parameter `name`, "true" or "false"; false if it is missing, Problem for another value.
bool flagIn(const http::ApiRequest &request, const std::string &name);
/// `text` as an integer from `least` to `most`; otherwise a Problem that names `name`.
std::int64_t numberIn(const std::string &name, const std::string &text, std::int64_t least, std::int64_t most);
/// The query parameter "limit", 1 to maxPageEntries, `fallback` if it is missing; Problem for another value.
std::size_t pageLimitIn(const http::ApiRequest &request, std::size_t fallback);

/// Adds a state, or the group of states "open" or "attention", to those that `query` looks for. Tickets are also found by
/// the states of their notes and changes, if a human may have to decide on these. Problem for another text.
void addStates(const std::string &text, store::TicketQuery &query);
/// Sets the reason of the state, "" = any. Call it after addStates(): without states, tickets that are done are not
/// searched, because no index leads to the few of them that have it.
void setReason(const std::string &code, store::TicketQuery &query);

/// Why no build was chosen, from the result of chooseBuild().
http::Problem pluginProblem(const plugin::BuildChoice &choice);
/// The query parameter `name` of `request` as a time, nullopt if it is missing; Problem for an invalid time.
std::optional<clock::Clock::Wall> timeIn(const http::ApiRequest &request, const std::string &name);

/// Converts exceptions of the host's modules into problems: unknown connections, rejected tickets, used keys, a busy
/// store. Called in a catch block; rethrows any other exception.
[[noreturn]] void throwAsProblem();

} // namespace psa::api

#pragma once

#include "host/plugin/call_state.h"

#include <Poco/JSON/Object.h>

namespace psa::plugin {

/// An error as JSON: "status" by name, "message", and those of hint, field, detail, vendorCode, httpStatus and
/// retryAfterMs that are set.
Poco::JSON::Object::Ptr toJson(const PluginError &error);

/// The result of a call as JSON: "result" (a document; omitted if the verb has none) or "error"; "mutation", what the
/// host saw of its changing requests; "defects", if there are any.
Poco::JSON::Object::Ptr toJson(const CallOutcome &outcome);

class LoadedPlugin;

/// The best match for this error among the descriptor's "commonErrors"; nullptr = none.
Poco::JSON::Object::Ptr explain(const LoadedPlugin &plugin, const PluginError &error);

/// The error as returned by toJson(), with "explanation", and with the explanation's hint if it has none of its own.
Poco::JSON::Object::Ptr failureToJson(const LoadedPlugin &plugin, const PluginError &error);

} // namespace psa::plugin

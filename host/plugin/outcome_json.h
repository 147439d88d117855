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

} // namespace psa::plugin

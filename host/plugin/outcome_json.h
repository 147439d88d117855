#pragma once

#include "host/plugin/call_state.h"

#include <Poco/JSON/Object.h>

namespace psa::plugin {

/// An error as JSON: "status" by its name, "message", and of hint, field, detail, vendorCode, httpStatus and retryAfterMs
/// those that say something.
Poco::JSON::Object::Ptr toJson(const PluginError &error);

/// What became of a call as JSON: "result" (a document; left out if the verb has none) or "error"; "mutation", what the
/// host saw of its requests that mutate; "defects", if there are any.
Poco::JSON::Object::Ptr toJson(const CallOutcome &outcome);

} // namespace psa::plugin

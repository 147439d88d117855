#pragma once

#include "host/plugin/call_state.h"

#include <Poco/JSON/Object.h>

namespace psa::plugin {

class LoadedPlugin;

/// The best match for this error among the descriptor's "commonErrors"; nullptr = none.
Poco::JSON::Object::Ptr explain(const LoadedPlugin &plugin, const PluginError &error);

/// The error as returned by toJson(), with "explanation", and with the explanation's hint if it has none of its own.
Poco::JSON::Object::Ptr failureToJson(const LoadedPlugin &plugin, const PluginError &error);

} // namespace psa::plugin

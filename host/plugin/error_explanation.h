#pragma once

#include "host/plugin/call_state.h"

#include <Poco/JSON/Object.h>

namespace psa::host {

class LoadedPlugin;

/// What the descriptor says about errors such as this one, of its "commonErrors" the one that fits best; nullptr = nothing.
Poco::JSON::Object::Ptr explain(const LoadedPlugin &plugin, const PluginError &error);

/// The error as toJson() has it, with "explanation", and with the hint of that where it has none of its own.
Poco::JSON::Object::Ptr failureToJson(const LoadedPlugin &plugin, const PluginError &error);

} // namespace psa::host

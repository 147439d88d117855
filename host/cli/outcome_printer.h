#pragma once

#include "host/cli/exit_code.h"
#include "host/plugin/call_state.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <iosfwd>

namespace psa::plugin {
class LoadedPlugin;
} // namespace psa::plugin

namespace psa::cli {

/// Prints a failure for an operator: what happened, the field at fault and what to do; if the error itself has no hint,
/// the descriptor's explanation of such errors.
void printFailure(const plugin::LoadedPlugin &plugin, const plugin::PluginError &error, std::ostream &out);

/// For scripts: indented, with a trailing line feed.
void printDocument(const Poco::Dynamic::Var &json, std::ostream &out);

/// The result document of a successful test.
void printTest(const Poco::JSON::Object &result, std::ostream &out);

/// The items of a list of choices.
void printItems(const Poco::JSON::Array &items, std::ostream &out);

/// "warnings" of a plugin's document, one line each.
void printWarnings(const Poco::JSON::Object &document, std::ostream &out);

} // namespace psa::cli

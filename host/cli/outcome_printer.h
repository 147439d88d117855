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

/// A failure as an operator reads it: what happened, the field at fault and what to do; where the error itself has no
/// hint, the explanation that the descriptor has for such errors.
void printFailure(const plugin::LoadedPlugin &plugin, const plugin::PluginError &error, std::ostream &out);

/// For scripts: indented, with a line feed at its end.
void printDocument(const Poco::Dynamic::Var &json, std::ostream &out);

/// The document of a test that passed.
void printTest(const Poco::JSON::Object &result, std::ostream &out);

/// The items of a list of choices.
void printItems(const Poco::JSON::Array &items, std::ostream &out);

/// "warnings" of a document that a plugin gave, one line each.
void printWarnings(const Poco::JSON::Object &document, std::ostream &out);

} // namespace psa::cli

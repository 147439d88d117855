#pragma once

#include "host/events/tree_writer.h"

#include <string_view>

namespace psa::events {

/// Writes the JSON document `text`, valid UTF-8, to `tree`, as bodyTreeOf() describes it. Throws json::JsonError with the
/// place; then `tree` has an incomplete value.
void writeJson(std::string_view text, TreeWriter &tree);

/// Writes `text` to `tree` if it is a JSON object or list as a whole; otherwise nothing, and returns false.
bool writeIfJson(std::string_view text, TreeWriter &tree);

/// Writes `text`, a JSON string as a whole, to `tree`: what it contains if that is a JSON object or list, otherwise
/// {"text": "..."}. Writes nothing for any other text, and returns false.
bool writeIfJsonString(std::string_view text, TreeWriter &tree);

} // namespace psa::events

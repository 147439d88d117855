#pragma once

#include "host/events/tree_writer.h"

#include <string_view>

namespace psa::events {

/// Writes the XML document `text`, valid UTF-8, to `tree`, as bodyTreeOf() describes it: at most 64 levels and 100,000
/// elements and attributes, no document type, and so no entities but those that XML itself defines. Throws BodyRefused
/// with the place; then nothing was written.
void writeXml(std::string_view text, TreeWriter &tree);

} // namespace psa::events

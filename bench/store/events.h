#pragma once

#include <filesystem>

namespace psa::bench {

/// Measures and prints what deliveries of sources cost beside tickets, in stores made in `folder`: inserts, for `seconds` per
/// row of the table, and the first page of lists among `events` events.
void measureEvents(const std::filesystem::path &folder, int events, double seconds, int rounds);

} // namespace psa::bench

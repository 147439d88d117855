#pragma once

#include <filesystem>

namespace psa::bench {

/// Measures and prints what a search costs in a store with `tickets` tickets, which is made in `folder`: the first page for
/// words of all kinds, what the index adds to each ticket, and how long it takes to build for an older store.
void measureSearch(const std::filesystem::path &folder, int tickets);

} // namespace psa::bench

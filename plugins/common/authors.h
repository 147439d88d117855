#pragma once

#include <psa/results.hpp>

#include <cstdint>
#include <string>

namespace psa::plugins {

/// Who did something to a ticket.
enum class Author
{
    self,       ///< The plugin's own login.
    automation, ///< The PSA itself, or somebody whom the configuration names: not the work of people.
    human,
    unknown, ///< It cannot be told.
};

/// Adds what `author` did to `activity`, unless it does not count as a touch. `what`: one sentence; `at`: milliseconds
/// since 1970, 0 = not known.
void addTouch(psa::Activity &activity, const std::string &what, std::int64_t at, Author author);

} // namespace psa::plugins

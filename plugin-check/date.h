#pragma once

#include <toml++/toml.h>

#include <chrono>
#include <string>

namespace psa::check {

/// YYYY-MM-DD, so that dates compare correctly as strings.
std::string toText(const toml::date &date);

/// The day of `time` in UTC, as YYYY-MM-DD.
std::string dayOf(std::chrono::system_clock::time_point time);

} // namespace psa::check

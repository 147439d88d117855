#pragma once

#include "host/plugin/load_report.h"

#include <string>

namespace psa::plugin {

/// Ends the load of a plugin; becomes its report.
struct Refusal
{
    LoadState state;
    std::string expected;
    std::string found; ///< May quote the plugin: sanitize it before showing it.
    std::string advice;
};

/// Advice for most refusals.
constexpr const char *rebuildAdvice = "Rebuild the plugin with psa_add_plugin() of the plugin-api package.";
constexpr const char *tellMakerAdvice = "Report it to the maker of the plugin, including this message.";

/// "a, b", or "none".
std::string listed(const std::vector<std::string> &items);

} // namespace psa::plugin

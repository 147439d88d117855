#pragma once

#include "host/plugin/refusal.h"

#include <psa/plugin.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace psa::plugin {

/// Numbers of the files that the child of a probe gets.
constexpr int probePluginFile = 3;  ///< The plugin, as it was checked.
constexpr int probeMessageFile = 4; ///< Where it tells how far it gets, in lines of JSON.

/// What a child process has reported.
struct ProbeStory
{
    std::string step; ///< What of the plugin ran last; empty = nothing.
    bool ready = false;
    std::optional<Refusal> refusal;
    std::vector<std::pair<psa_log_level, std::string>> log;
};

/// Each writes one message immediately, so that everything reported before a crash is there. Thread-safe.
void tellStep(const std::string &what);
void tellLog(psa_log_level level, const std::string &line);
void tellRefusal(const Refusal &refusal);
void tellReady();

/// Parses `text`, the messages of a child process. Other lines, which a plugin may have written, are ignored.
ProbeStory readStory(const std::string &text);

} // namespace psa::plugin

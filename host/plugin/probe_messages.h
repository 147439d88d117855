#pragma once

#include "host/plugin/refusal.h"

#include <psa/plugin.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace psa::plugin {

/// Descriptor numbers in the child process of a probe.
constexpr int probePluginFile = 3;  ///< The plugin file that was checked.
constexpr int probeMessageFile = 4; ///< Progress reports, in lines of JSON.

/// What a child process has reported.
struct ProbeStory
{
    std::string step; ///< The part of the plugin that ran last; empty = none.
    bool ready = false;
    std::optional<Refusal> refusal;
    std::vector<std::pair<psa_log_level, std::string>> log;
};

/// Each writes one message immediately, so that everything reported before a crash arrives. Thread-safe.
void tellStep(const std::string &what);
void tellLog(psa_log_level level, const std::string &line);
void tellRefusal(const Refusal &refusal);
void tellReady();

/// Parses `text`, the messages of a child process. Other lines, which a plugin may have written, are ignored.
ProbeStory readStory(const std::string &text);

} // namespace psa::plugin

#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/load_report.h"

#include <chrono>
#include <string>

namespace psa::plugin {

class TrustedFile;

/// The command with which a program that runs runProbe() starts itself. Not for people.
constexpr const char *probeCommand = "probe-plugin";

/// Starts the plugin `file` once in a child process, so that a crash in its constructors, in psa_plugin_entry or in
/// describe ends only the child. `report`: the result of inspectPlugin(); `limit`: for the whole start. `program` is
/// run as "program probe-plugin PATH LIMIT_MS". Throws Refusal if the plugin crashes, ends its process, hangs or is
/// rejected there, after passing its log lines on to `log`.
void probePlugin(const std::string &program, const TrustedFile &file, const LoadReport &report,
                 std::chrono::milliseconds limit, const PluginLog &log);

/// The child's side: starts the plugin that its parent passed as a descriptor, under the name `path`, and reports its
/// progress. Returns the exit code.
int runProbe(const std::string &path, std::chrono::milliseconds limit);

} // namespace psa::plugin

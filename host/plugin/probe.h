#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/load_report.h"

#include <chrono>
#include <string>

namespace psa::plugin {

class TrustedFile;

/// The command by which a program that runs runProbe() calls itself. Not for people.
constexpr const char *probeCommand = "probe-plugin";

/// Starts the plugin `file` once in a child process, so that one that crashes in its constructors, in psa_plugin_entry or
/// in describe ends the child alone. `report`: what inspectPlugin() found in it; `limit`: for all of its start. `program`
/// is called as "program probe-plugin PATH LIMIT_MS". Throws Refusal if the plugin crashes, ends its process, hangs or is
/// refused there, after passing on to `log` what it logged.
void probePlugin(const std::string &program, const TrustedFile &file, const LoadReport &report,
                 std::chrono::milliseconds limit, const PluginLog &log);

/// The child's side: starts the plugin that its parent has handed down under the name `path`, and tells how far it gets.
/// Returns the exit code.
int runProbe(const std::string &path, std::chrono::milliseconds limit);

} // namespace psa::plugin

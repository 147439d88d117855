#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/library.h"
#include "host/plugin/load_report.h"
#include "host/plugin/negotiation.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace psa::plugin {

class LoadedPlugin;
class TrustedFile;

/// What a plugin is started with.
struct StartContext
{
    const psa_host *host;
    PluginLog log;
    std::chrono::milliseconds deadline; ///< For entry, describe and get_extension, each.
    HostAbi abi;
    std::function<void(const std::string &)> entering =
        nullptr; ///< Told the name of each function before it is called.
};

/// Maps a file that was inspected. Throws Refusal.
Library mapPlugin(const TrustedFile &file);

/// Enters a mapped plugin and takes what it says of itself: table, descriptor, extensions. `report` and `note`: what
/// inspectPlugin() said. Throws Refusal.
std::shared_ptr<LoadedPlugin> startPlugin(const Library &library, const StartContext &context, const PluginAbi &note,
                                          const LoadReport &report);

} // namespace psa::plugin

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

/// Parameters of starting a plugin.
struct StartContext
{
    const psa_host *host;
    PluginLog log;
    std::chrono::milliseconds deadline; ///< For each of entry, describe and get_extension.
    HostAbi abi;
    std::function<void(const std::string &)> entering =
        nullptr; ///< Called with the name of each function before it is called.
};

/// Maps an inspected file. Throws Refusal.
Library mapPlugin(const TrustedFile &file);

/// Calls the entry function of a mapped plugin and reads table, descriptor and extensions. `report` and `note`: results
/// of inspectPlugin(). Throws Refusal.
std::shared_ptr<LoadedPlugin> startPlugin(const Library &library, const StartContext &context, const PluginAbi &note,
                                          const LoadReport &report);

} // namespace psa::plugin

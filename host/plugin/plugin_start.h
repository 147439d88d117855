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

/// Inspects a plugin file before any of its code runs: architecture, linking, and the note. Id, version and ABI numbers
/// of the note, and the warnings, are set in `report` as far as it gets. Returns the note's ABI numbers. Throws
/// Refusal.
PluginAbi inspectPlugin(const TrustedFile &file, const HostAbi &host, LoadReport &report);

/// Throws Refusal if `host` cannot work with `plugin`, the ABI numbers from `where` ("note" or "table").
void requireVersion(const HostAbi &host, const PluginAbi &plugin, const char *where);

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

#pragma once

#include "host/plugin/call_state.h"

#include <psa/plugin.h>

#include <map>
#include <string>

namespace psa::plugin {

/// The psa_host that plugins get. Plugins may keep it, so it must live as long as the process: create it with new and
/// never delete it, or in main().
class HostTable
{
public:
    /// `services`: tables by id, each valid as long as the process lives.
    HostTable(PluginLog log, std::map<std::string, const void *> services);
    ~HostTable() = default;
    HostTable(const HostTable &) = delete;
    HostTable &operator=(const HostTable &) = delete;

    const psa_host *raw() const { return &raw_; }

private:
    static void writeLog(const psa_host *host, psa_log_level level, psa_str message);
    static const void *getExtension(const psa_host *host, const char *id);

    psa_host raw_{};
    PluginLog log_;
    /// For all plugins together: outside a call they cannot be distinguished.
    LogBudget budget_{std::chrono::minutes(1)};
    std::map<std::string, const void *> services_;
};

/// The tables of psa.http/1, psa.clock/1 and psa.cache/1 by id, for HostTable. They find their connection through the
/// call that a plugin passes, so the same tables serve all. Valid for the lifetime of the process.
std::map<std::string, const void *> hostServices();

} // namespace psa::plugin

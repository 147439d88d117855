#pragma once

#include "host/plugin/runner/child/host_link.h"

#include <psa/plugin.h>

#include <memory>
#include <set>
#include <string>

namespace psa::plugin::runner::child {

/// The psa_host that a plugin gets. Never deleted, because plugins may keep it. Thread-safe.
class PluginHost
{
public:
    /// `services`: ids of the services that get_extension returns; for any other it returns NULL.
    static const psa_host *make(const std::shared_ptr<HostLink> &link, std::uint32_t abiMajor, std::uint32_t abiMinor,
                                std::set<std::string, std::less<>> services);

private:
    PluginHost(const std::shared_ptr<HostLink> &link, std::set<std::string, std::less<>> services)
        : link_(link), services_(std::move(services))
    {
    }

    static void writeLog(const psa_host *host, psa_log_level level, psa_str message) noexcept;
    static const void *getExtension(const psa_host *host, const char *id) noexcept;

    psa_host raw_{};
    std::weak_ptr<HostLink> link_;
    std::set<std::string, std::less<>> services_;
};

} // namespace psa::plugin::runner::child

#include "host/plugin/runner/child/plugin_host.h"

#include "host/plugin/runner/child/services.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace psa::plugin::runner::child {

const psa_host *PluginHost::make(const std::shared_ptr<HostLink> &link, std::uint32_t abiMajor, std::uint32_t abiMinor,
                                 std::set<std::string, std::less<>> services)
{
    static std::mutex mutex;
    static auto *kept = new std::vector<PluginHost *>; // as long as the process lives
    const std::lock_guard lock(mutex);
    kept->push_back(new PluginHost(link, std::move(services)));
    PluginHost &made = *kept->back();
    made.raw_ = {sizeof made.raw_, abiMajor, abiMinor, 0, &made, &writeLog, &getExtension};
    return &made.raw_;
}

void PluginHost::writeLog(const psa_host *host, psa_log_level level, psa_str message) noexcept
{
    const auto link = static_cast<PluginHost *>(host->host_data)->link_.lock();
    if (link && message.data != nullptr)
        link->channel().log(0, level, std::string_view(message.data, std::min(message.size, maxSentTextBytes)));
}

const void *PluginHost::getExtension(const psa_host *host, const char *id) noexcept
{
    const auto &self = *static_cast<const PluginHost *>(host->host_data);
    return id != nullptr && self.services_.contains(std::string_view(id)) ? serviceTable(id) : nullptr;
}

} // namespace psa::plugin::runner::child

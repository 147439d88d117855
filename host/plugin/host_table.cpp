#include "host/plugin/host_table.h"

#include "host/json/utf8.h"

#include <algorithm>

namespace psa::host {

HostTable::HostTable(PluginLog log, std::map<std::string, const void *> services)
    : log_(std::move(log)), services_(std::move(services))
{
    raw_ = {sizeof raw_, PSA_ABI_MAJOR, PSA_ABI_MINOR, 0, this, &writeLog, &getExtension};
}

void HostTable::writeLog(const psa_host *host, psa_log_level level, psa_str message)
{
    const auto &self = *static_cast<const HostTable *>(host->host_data);
    if (self.log_ && message.data != nullptr)
        self.log_(level, replaceInvalidUtf8({message.data, std::min(message.size, CallState::maxTextBytes)}));
}

const void *HostTable::getExtension(const psa_host *host, const char *id)
{
    const auto &self = *static_cast<const HostTable *>(host->host_data);
    const auto found = id == nullptr ? self.services_.end() : self.services_.find(id);
    return found == self.services_.end() ? nullptr : found->second;
}

} // namespace psa::host

#include "host/plugin/host_table.h"

#include "host/json/utf8.h"

namespace psa::plugin {

HostTable::HostTable(PluginLog log, std::map<std::string, const void *> services)
    : log_(std::move(log)), services_(std::move(services))
{
    raw_ = {sizeof raw_, PSA_ABI_MAJOR, PSA_ABI_MINOR, 0, this, &writeLog, &getExtension};
}

void HostTable::writeLog(const psa_host *host, psa_log_level level, psa_str message)
{
    auto &self = *static_cast<HostTable *>(host->host_data);
    if (!self.log_ || message.data == nullptr)
        return;
    switch (self.budget_.take(LogBudget::Clock::now()))
    {
    case LogBudget::Verdict::write:
        return self.log_(knownLevel(level),
                         json::printable(json::cutUtf8({message.data, message.size}, CallState::maxTextBytes)));
    case LogBudget::Verdict::lastWord:
        return self.log_(PSA_LOG_WARNING, "plugins log more than " + std::to_string(LogBudget::maxLines) +
                                              " lines a minute outside calls; the rest is omitted");
    case LogBudget::Verdict::drop:
        return;
    }
}

const void *HostTable::getExtension(const psa_host *host, const char *id)
{
    const auto &self = *static_cast<const HostTable *>(host->host_data);
    const auto found = id == nullptr ? self.services_.end() : self.services_.find(id);
    return found == self.services_.end() ? nullptr : found->second;
}

} // namespace psa::plugin

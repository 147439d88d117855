#include "plugin-check/check_host.h"

#include "plugin-check/shaped_services.h"

namespace psa::check {

CheckHost::CheckHost(const HostShape &shape) : shape_(shape)
{
    raw_ = shaped(shape, psa_host{sizeof(psa_host), shape.major, shape.minor, 0, this, &log, &getExtension});
    if (shape.services)
        services_ = shapedServices(shape);
}

void CheckHost::log(const psa_host *host, psa_log_level, psa_str message)
{
    auto &self = *static_cast<CheckHost *>(host->host_data);
    const std::lock_guard lock(self.mutex_);
    if (message.data != nullptr)
        self.lines_.emplace_back(message.data, message.size);
}

const void *CheckHost::getExtension(const psa_host *host, const char *id)
{
    auto &self = *static_cast<CheckHost *>(host->host_data);
    ++self.lookups_;
    const auto found = id == nullptr ? self.services_.end() : self.services_.find(id);
    return found == self.services_.end() ? nullptr : found->second;
}

std::vector<std::string> CheckHost::lines() const
{
    const std::lock_guard lock(mutex_);
    return lines_;
}

} // namespace psa::check

#pragma once

#include "plugin-check/host_shape.h"

#include <psa/plugin.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::check {

/// The host that a check presents to the plugin. Must live as long as the process, because a plugin may keep it: create
/// it with new.
class CheckHost
{
public:
    explicit CheckHost(const HostShape &shape);
    CheckHost(const CheckHost &) = delete;
    CheckHost &operator=(const CheckHost &) = delete;
    ~CheckHost() = default;

    const psa_host *raw() const { return raw_; }
    const HostShape &shape() const { return shape_; }

    /// Log lines outside any call.
    std::vector<std::string> lines() const;
    /// How often services were requested.
    unsigned lookups() const { return lookups_; }

private:
    static void log(const psa_host *host, psa_log_level level, psa_str message);
    static const void *getExtension(const psa_host *host, const char *id);

    HostShape shape_;
    psa_host *raw_ = nullptr;
    std::map<std::string, const void *> services_;
    std::atomic<unsigned> lookups_{0};
    mutable std::mutex mutex_; ///< Guards the members below.
    std::vector<std::string> lines_;
};

/// All keys and values that the plugin has put into psa.cache/1 of a CheckHost so far.
std::vector<std::string> cachedTexts();

} // namespace psa::check

#pragma once

#include "host/plugin/build_choice.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace psa::plugin {

/// The operations that are not called, per build, because the process ended in them repeatedly. A build is named as
/// "id@version"; version 0.1 recorded the plain id, which still applies to every build of it. Thread-safe.
class Quarantine
{
public:
    static constexpr std::int64_t deathsToQuarantine = 2;

    /// Whether releasing `name`, an id or an id@version that identifies one build, also releases the entry `blamed`.
    static bool frees(const std::string &name, const std::string &blamed)
    {
        return blamed == name || blamed == pluginIdOf(name) || pluginIdOf(blamed) == name;
    }

    void put(const std::string &build, const std::string &operation, std::int64_t deaths)
    {
        const std::lock_guard lock(mutex_);
        deaths_[{build, operation}] = deaths;
    }
    void release(const std::string &name)
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(deaths_, [&](const auto &each) { return frees(name, each.first.first); });
    }

    /// Why `operation` must not be called, and what to do; "" = it may be called.
    std::string why(const std::string &build, const std::string &operation) const
    {
        const std::lock_guard lock(mutex_);
        std::int64_t deaths = 0;
        for (const std::string &blamed : std::set<std::string>{build, pluginIdOf(build)})
            if (const auto at = deaths_.find({blamed, operation}); at != deaths_.end())
                deaths += at->second;
        if (deaths < deathsToQuarantine)
            return {};
        return "The plugin " + build + " crashed psa-host " + std::to_string(deaths) + " times in " + operation +
               " and is blocked there. Update the plugin or ask its maker, then release it.";
    }

    /// The same for a call that may run any of `operations`, and may first create an instance and configure it.
    std::string blockReason(const std::string &build, std::initializer_list<const char *> operations) const
    {
        std::vector<const char *> all{"create", "configure"};
        all.insert(all.end(), operations);
        for (const char *each : all)
            if (std::string reason = why(build, each); !reason.empty())
                return reason;
        return {};
    }

private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, std::int64_t> deaths_; ///< Keyed by build and operation.
};

} // namespace psa::plugin

#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace psa::host {

/// Which operations of which plugins are not called, since the process ended in them again and again. From any thread.
class Quarantine
{
public:
    static constexpr std::int64_t deathsToQuarantine = 2;

    void put(const std::string &plugin, const std::string &operation, std::int64_t deaths)
    {
        const std::lock_guard lock(mutex_);
        deaths_[{plugin, operation}] = deaths;
    }
    void release(const std::string &plugin)
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(deaths_, [&](const auto &each) { return each.first.first == plugin; });
    }

    /// Why `operation` may not be called, and what to do; "" = it may.
    std::string why(const std::string &plugin, const std::string &operation) const
    {
        const std::lock_guard lock(mutex_);
        const auto at = deaths_.find({plugin, operation});
        if (at == deaths_.end() || at->second < deathsToQuarantine)
            return {};
        return "The plugin " + plugin + " ended psa-host " + std::to_string(at->second) + " times in " + operation +
               " and is not called there any more. Update it or ask its maker, and then release it.";
    }

    /// The same for a call that may come to any of `operations`, and may first make an instance and configure it.
    std::string whyNotCall(const std::string &plugin, std::initializer_list<const char *> operations) const
    {
        std::vector<const char *> all{"create", "configure"};
        all.insert(all.end(), operations);
        for (const char *each : all)
            if (std::string reason = why(plugin, each); !reason.empty())
                return reason;
        return {};
    }

private:
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, std::int64_t> deaths_; ///< By plugin and operation.
};

} // namespace psa::host

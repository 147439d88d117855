// SPDX-License-Identifier: Apache-2.0
//
// psa/cache.hpp: psa.cache/1 for C++ plugins. Compiled into the plugin; not part of the ABI.
#ifndef PSA_CACHE_HPP
#define PSA_CACHE_HPP

#include <psa/cache.h>
#include <psa/call.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace psa {

namespace detail {

inline void copyValue(void *user, psa_str value) noexcept
try
{
    static_cast<std::optional<std::string> *>(user)->emplace(view(value));
}
catch (...)
{
    // No memory for a copy: as good as a value that has vanished.
    static_cast<std::optional<std::string> *>(user)->reset();
}

} // namespace detail

/// Small values with an expiry, shared by the instances of one connection. A plugin must do without any of them at any
/// time, so nothing here fails: on a host without psa.cache/1 each look-up misses and nothing is kept. Never keep a
/// secret in it.
///
/// Make it inside a verb, and keep only the Host as a member. The constructor looks the service up, which a plugin may not
/// do while its instance is made: a Cache that is a member breaks that rule, and a host that is strict has no cache then.
///
///     std::string createTicket(psa::Call &call, std::string_view reference, std::string_view ticket) override
///     {
///         const psa::Cache cache(host_); // cheap: one look-up of a constant table
///         std::string queues = cache.get(call, "queues").value_or("");
///         if (queues.empty())
///         {
///             queues = readQueues(call);
///             cache.put(call, "queues", queues, 10 * 60 * 1000);
///         }
///         ...
class Cache
{
public:
    explicit Cache(Host host) noexcept : cache_(host.service<psa_cache>(PSA_CACHE_ID)) {}

    /// The value of `key` (1 to 200 bytes), if it is there and not expired.
    std::optional<std::string> get(const Call &call, std::string_view key) const
    {
        std::optional<std::string> value;
        if (cache_ == nullptr)
            return value;
        const psa_status status = cache_->get(call.get(), view(key), &value, &detail::copyValue);
        if (status != PSA_OK && status != PSA_NOT_FOUND)
            call.warning("The cache refused to look up \"" + std::string(key) + "\": is the key 1 to 200 bytes long?");
        return value;
    }

    /// Keeps `value` (at most 1 MiB) for `ttlMs` (at most a day), replacing an older one; an empty value removes the
    /// key. False = it is not kept.
    bool put(const Call &call, std::string_view key, std::string_view value, std::uint32_t ttlMs) const
    {
        if (cache_ == nullptr)
            return false;
        const psa_status status = cache_->put(call.get(), view(key), view(value), ttlMs);
        if (status != PSA_OK && status != PSA_RATE_LIMITED)
            call.warning("The cache refused to keep \"" + std::string(key) +
                         "\": is the key 1 to 200 bytes, the value at most 1 MiB, the time at most a day?");
        return status == PSA_OK;
    }

private:
    const psa_cache *cache_;
};

} // namespace psa

#endif

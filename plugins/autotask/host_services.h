#pragma once

#include <psa/cache.h>
#include <psa/call.hpp>
#include <psa/clock.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autotask {

/// psa.cache/1. A host without it costs requests, nothing else.
class Cache
{
public:
    explicit Cache(psa::Host host) : table_(host.service<psa_cache>(PSA_CACHE_ID)) {}

    std::optional<std::string> get(psa::Call &call, std::string_view key) const
    {
        std::optional<std::string> value;
        if (table_ != nullptr)
            table_->get(call.get(), psa::view(key), &value, [](void *user, psa_str found) {
                *static_cast<std::optional<std::string> *>(user) = std::string(psa::view(found));
            });
        return value;
    }

    /// False if it was not kept. An empty value removes the key.
    bool put(psa::Call &call, std::string_view key, std::string_view value, std::uint32_t ttlMs) const
    {
        return table_ != nullptr && table_->put(call.get(), psa::view(key), psa::view(value), ttlMs) == PSA_OK;
    }

private:
    const psa_cache *table_;
};

/// psa.clock/1.
class Clock
{
public:
    explicit Clock(psa::Host host) : table_(host.require<psa_clock>(PSA_CLOCK_ID)) {}

    std::int64_t unixMs(psa::Call &call) const { return table_.unix_ms(call.get()); }

private:
    const psa_clock &table_;
};

} // namespace autotask

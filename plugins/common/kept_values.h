#pragma once

#include "common/json.h"

#include <psa/cache.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace psa::plugins {

/// One call's access to the cache that the instances of a connection share.
class KeptValues
{
public:
    static constexpr std::uint32_t hourMs = 3600 * 1000;

    /// `call` must outlive it.
    KeptValues(psa::Host host, psa::Call &call) : cache_(host), call_(call) {}

    std::optional<std::string> get(const std::string &key);
    /// Like get(), for values that cannot be the reason why a ticket is rejected.
    std::optional<std::string> getLasting(const std::string &key) const;
    /// Values with keys over 200 bytes are not cached, but looked up again.
    void put(const std::string &key, const std::string &value, std::uint32_t ttlMs = hourMs);
    /// The id under `key`; if there is none, the result of `find`, which is then cached.
    std::int64_t id(const std::string &key, const std::function<std::int64_t()> &find);
    /// The rows under `key`; if there are none, the result of `read`, which is then cached.
    Array::Ptr rows(const std::string &key, const std::function<Array::Ptr()> &read);
    void forget(const std::string &key) { cache_.put(call_, key, "", 1); }
    /// Removes the values that this call used from the cache, because the PSA rejected the result.
    void forgetUsed();

private:
    psa::Cache cache_;
    psa::Call &call_;
    std::vector<std::string> used_; ///< Keys of the values that came from the cache.
};

} // namespace psa::plugins

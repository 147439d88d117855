#pragma once

#include "host/clock/clock.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::net {

/// The values that psa.cache/1 stores for one connection: small, with an expiry. Thread-safe.
class ValueCache
{
public:
    static constexpr std::size_t maxKeyBytes = 200;
    static constexpr std::size_t maxValueBytes = 1 << 20;
    static constexpr std::chrono::milliseconds maxTtl = std::chrono::hours(24);
    static constexpr std::size_t defaultCapacity = 8 << 20;
    /// Counted for each entry in addition to key and value, so that a million empty entries are not free.
    static constexpr std::size_t entryOverhead = 128;

    /// `capacity` is in bytes.
    explicit ValueCache(std::shared_ptr<const clock::Clock> clock, std::size_t capacity = defaultCapacity);

    /// The value; nullopt if it does not exist or has expired. Throws std::invalid_argument if the key is empty or too
    /// long.
    std::optional<std::string> get(const std::string &key);

    /// Stores a value for `ttl`, replacing an older one; an empty value removes the key. False = there is no space even
    /// without expired entries: then neither the value nor the outdated older one is stored. Throws
    /// std::invalid_argument if key, value or ttl is out of range.
    bool put(const std::string &key, std::string value, std::chrono::milliseconds ttl);

    /// All keys and values, in any order.
    std::vector<std::string> texts();

    /// Called when the configuration changes.
    void clear();

private:
    struct Entry
    {
        std::string value;
        clock::Clock::Steady expires;
    };
    using Entries = std::map<std::string, Entry>;

    Entries::iterator erase(Entries::iterator at);
    void eraseExpired();

    const std::shared_ptr<const clock::Clock> clock_;
    const std::size_t capacity_;
    std::mutex mutex_; ///< Guards the members below.
    Entries entries_;
    std::size_t bytes_ = 0;
};

} // namespace psa::net

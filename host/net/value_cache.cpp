#include "host/net/value_cache.h"

#include <stdexcept>
#include <utility>

namespace psa::net {
namespace {

void checkKey(const std::string &key)
{
    if (key.empty() || key.size() > ValueCache::maxKeyBytes)
        throw std::invalid_argument("a cache key must have 1 to " + std::to_string(ValueCache::maxKeyBytes) +
                                    " bytes, not " + std::to_string(key.size()));
}

std::size_t cost(const std::string &key, const std::string &value)
{
    return key.size() + value.size() + ValueCache::entryOverhead;
}

} // namespace

ValueCache::ValueCache(std::shared_ptr<const clock::Clock> clock, std::size_t capacity)
    : clock_(std::move(clock)), capacity_(capacity)
{
}

std::optional<std::string> ValueCache::get(const std::string &key)
{
    checkKey(key);
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end())
        return std::nullopt;
    if (found->second.expires > clock_->now())
        return found->second.value;
    erase(found);
    return std::nullopt;
}

bool ValueCache::put(const std::string &key, std::string value, std::chrono::milliseconds ttl)
{
    checkKey(key);
    if (value.size() > maxValueBytes)
        throw std::invalid_argument("a cached value must have at most " + std::to_string(maxValueBytes) +
                                    " bytes, not " + std::to_string(value.size()));
    if (ttl.count() < 0 || ttl > maxTtl)
        throw std::invalid_argument("a cached value is good for 0 to " + std::to_string(maxTtl.count()) + " ms, not " +
                                    std::to_string(ttl.count()));
    const std::lock_guard lock(mutex_);
    if (const auto old = entries_.find(key); old != entries_.end())
        erase(old);
    if (value.empty() || ttl.count() == 0)
        return true;
    const std::size_t needed = cost(key, value);
    if (bytes_ + needed > capacity_)
        eraseExpired();
    if (bytes_ + needed > capacity_)
        return false;
    entries_.emplace(key, Entry{std::move(value), clock_->now() + ttl});
    bytes_ += needed;
    return true;
}

std::vector<std::string> ValueCache::texts()
{
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto &[key, entry] : entries_)
        all.insert(all.end(), {key, entry.value});
    return all;
}

void ValueCache::clear()
{
    const std::lock_guard lock(mutex_);
    entries_.clear();
    bytes_ = 0;
}

ValueCache::Entries::iterator ValueCache::erase(Entries::iterator at)
{
    bytes_ -= cost(at->first, at->second.value);
    return entries_.erase(at);
}

void ValueCache::eraseExpired()
{
    const clock::Clock::Steady now = clock_->now();
    for (auto at = entries_.begin(); at != entries_.end();)
        at = at->second.expires <= now ? erase(at) : std::next(at);
}

} // namespace psa::net

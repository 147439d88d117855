#include "host/store/change_feed.h"

#include <algorithm>
#include <vector>

namespace psa::store {

void ChangeFeed::add(std::int64_t ticket, const std::shared_ptr<Watcher> &watcher)
{
    const std::lock_guard lock(mutex_);
    watchers_.emplace(ticket, Entry{watcher.get(), watcher});
}

void ChangeFeed::remove(std::int64_t ticket, const Watcher *watcher)
{
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = watchers_.equal_range(ticket);
    const auto at = std::find_if(begin, end, [&](const auto &each) { return each.second.key == watcher; });
    if (at != end)
        watchers_.erase(at);
}

void ChangeFeed::changed(const StoreChange &change)
{
    tickets_ += change.tickets.empty() ? 0 : 1;
    connections_ += change.connections ? 1 : 0;
    audit_ += change.audit ? 1 : 0;
    std::vector<std::shared_ptr<Watcher>> told; // called and released without the lock
    {
        const std::lock_guard lock(mutex_);
        if (watchers_.empty())
            return;
        for (const std::int64_t ticket : change.tickets)
        {
            const auto [begin, end] = watchers_.equal_range(ticket);
            for (auto at = begin; at != end; ++at)
                if (auto watcher = at->second.watcher.lock())
                    told.push_back(std::move(watcher));
        }
    }
    for (const auto &watcher : told)
        watcher->ticketChanged();
}

} // namespace psa::store

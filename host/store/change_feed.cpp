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

void ChangeFeed::add(const StoreChange &change, Counts &counts)
{
    counts.tickets += change.tickets.empty() ? 0 : 1;
    counts.connections += change.connections ? 1 : 0;
    counts.audit += change.audit ? 1 : 0;
    counts.events += change.events ? 1 : 0;
    counts.definitions += change.definitions ? 1 : 0;
}

ChangeFeed::Counts ChangeFeed::counts(const std::optional<std::set<std::string>> &connections) const
{
    const std::lock_guard lock(mutex_);
    if (!connections)
        return all_;
    Counts sum;
    for (const std::string &name : *connections)
        if (const auto at = perConnection_.find(name); at != perConnection_.end())
        {
            sum.tickets += at->second.tickets;
            sum.connections += at->second.connections;
            sum.audit += at->second.audit;
            sum.events += at->second.events;
            sum.definitions += at->second.definitions;
        }
    return sum;
}

void ChangeFeed::changed(const StoreChange &change)
{
    std::vector<std::shared_ptr<Watcher>> told; // called and released without the lock
    {
        const std::lock_guard lock(mutex_);
        add(change, all_);
        for (const std::string &name : change.of)
            add(change, perConnection_[name]);
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

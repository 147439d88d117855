#pragma once

#include "host/store/store.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace psa::store {

/// What changes in the store, for those who wait for a ticket and those who show things. From any thread.
class ChangeFeed
{
public:
    /// Somebody who waits for a ticket.
    class Watcher
    {
    public:
        virtual ~Watcher() = default;
        /// Quick, throws nothing, and uses no store but by readLater() and writeLater().
        virtual void ticketChanged() = 0;
    };

    /// `watcher` is told of each change of the ticket from now on, until it is removed or gone.
    void add(std::int64_t ticket, const std::shared_ptr<Watcher> &watcher);
    /// To be called by the destructor of one that was added.
    void remove(std::int64_t ticket, const Watcher *watcher);

    /// How many commits there were so far that changed one of these.
    struct Counts
    {
        std::uint64_t tickets = 0;
        std::uint64_t connections = 0;
        std::uint64_t audit = 0;
    };
    Counts counts() const { return {tickets_, connections_, audit_}; }

    /// A commit has changed this.
    void changed(const StoreChange &change);

private:
    struct Entry
    {
        const Watcher *key;
        std::weak_ptr<Watcher> watcher;
    };
    std::mutex mutex_; ///< Guards the next.
    std::unordered_multimap<std::int64_t, Entry> watchers_;
    std::atomic<std::uint64_t> tickets_{0};
    std::atomic<std::uint64_t> connections_{0};
    std::atomic<std::uint64_t> audit_{0};
};

} // namespace psa::store

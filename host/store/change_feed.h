#pragma once

#include "host/store/store.h"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace psa::store {

/// Publishes changes of the store to those who wait for a ticket or display data. Thread-safe.
class ChangeFeed
{
public:
    /// Waits for changes of a ticket.
    class Watcher
    {
    public:
        virtual ~Watcher() = default;
        /// Must be quick, must not throw, and may use the store only through readLater() and writeLater().
        virtual void ticketChanged() = 0;
    };

    /// Notifies `watcher` of each change of the ticket, until it is removed or destroyed.
    void add(std::int64_t ticket, const std::shared_ptr<Watcher> &watcher);
    /// Must be called by the destructor of an added watcher.
    void remove(std::int64_t ticket, const Watcher *watcher);

    /// How many commits so far changed each kind of data.
    struct Counts
    {
        std::uint64_t tickets = 0;
        std::uint64_t connections = 0;
        std::uint64_t audit = 0;
        std::uint64_t events = 0;
        std::uint64_t definitions = 0;
    };
    /// `connections`: count only commits that concern one of these; nullopt = all. If one commit concerns several
    /// connections, it counts for each of them with all that it changed.
    Counts counts(const std::optional<std::set<std::string>> &connections = std::nullopt) const;

    /// A commit has changed `change`.
    void changed(const StoreChange &change);

private:
    struct Entry
    {
        const Watcher *key;
        std::weak_ptr<Watcher> watcher;
    };
    static void add(const StoreChange &change, Counts &counts);

    mutable std::mutex mutex_; ///< Guards what follows.
    std::unordered_multimap<std::int64_t, Entry> watchers_;
    Counts all_;
    std::map<std::string, Counts> perConnection_;
};

} // namespace psa::store

#pragma once

#include "host/store/store.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>

namespace psa::bench {

/// How often something was done, and what one time cost.
struct Rate
{
    double perSecond = 0;
    double cpuMicroseconds = 0; ///< Of all threads of the process.
    double bytes = 0;           ///< Written to files.
};

/// Appends of 4 KiB, each followed by an fdatasync.
Rate rawSyncs(const std::filesystem::path &file, double seconds);

/// A store with callers that each wait for one thing to be durable before they ask for the next. Tickets have a key, a
/// request of 668 bytes and a built ticket of 600.
class Load
{
public:
    /// What psa-host does beside storing tickets.
    struct Extras
    {
        bool marks = true;       ///< Keeps beside the store what was acknowledged.
        bool searchIndex = true; ///< Extends the index of the text search.
    };
    explicit Load(const std::filesystem::path &folder, const Extras &extras);
    explicit Load(const std::filesystem::path &folder) : Load(folder, Extras()) {}

    /// Queues so many tickets, many at once.
    void fill(int count);
    /// New tickets.
    Rate inserts(int callers, double seconds);
    /// Transactions of any kind.
    Rate writes(int callers, double seconds, const std::function<void(store::StoreWriter &)> &work);
    /// Tickets that are inserted, claimed and settled, which is durable three times.
    Rate lifeCycles(int callers, double seconds);

private:
    ticket::NewTicket next();
    static Rate rate(int callers, double seconds, const std::function<void()> &one);

    std::unique_ptr<store::Store> store_;
    std::atomic<std::int64_t> made_{0};
};

struct Opening
{
    double milliseconds; ///< Until the store is open.
    double megabytes;    ///< The most that the process ever had in memory, after some hundred tickets went in and out.
};

Opening openAndUse(const std::filesystem::path &folder);

} // namespace psa::bench

#pragma once

#include "host/store/store.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>

namespace psa::bench {

/// Appends of 4 KiB, each followed by an fdatasync.
double rawSyncsPerSecond(const std::filesystem::path &file, double seconds);

/// A store with callers that each wait for one thing to be durable before they ask for the next. Tickets have a key, a
/// request of 668 bytes and a built ticket of 600.
class Load
{
public:
    explicit Load(const std::filesystem::path &folder);

    /// Queues so many tickets, many at once.
    void fill(int count);
    /// New tickets a second.
    double inserts(int callers, double seconds);
    /// Tickets a second that are inserted, claimed and settled, which is durable three times.
    double lifeCycles(int callers, double seconds);

private:
    host::NewTicket next();
    double rate(int callers, double seconds, const std::function<void()> &one) const;

    std::unique_ptr<host::Store> store_;
    std::atomic<std::int64_t> made_{0};
};

struct Opening
{
    double milliseconds; ///< Until the store is open.
    double megabytes;    ///< The most that the process ever had in memory, after some hundred tickets in and out.
};

Opening openAndUse(const std::filesystem::path &folder);

} // namespace psa::bench

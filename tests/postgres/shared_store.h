#pragma once

#include "host/store/postgres_store.h"
#include "tests/unit/store/store_samples.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace psa::test::postgres {

/// What stores have logged. Thread-safe.
class Log
{
public:
    void add(const std::string &line)
    {
        const std::lock_guard lock(mutex_);
        lines_.push_back(line);
    }
    std::vector<std::string> lines() const
    {
        const std::lock_guard lock(mutex_);
        return lines_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_; ///< Guarded.
};

/// A store as a host opens it.
std::unique_ptr<store::Store> openStore(const std::string &uri, const std::shared_ptr<Log> &log = nullptr,
                                        const std::string &passwordFile = "");

/// Why a store does not open; "" = it does.
std::string refusalOf(const std::string &uri, const std::string &passwordFile = "");

/// The changes that a store has told about.
class Changes
{
public:
    explicit Changes(store::Store &store);
    ~Changes() { store_.onChange(nullptr); }
    Changes(const Changes &) = delete;
    Changes &operator=(const Changes &) = delete;

    /// Waits until it has told about the ticket. False after `limit`.
    bool await(std::int64_t ticket, std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

private:
    store::Store &store_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::vector<std::int64_t> tickets_; ///< Guarded.
};

/// Adds a ticket, again and again while the database cannot be reached; returns its id.
std::int64_t addTicket(store::Store &store, const std::string &reference, const std::string &connection = "acme");

/// Runs `work` again until the store is available. Throws what it throws otherwise, or after 30 seconds.
void untilAvailable(const std::function<void()> &work);

} // namespace psa::test::postgres

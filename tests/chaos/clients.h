#pragma once

#include "host/http/message.h"

#include <Poco/JSON/Object.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace psa::test::chaos {

/// Threads that submit operations to hosts which may be killed at any moment, and repeat each request until it is
/// acknowledged.
class Clients
{
public:
    /// One of the threads; only for its own use.
    class Thread
    {
    public:
        Thread(Clients &clients, int number) : clients_(clients), number_(number) {}

        int number() const { return number_; } ///< From 0.
        /// Waits until one more operation may begin. Returns its number, from 0; nullopt = the thread is to end.
        std::optional<int> begin();
        /// Asks until there is a complete answer other than 503. Returns its document; null if the thread is to end, or if
        /// the operation was refused, which is a complaint.
        Poco::JSON::Object::Ptr submit(const std::function<http::ApiResponse()> &ask);

    private:
        Clients &clients_;
        const int number_;
    };

    /// `run`: what each thread does until begin() returns nullopt.
    Clients(int threads, const std::function<void(Thread &)> &run);
    ~Clients() { stop(); }
    Clients(const Clients &) = delete;
    Clients &operator=(const Clients &) = delete;

    /// How many operations may have begun by now.
    void allow(int operations) { allowed_ = operations; }
    /// All that may have begun are acknowledged.
    bool areDone() const { return acknowledged_ >= allowed_; }
    /// Waits until they are. False if none is acknowledged within `patience`.
    bool awaitDone(std::chrono::seconds patience) const;
    void stop();

    int acknowledged() const { return acknowledged_; }
    int repeated() const { return repeated_; } ///< Requests that were made again.
    std::vector<std::string> complaints() const;

private:
    std::atomic<int> allowed_{0};
    std::atomic<int> begun_{0};
    std::atomic<int> acknowledged_{0};
    std::atomic<int> repeated_{0};
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> complaints_; ///< Guarded.
    std::vector<std::thread> threads_;
};

} // namespace psa::test::chaos

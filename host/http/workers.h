#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace psa::http {

/// A fixed number of threads for work that may block, so that the loop does not.
class Workers
{
public:
    enum class Kind
    {
        brief, ///< Waits at most for the store.
        slow   ///< May wait for a PSA: such jobs never occupy all threads.
    };

    /// At most `slow` of the `threads` execute slow jobs; fewer than all.
    Workers(std::size_t threads, std::size_t slow);
    /// Executes posted jobs, then ends.
    ~Workers();
    Workers(const Workers &) = delete;
    Workers &operator=(const Workers &) = delete;

    /// Executed in order of posting, except for slow jobs while their limit is reached. Thread-safe. `job` must not
    /// throw.
    void post(Kind kind, std::function<void()> job);

private:
    struct Job
    {
        std::uint64_t number;
        std::function<void()> work;
    };
    void run();
    std::deque<Job> *next();

    const std::size_t mostSlow_;
    std::mutex mutex_; ///< Guards the members below.
    std::condition_variable changed_;
    std::deque<Job> brief_;
    std::deque<Job> slow_;
    std::uint64_t posted_ = 0;
    std::size_t slowAtWork_ = 0;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

} // namespace psa::http

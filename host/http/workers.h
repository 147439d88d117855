#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace psa::host {

/// A few threads for what may wait, so that the loop does not. They are there from the beginning, and never more.
class Workers
{
public:
    enum class Kind
    {
        brief, ///< At most for the store.
        slow   ///< Perhaps for a PSA: these never have all of the threads.
    };

    /// `slow` of the `threads` may be at work on what is slow; fewer than all.
    Workers(std::size_t threads, std::size_t slow);
    /// Does what was posted, and ends.
    ~Workers();
    Workers(const Workers &) = delete;
    Workers &operator=(const Workers &) = delete;

    /// In the order in which they were posted, as far as slow ones may be at work. From any thread. `job` throws nothing.
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
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::deque<Job> brief_;
    std::deque<Job> slow_;
    std::uint64_t posted_ = 0;
    std::size_t slowAtWork_ = 0;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

} // namespace psa::host

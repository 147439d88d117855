#include "host/http/workers.h"

namespace psa::http {

Workers::Workers(std::size_t threads, std::size_t slow) : mostSlow_(slow)
{
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this] { run(); });
}

Workers::~Workers()
{
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread &each : threads_)
        each.join();
}

void Workers::post(Kind kind, std::function<void()> job)
{
    {
        const std::lock_guard lock(mutex_);
        (kind == Kind::slow ? slow_ : brief_).push_back({++posted_, std::move(job)});
    }
    changed_.notify_one();
}

/// The queue with the next job; nullptr if there is currently none. Requires the lock.
std::deque<Workers::Job> *Workers::next()
{
    const bool mayTakeSlow = !slow_.empty() && slowAtWork_ < mostSlow_;
    if (mayTakeSlow && (brief_.empty() || slow_.front().number < brief_.front().number))
        return &slow_;
    return brief_.empty() ? nullptr : &brief_;
}

void Workers::run()
{
    std::unique_lock lock(mutex_);
    for (;;)
    {
        changed_.wait(lock, [this] { return next() != nullptr || ending_; });
        std::deque<Job> *from = next();
        if (from == nullptr)
            return; // threads that are busy with slow jobs will take the remaining ones
        const bool slow = from == &slow_;
        Job job = std::move(from->front());
        from->pop_front();
        slowAtWork_ += slow ? 1 : 0;
        lock.unlock();
        job.work();
        job.work = nullptr; // what it holds is released before anybody is told that it is done
        lock.lock();
        slowAtWork_ -= slow ? 1 : 0;
        if (slow)
            changed_.notify_one();
    }
}

} // namespace psa::http

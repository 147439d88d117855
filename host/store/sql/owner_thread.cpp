#include "host/store/sql/owner_thread.h"

#include "host/store/store_error.h"

#include <algorithm>
#include <future>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace psa::store {

OwnerThread::OwnerThread(std::size_t queueLimit, std::size_t groupLimit, Serve serve, Rest rest)
    : queueLimit_(queueLimit), groupLimit_(groupLimit), serve_(std::move(serve)), rest_(std::move(rest)),
      thread_([this] { loop(); })
{
}

OwnerThread::~OwnerThread()
{
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void OwnerThread::run(StoreJob::Kind kind, std::function<void(StoreWriter &)> work,
                      std::function<void(StoreWriter &)> ask)
{
    if (std::this_thread::get_id() == thread_.get_id())
        throw std::logic_error("the function passed to read or write used the store itself; it must use its argument");
    // Shared, because the waiting caller may be gone before set_value() returns.
    const auto done = std::make_shared<std::promise<void>>();
    post({kind, std::move(work),
          [done](const std::exception_ptr &failure) { failure ? done->set_exception(failure) : done->set_value(); },
          std::move(ask)});
    done->get_future().get();
}

void OwnerThread::post(StoreJob job)
{
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= queueLimit_)
            throw StoreError(StoreError::Kind::busy, "the store is busy: " + std::to_string(waiting_.size()) +
                                                         " callers are already waiting for it; try again in a moment");
        waiting_.push_back(std::make_unique<StoreJob>(std::move(job)));
    }
    wake_.notify_one();
}

void OwnerThread::loop()
{
    for (Jobs jobs = take(); !jobs.empty(); jobs = take())
        serve_(jobs);
}

/// Empty = the thread is to end.
OwnerThread::Jobs OwnerThread::take()
{
    std::unique_lock lock(mutex_);
    bool rests = !wake_.wait_for(lock, restAfter, [this] { return hasWork(); });
    while (rests && !hasWork())
    {
        lock.unlock();
        rests = rest_();
        lock.lock();
    }
    wake_.wait(lock, [this] { return hasWork(); });
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(groupLimit_, waiting_.size()));
    Jobs jobs(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return jobs;
}

} // namespace psa::store

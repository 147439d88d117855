#include "host/plugin/worker.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace psa::plugin {

/// Owned by the worker and its thread, so that an abandoned thread can still access it.
struct Worker::Shared
{
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable done;
    std::function<void()> task;
    bool busy = false;
    bool stop = false;
    std::thread thread;

    void loop()
    {
        std::unique_lock lock(mutex);
        for (;;)
        {
            wake.wait(lock, [&] { return stop || task; });
            if (!task)
                return;
            const auto running = std::exchange(task, nullptr);
            lock.unlock();
            running();
            lock.lock();
            busy = false;
            done.notify_one();
        }
    }
};

Worker::Worker() : shared_(std::make_shared<Shared>())
{
    shared_->thread = std::thread([shared = shared_] { shared->loop(); });
}

Worker::~Worker()
{
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->stop = true;
    }
    shared_->wake.notify_one();
    if (!abandoned_)
        shared_->thread.join();
}

bool Worker::run(std::function<void()> task, clock::RunningClock::time_point until)
{
    std::unique_lock lock(shared_->mutex);
    shared_->task = std::move(task);
    shared_->busy = true;
    shared_->wake.notify_one();
    if (clock::waitUntil(shared_->done, lock, until, [&] { return !shared_->busy; }))
        return true;
    abandoned_ = true;
    shared_->thread.detach();
    return false;
}

} // namespace psa::plugin

#include "host/plugin/worker.h"

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

namespace psa::host {
namespace {

/// The host ignores SIGPIPE, but a plugin, or a library of its, may set it back; a write to a connection that has ended
/// would then end the process. Plugins send on these threads.
void blockBrokenPipe()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

} // namespace

/// Owned by the worker and its thread, so that an abandoned thread has something left to look at.
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
        blockBrokenPipe();
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

bool Worker::run(std::function<void()> task, std::chrono::steady_clock::time_point until)
{
    std::unique_lock lock(shared_->mutex);
    shared_->task = std::move(task);
    shared_->busy = true;
    shared_->wake.notify_one();
    if (shared_->done.wait_until(lock, until, [&] { return !shared_->busy; }))
        return true;
    abandoned_ = true;
    shared_->thread.detach();
    return false;
}

} // namespace psa::host

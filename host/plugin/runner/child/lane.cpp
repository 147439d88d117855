#include "host/plugin/runner/child/lane.h"

#include <thread>
#include <utility>

namespace psa::plugin::runner::child {
namespace {

/// Calls a function when the scope is left, unless dismissed: also when glibc unwinds the thread (pthread_exit).
class Unwinding
{
public:
    explicit Unwinding(const std::function<void()> &call) : call_(call) {}
    ~Unwinding()
    {
        if (!dismissed_)
            call_();
    }
    Unwinding(const Unwinding &) = delete;
    Unwinding &operator=(const Unwinding &) = delete;

    void dismiss() { dismissed_ = true; }

private:
    const std::function<void()> &call_;
    bool dismissed_ = false;
};

} // namespace

std::shared_ptr<Lane> Lane::start(std::function<void()> unwound)
{
    std::shared_ptr<Lane> lane(new Lane);
    lane->unwound_ = std::move(unwound);
    std::thread([lane] { lane->loop(); }).detach();
    return lane;
}

void Lane::loop()
{
    std::unique_lock lock(mutex_);
    for (;;)
    {
        changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        if (tasks_.empty())
            break;
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        busy_ = true;
        changed_.notify_all();
        lock.unlock();
        Unwinding guard(unwound_);
        task();
        guard.dismiss();
        task = nullptr; // without the lock, because it may destroy objects
        lock.lock();
        busy_ = false;
        changed_.notify_all();
    }
    ended_ = true;
    changed_.notify_all();
}

void Lane::post(std::function<void()> task)
{
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_all();
}

void Lane::end()
{
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
}

void Lane::waitUnlessBusy()
{
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || busy_; });
}

} // namespace psa::plugin::runner::child

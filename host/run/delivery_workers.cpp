#include "host/run/delivery_workers.h"

namespace psa::run {
namespace {

using namespace std::chrono_literals;

/// How long to wait before the store is tried again.
constexpr auto storePause = 1s;
/// Maximum sleep when idle, in case the wall clock is set forward.
constexpr auto maxRest = 60s;

} // namespace

DeliveryWorkers::DeliveryWorkers(std::shared_ptr<delivery::ConnectionQueue> queue, std::size_t count,
                                 std::function<void(const std::string &)> log)
    : queue_(std::move(queue)), log_(std::move(log)), running_(count), busy_(count)
{
    for (BusyTime &busy : busy_)
        threads_.emplace_back([this, &busy] { run(busy); });
}

DeliveryWorkers::~DeliveryWorkers()
{
    beginStop();
    cancel();
    for (std::thread &each : threads_)
        each.join();
}

void DeliveryWorkers::wake() noexcept
{
    {
        const std::lock_guard lock(mutex_);
        ++wakes_;
    }
    changed_.notify_one();
}

void DeliveryWorkers::beginStop()
{
    queue_->stop();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

bool DeliveryWorkers::waitUntil(clock::RunningClock::time_point until)
{
    std::unique_lock lock(mutex_);
    return psa::clock::waitUntil(changed_, lock, until, [this] { return running_ == 0; });
}

std::string DeliveryWorkers::stuck(std::chrono::milliseconds callTime) const
{
    constexpr int mostCalls = 4; // of what a thread does before it rests or claims the next ticket
    for (const BusyTime &each : busy_)
        if (std::string text =
                stuckText("A delivery thread of " + queue_->name(), each.time(), longestWork + mostCalls * callTime);
            !text.empty())
            return text;
    return {};
}

void DeliveryWorkers::run(BusyTime &busy)
{
    std::optional<delivery::ConnectionQueue::Done> done;
    bool storeFailed = false;
    for (;;)
    {
        busy.begin();
        std::uint64_t seen = 0;
        {
            const std::lock_guard lock(mutex_);
            seen = wakes_;
        }
        try
        {
            // One commit for both, since a commit waits for the disk.
            const auto work = done ? queue_->settleAndClaim(*done) : queue_->claim();
            done.reset();
            storeFailed = false;
            if (work)
            {
                done = queue_->call(*work);
                continue;
            }
            if (queue_->probe() || queue_->readTickets() || queue_->readNames())
                continue;
        }
        catch (const store::StoreError &error)
        {
            // The result is kept until it can be recorded. If the process ends before, the outcome is unknown.
            if (!storeFailed)
                log_("The tickets of " + queue_->name() + " are waiting for the store: " + error.what());
            storeFailed = true;
        }
        busy.end();
        if (!rest(seen, storeFailed))
            break;
    }
    {
        const std::lock_guard lock(mutex_);
        --running_;
    }
    changed_.notify_all();
}

bool DeliveryWorkers::rest(std::uint64_t seenWakes, bool storeFailed)
{
    auto until = std::chrono::steady_clock::now() + (storeFailed ? storePause : maxRest);
    if (!storeFailed)
    {
        try
        {
            if (const auto wake = queue_->wakeAt())
                until = std::min(until, *wake);
        }
        catch (const store::StoreError &)
        {
            until = std::chrono::steady_clock::now() + storePause; // the next step reports the error
        }
    }
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return stopping_ || (!storeFailed && wakes_ != seenWakes); });
    return !stopping_;
}

} // namespace psa::run

#include "host/run/lane_workers.h"

namespace psa::host {
namespace {

using namespace std::chrono_literals;

/// How long to wait before the store is tried again.
constexpr auto storePause = 1s;
/// With nothing to do: so long at most, should the wall clock be put forward.
constexpr auto longestRest = 60s;

} // namespace

LaneWorkers::LaneWorkers(std::shared_ptr<Lane> lane, std::size_t count, std::function<void(const std::string &)> log)
    : lane_(std::move(lane)), log_(std::move(log)), running_(count)
{
    for (std::size_t i = 0; i < count; ++i)
        threads_.emplace_back([this] { run(); });
}

LaneWorkers::~LaneWorkers()
{
    beginStop();
    cancel();
    for (std::thread &each : threads_)
        each.join();
}

void LaneWorkers::poke() noexcept
{
    {
        const std::lock_guard lock(mutex_);
        ++pokes_;
    }
    changed_.notify_one();
}

void LaneWorkers::beginStop()
{
    lane_->stop();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
}

bool LaneWorkers::waitUntil(RunningClock::time_point until)
{
    std::unique_lock lock(mutex_);
    return psa::host::waitUntil(changed_, lock, until, [this] { return running_ == 0; });
}

void LaneWorkers::run()
{
    std::optional<Lane::Done> done;
    bool storeFailed = false;
    for (;;)
    {
        std::uint64_t seen = 0;
        {
            const std::lock_guard lock(mutex_);
            seen = pokes_;
        }
        try
        {
            const std::optional<Lane::Work> work = lane_->next(done);
            done.reset();
            storeFailed = false;
            if (work)
            {
                done = lane_->perform(*work);
                continue;
            }
            if (lane_->probe() || lane_->learnNames())
                continue;
        }
        catch (const StoreError &error)
        {
            // What was done stays in hand until it can be written down. If the process ends before, it is unknown.
            if (!storeFailed)
                log_("The tickets of " + lane_->name() + " are waiting for the store: " + error.what());
            storeFailed = true;
        }
        if (!rest(seen, storeFailed))
            break;
    }
    {
        const std::lock_guard lock(mutex_);
        --running_;
    }
    changed_.notify_all();
}

bool LaneWorkers::rest(std::uint64_t seenPokes, bool storeFailed)
{
    auto until = std::chrono::steady_clock::now() + (storeFailed ? storePause : longestRest);
    if (!storeFailed)
    {
        try
        {
            if (const auto wake = lane_->wakeAt())
                until = std::min(until, *wake);
        }
        catch (const StoreError &)
        {
            until = std::chrono::steady_clock::now() + storePause; // next() says what is wrong
        }
    }
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return stopping_ || (!storeFailed && pokes_ != seenPokes); });
    return !stopping_;
}

} // namespace psa::host

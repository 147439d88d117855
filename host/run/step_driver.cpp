#include "host/run/step_driver.h"

#include <algorithm>
#include <exception>

namespace psa::run {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds afterError = 5s;

} // namespace

StepDriver::StepDriver(std::string name, std::vector<Step> steps, std::function<void(const std::string &)> log)
    : name_(std::move(name)), steps_(std::move(steps)), log_(std::move(log)), thread_([this] { run(); })
{
}

StepDriver::~StepDriver()
{
    stop();
}

void StepDriver::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable())
        thread_.join();
}

void StepDriver::wake() noexcept
{
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void StepDriver::run()
{
    for (;;)
    {
        const auto next = runAll();
        std::unique_lock lock(mutex_);
        const auto isAsked = [this] { return woken_ || stopping_; };
        if (next)
            changed_.wait_for(lock, *next, isAsked);
        else
            changed_.wait(lock, isAsked);
        woken_ = false;
        if (stopping_)
            return;
    }
}

/// Each step once. Returns when the first of them has more to do.
std::optional<std::chrono::milliseconds> StepDriver::runAll()
{
    std::optional<std::chrono::milliseconds> first;
    for (const Step &step : steps_)
    {
        std::optional<std::chrono::milliseconds> next;
        try
        {
            busy_.begin();
            next = step();
        }
        catch (const std::exception &error)
        {
            log_(std::string("Work in the background is delayed: ") + error.what());
            next = afterError;
        }
        if (next && (!first || *next < *first))
            first = next;
    }
    busy_.end();
    return first;
}

} // namespace psa::run

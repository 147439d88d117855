#pragma once

#include "host/clock/running_clock.h"
#include "host/plugin/load_report.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace psa::plugin {

/// Its own thread for calls that may hang. A plugin cannot be interrupted, so a call that hangs is abandoned together
/// with its thread; the process continues. One task at a time; not thread-safe.
class Worker
{
public:
    Worker();
    /// Waits for the thread, unless it was abandoned.
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    /// Runs `task` on the thread and waits until it is done, or until `until`. False = it hangs: the thread is
    /// abandoned and the worker unusable. `task` must own everything it uses, and must not throw.
    bool run(std::function<void()> task, clock::RunningClock::time_point until);

    bool abandoned() const { return abandoned_; }

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    bool abandoned_ = false;
};

/// Runs `function` of a plugin that is being loaded on its own thread, since it may hang; `body` must own everything it
/// uses. Throws Refusal if it does not return within `time`, or throws.
template <class T>
T guarded(const std::string &function, std::chrono::milliseconds time, std::function<T()> body)
{
    struct Answer
    {
        T value{};
        bool threw = false;
    };
    const auto answer = std::make_shared<Answer>();
    const auto task = [answer, body = std::move(body)] {
        try
        {
            answer->value = body();
        }
        catch (...)
        {
            answer->threw = true;
        }
    };
    Worker worker;
    if (!worker.run(task, clock::RunningClock::now() + time))
        throw Refusal{LoadState::initFailed, function + " returns at once",
                      "it did not return within " + std::to_string(time.count()) + " ms", tellMakerAdvice};
    if (answer->threw)
        throw Refusal{LoadState::initFailed, "no exception leaves the library", function + " threw one",
                      tellMakerAdvice};
    return std::move(answer->value);
}

} // namespace psa::plugin

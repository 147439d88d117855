#pragma once

#include "host/plugin/refusal.h"
#include "host/plugin/worker.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace psa::plugin {

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

#pragma once

#include <psa/plugin.h>

#include <chrono>
#include <mutex>
#include <optional>

namespace psa::plugin {

/// Limits the log lines of a plugin, so that it cannot fill the disk. Thread-safe.
class LogBudget
{
public:
    using Clock = std::chrono::steady_clock;
    static constexpr unsigned maxLines = 1000;

    enum class Verdict
    {
        write,
        lastWord, ///< The first line over the limit: say once that the rest is omitted.
        drop
    };

    /// `window`: the budget is refilled whenever this much time has passed; nullopt = never.
    explicit LogBudget(std::optional<Clock::duration> window = {}) : window_(window) {}

    /// Counts one line, written at time `now`.
    Verdict take(Clock::time_point now)
    {
        const std::lock_guard lock(mutex_);
        if (window_ && (taken_ == 0 || now - start_ >= *window_))
        {
            start_ = now;
            taken_ = 0;
        }
        if (taken_ > maxLines)
            return Verdict::drop;
        return ++taken_ <= maxLines ? Verdict::write : Verdict::lastWord;
    }

private:
    std::mutex mutex_;
    std::optional<Clock::duration> window_;
    Clock::time_point start_{};
    unsigned taken_ = 0;
};

/// The level to log with: an invalid one counts as an error.
inline psa_log_level knownLevel(psa_log_level level)
{
    return level <= PSA_LOG_ERROR ? level : PSA_LOG_ERROR;
}

} // namespace psa::plugin

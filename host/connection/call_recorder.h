#pragma once

#include "host/clock/clock.h"
#include "host/net/http_types.h"
#include "host/net/recording.h"
#include "host/plugin/call_state.h"

#include <Poco/JSON/Object.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace psa::net {
class SecretRegistry;
} // namespace psa::net

namespace psa::connection {

/// A clock that records each time it returned, so that a replay can return the same. Thread-safe.
class RecordingClock : public clock::Clock
{
public:
    explicit RecordingClock(std::shared_ptr<const clock::Clock> clock) : clock_(std::move(clock)) {}

    Steady now() const override { return clock_->now(); }
    clock::RunningClock::time_point running() const override { return clock_->running(); }

    Wall wallNow() const override
    {
        const std::lock_guard lock(mutex_);
        return taken_.emplace_back(clock_->wallNow());
    }

    /// The times returned so far.
    std::vector<Wall> taken() const
    {
        const std::lock_guard lock(mutex_);
        return taken_;
    }

private:
    std::shared_ptr<const clock::Clock> clock_;
    mutable std::mutex mutex_;
    mutable std::vector<Wall> taken_;
};

/// A plugin verb and its arguments, as in a recording.
struct CallDescription
{
    std::string verb;  ///< VerbRow::name.
    std::string build; ///< id@version.
    bool dryRun = false;
    Poco::JSON::Object::Ptr arguments;
};

/// Records the calls of a connection with their exchanges and results (docs/recordings.md). A call must not fail
/// because of its recording: recording errors are kept in trouble(). Thread-safe.
class CallRecorder
{
public:
    /// Creates `file`, or replaces its content. Throws std::runtime_error that names it.
    CallRecorder(const std::filesystem::path &file, std::shared_ptr<const clock::Clock> clock);

    /// Returns the number of the call, from 1.
    std::uint64_t begin(const CallDescription &call, const net::SecretRegistry &secrets);
    /// `exchange`: free of secrets.
    void add(std::uint64_t call, const net::Exchange &exchange);
    /// `dates`: the times that the plugin read from the clock.
    void end(std::uint64_t call, const plugin::CallOutcome &outcome, const std::vector<clock::Clock::Wall> &dates,
             const net::SecretRegistry &secrets);

    /// Why the recording is incomplete; "" = it is complete.
    std::string trouble() const;

private:
    void write(const Poco::JSON::Object &line);

    net::Recorder recorder_;
    std::shared_ptr<const clock::Clock> clock_;
    mutable std::mutex mutex_; ///< Guards what follows.
    std::uint64_t calls_ = 0;
    std::string trouble_;
};

} // namespace psa::connection

#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

namespace psa::os {

/// Tells the service manager that started this process, systemd or another with its protocol ($NOTIFY_SOCKET), how the
/// process is; no effect without one. Thread-safe.
class ServiceManager
{
public:
    /// `warn`: gets the first failure to reach the service manager. Must not throw.
    explicit ServiceManager(std::function<void(const std::string &)> warn) : warn_(std::move(warn)) {}

    /// How often the watchdog expects alive() at least ($WATCHDOG_USEC); zero = there is none.
    std::chrono::microseconds watchdogTime() const;

    /// `text`: one line for people, as `systemctl status` shows it.
    void status(const std::string &text);
    /// It serves now, for the first time or after reloading().
    void ready(const std::string &text);
    void reloading(const std::string &text);
    /// `time`: how long stopping may take.
    void stopping(const std::string &text, std::chrono::microseconds time);
    void alive();

private:
    void send(const std::string &message);

    std::function<void(const std::string &)> warn_;
    std::atomic<bool> failed_ = false;
};

} // namespace psa::os

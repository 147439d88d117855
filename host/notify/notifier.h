#pragma once

#include "host/notify/notice.h"
#include "host/notify/notify_config.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace psa::notify {

/// Delivers a notice to one sink; returns why it failed, "" = success. On the notifier's thread.
using NotificationSink = std::function<std::string(const std::string &json)>;

/// Tells humans what needs them, without holding anybody up: notices wait in memory for the sinks, each of which is
/// tried a few times. What is lost with the process is in the store all the same. Thread-safe.
class Notifier
{
public:
    static constexpr std::size_t mostWaiting = 1000; ///< More are only logged.
    static constexpr int attempts = 3;

    /// `log`: told of each notice that did not arrive. `pause`: the wait before attempt n + 1 is n times as long.
    Notifier(std::vector<NotificationSink> sinks, std::function<void(const std::string &)> log,
             std::chrono::milliseconds pause = std::chrono::seconds(2));
    /// Tries what waits once more, without pauses.
    ~Notifier();
    Notifier(const Notifier &) = delete;
    Notifier &operator=(const Notifier &) = delete;

    void tell(const Notice &notice) noexcept;

private:
    void run();
    void deliver(const std::string &json);
    bool rest(std::chrono::milliseconds time);

    const std::vector<NotificationSink> sinks_;
    const std::function<void(const std::string &)> log_;
    const std::chrono::milliseconds pause_;
    std::mutex mutex_; ///< Guards the members below.
    std::condition_variable changed_;
    std::deque<std::string> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

/// The notice as sinks get it: {"kind":…,"connection":…,"ticket":…,"reference":…,"code":…,"text":…}.
std::string toJson(const Notice &notice);

} // namespace psa::notify

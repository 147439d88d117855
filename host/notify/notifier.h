#pragma once

#include "host/net/egress_config.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace psa::notify {

/// A notification for a human: a ticket that needs review, a connection that sends nothing, a store that lost data.
struct Notice
{
    /// "ticket.dead", "ticket.needs_review", "ticket.status_reverted", the same of "note" and "change", "connection.paused", "connection.broken",
    /// "plugin.not-swapped", "store.restored".
    std::string kind;
    std::string connection; ///< "" = it concerns all of psa-host.
    std::optional<std::int64_t> ticketId;
    std::string reference; ///< Of the ticket, note or change; "" = it concerns the connection.
    std::string code;      ///< Why, for programs.
    std::string text;      ///< Why, and what to do; free of secrets.
};

/// Accepts a notice. Thread-safe; must be quick and must not throw.
using Notify = std::function<void(const Notice &)>;

/// [notify] of the configuration file: how to notify humans. Both empty = only the log.
struct NotifyConfig
{
    std::string webhook; ///< webhook: an https URL that receives each notice as a POST request with one JSON object.
    std::vector<std::string>
        command; ///< command: a program (absolute path) and its arguments; gets the object on its standard input.
};

/// Delivers a notice to one sink; returns why it failed, "" = success. Called on the notifier's thread.
using NotificationSink = std::function<std::string(const std::string &json)>;

/// Logs `text`, which is about `notice`. Thread-safe.
using NoticeLog = std::function<void(const std::string &text, const Notice &notice)>;

/// Notifies humans without blocking the caller: notices wait in memory for the sinks, each of which is tried a few
/// times. Notices lost with the process are not critical, because their causes are in the store. Thread-safe.
class Notifier
{
public:
    static constexpr std::size_t maxWaiting = 1000; ///< Further ones are only logged.
    static constexpr int attempts = 3;

    /// `log`: called for each notice, and for each that was not delivered; must not throw. `pause`: the wait before attempt n + 1 is n times this.
    Notifier(std::vector<NotificationSink> sinks, NoticeLog log,
             std::chrono::milliseconds pause = std::chrono::seconds(2));
    /// Tries all waiting notices once more, without pauses.
    ~Notifier();
    Notifier(const Notifier &) = delete;
    Notifier &operator=(const Notifier &) = delete;

    void tell(const Notice &notice) noexcept;
    /// Replaces the sinks. A notice that is being delivered still goes to the previous ones.
    void use(std::vector<NotificationSink> sinks);
    /// Gives a notice to each sink once, on the caller's thread; returns why it failed, for each that failed. `sinks`:
    /// receives their number.
    std::vector<std::string> tryOut(const Notice &notice, std::size_t &sinks) const;

private:
    using Sinks = std::shared_ptr<const std::vector<NotificationSink>>;
    Sinks sinks() const;
    void run();
    void deliver(const Notice &notice);
    bool rest(std::chrono::milliseconds time);

    const NoticeLog log_;
    const std::chrono::milliseconds pause_;
    mutable std::mutex mutex_; ///< Guards the members below.
    Sinks sinks_;
    std::condition_variable changed_;
    std::deque<Notice> waiting_;
    bool stopping_ = false;
    std::thread thread_;
};

/// The notice as JSON for sinks: {"kind":…,"connection":…,"ticket":…,"reference":…,"code":…,"text":…}.
std::string toJson(const Notice &notice);

/// Why `url` cannot be that of a webhook, as the end of a sentence; "" = it can.
std::string webhookProblem(const std::string &url);
/// `url` without its path, which is often a password: "https://hooks.example.com/…"; "" for "".
std::string shownWebhook(const std::string &url);

/// The sinks of [notify]. `net`: used to reach a webhook; its rules about addresses apply.
std::vector<NotificationSink> makeNotificationSinks(const NotifyConfig &config,
                                                    const std::shared_ptr<const net::NetRuntime> &net);

} // namespace psa::notify

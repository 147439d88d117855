#pragma once

#include "host/plugin/call_context.h"
#include "host/plugin/log_budget.h"
#include "host/plugin/one_change.h"
#include "host/plugin/runner/protocol.h"
#include "host/plugin/verb.h"

#include <psa/plugin.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::plugin {

/// Why a call failed, in the plugin's words or, for a defect, in ours. The texts are printable in log lines.
struct PluginError
{
    psa_status status = PSA_INTERNAL;
    std::uint32_t httpStatus = 0;
    std::uint32_t retryAfterMs = 0; ///< 0 = not specified.
    std::string message;
    std::string hint;
    std::string detail;
    std::string vendorCode;
    std::string field;
};

/// How a call of a plugin's function ended.
enum class Ended
{
    returned,
    hung, ///< It did not return by its deadline and the grace period.
    died  ///< Its process exited during the call.
};

/// The result of one call. What the host recorded of requests is valid however the call ended.
struct CallOutcome
{
    std::string result;               ///< The returned document, if the call succeeded and its verb has one.
    std::optional<PluginError> error; ///< Set if the call failed.
    std::vector<std::string> defects; ///< The plugin's violations of the ABI; each blames it.
    Ended ended = Ended::returned;
    bool alone = true; ///< If died: no other call was in progress in the process, so this one caused it.
    MutationSeen mutation = MutationSeen::none; ///< What the host saw being sent.
    bool confirmed = false;                     ///< A changing request got a 2xx response.
    bool accepted =
        false; ///< A response to a changing request was not a clear rejection: the request may have been carried out.
    unsigned refusedChanges = 0; ///< Number of further changing requests, which the host did not send; see OneChange.

    bool ok() const { return !error; }
    /// Every changing request got a response, and at least one was not a clear rejection: whatever the plugin
    /// concludes, the request may have been carried out.
    bool isOpen() const { return mutation == MutationSeen::answered && accepted; }
};

/// The outcome of a call that failed because of the host: `message` says why, `hint` what to do.
CallOutcome failed(psa_status status, std::string message, std::string hint);

/// The error of a call in which `plugin` violated the ABI; `what` completes "it ...".
PluginError defectOf(const std::string &plugin, const std::string &what);

/// The name of a status in the schemas, such as "rate_limited"; "internal" for an unknown one.
const char *statusName(psa_status status);
/// The status with this name; PSA_INTERNAL for an unknown name.
psa_status statusFrom(std::string_view name);

/// An error as the plugin delivered it. A missing text = NULL with a size.
struct RawError
{
    psa_status status = PSA_INTERNAL;
    std::uint32_t httpStatus = 0;
    std::uint32_t retryAfterMs = 0;
    std::optional<std::string_view> message;
    std::optional<std::string_view> hint;
    std::optional<std::string_view> detail;
    std::optional<std::string_view> vendorCode;
    std::optional<std::string_view> field;
};

/// The host's side of one call. The plugin may violate every rule: late or repeated results, other threads and invalid
/// texts only become defects in the outcome. Thread-safe.
class CallState : public std::enable_shared_from_this<CallState>
{
public:
    using Clock = clock::RunningClock;
    static constexpr std::size_t maxResultBytes = runner::maxResultBytes;
    static constexpr std::size_t maxTextBytes = runner::maxTextBytes;

    /// `plugin`: the name used to blame it.
    CallState(std::string plugin, Clock::time_point deadline, PluginLog log, CallContext context = {});
    ~CallState() = default;
    CallState(const CallState &) = delete;
    CallState &operator=(const CallState &) = delete;

    void cancel() { cancelled_ = true; }
    bool isCancelled() const { return cancelled_; }
    Clock::time_point deadline() const { return deadline_; }
    /// Milliseconds until the deadline, on the same clock as psa.clock/1, so that a plugin never sees two.
    std::int64_t remainingMs() const;
    /// Whether psa.clock/1 shows a clock other than the system's.
    bool hasOwnClock() const;

    /// Writes a log line of the plugin; nullopt = NULL with a size. An invalid line is reported in the log and does not affect
    /// the call: a log line must not turn a created ticket into an unknown one.
    void writeLog(psa_log_level level, std::optional<std::string_view> message);
    /// `size`: of the complete text in bytes; `json` may be cut after maxResultBytes + 1 bytes.
    void putResult(std::size_t size, std::optional<std::string_view> json);
    /// nullopt = NULL, or shorter than psa_error of ABI 1.0.
    void putError(const std::optional<RawError> &error);

    /// What the call may use; nullptr, with a line in the log, once it has ended. `what`: the requested service.
    std::shared_ptr<const CallContext> use(const char *what);
    /// Logs that the plugin misused a service; `what` says how. Returns the status for the service to return.
    psa_status misused(std::string_view what);
    /// Sends through the connection's HTTP service, limited by the call's deadline and cancellation, and records how
    /// far a changing request got; one that OneChange rejects is reported as not sent. nullopt, with a line in the log,
    /// once the call has ended: then nothing is sent any more, and a late response is dropped. For services; the HTTP
    /// service must exist.
    std::optional<net::HttpResponse> send(const net::HttpRequest &request);

    /// Closes the call after the plugin's function returned `status` or threw `thrown`. Like the next two functions, cancels
    /// requests in progress.
    CallOutcome returned(Delivers delivers, psa_status status, std::optional<std::string_view> thrown);
    /// Closes the call after the function did not return in time.
    CallOutcome hung(const VerbRow &verb);
    /// Closes the call after the plugin's process exited. `how` completes "the plugin crashed in create_ticket: ...".
    CallOutcome died(const VerbRow &verb, const std::string &how);

private:
    bool refuseLate(const char *what);
    /// Closes the call to the plugin; requires the lock.
    void end();
    /// Closes the call because of the plugin; requires the lock. A request in progress counts as sent.
    CallOutcome givenUp(Ended ended, psa_status status, const std::string &message, const std::string &hint);
    /// Records how far a changing request got; requires the lock.
    void note(const net::HttpResponse &response);
    void log(psa_log_level level, const std::string &line);
    void blameLog(std::string_view what);
    std::string text(const char *what, std::optional<std::string_view> value);
    std::string withoutSecrets(const std::string &text) const;
    std::string shown(std::string_view text) const;
    /// Records each defect once: a plugin may repeat one a million times.
    void defect(const std::string &what);
    CallOutcome close(Delivers delivers, psa_status status);
    void judge(Delivers delivers, psa_status status);

    std::string plugin_;
    Clock::time_point deadline_;
    PluginLog log_;
    std::shared_ptr<const clock::Clock> clock_; ///< The plugin's clock; may be null.
    std::atomic<bool> cancelled_{false};
    LogBudget budget_;
    std::mutex mutex_;                           ///< Guards the members below.
    std::shared_ptr<const CallContext> context_; ///< nullptr = the call has ended.
    bool gotResult_ = false;
    OneChange change_;
    std::set<std::string, std::less<>> blamed_; ///< Defects of log lines, each reported once.
    CallOutcome outcome_;
};

} // namespace psa::plugin

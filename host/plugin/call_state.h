#pragma once

#include "host/plugin/call_context.h"
#include "host/plugin/log_budget.h"
#include "host/plugin/one_change.h"
#include "host/plugin/verb.h"

#include <psa/plugin.h>

#include <atomic>
#include <chrono>
#include <functional>
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

/// How the plugin's function ended.
enum class Ended
{
    returned,
    hung, ///< It exceeded its deadline and the grace period, and was given up.
    died  ///< Its process ended.
};

/// The result of one call. What the host saw being sent is true however the plugin ended.
struct CallOutcome
{
    std::string result;               ///< The returned document, if the call succeeded and its verb has one.
    std::optional<PluginError> error; ///< Set if the call failed.
    std::vector<std::string> defects; ///< The plugin's violations of the ABI; each blames it.
    Ended ended = Ended::returned;
    bool alone = true;                          ///< No other call was in the process when it died: this one caused it.
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

/// The host's side of one psa_call. The plugin may violate every rule: late or repeated results, other threads and
/// invalid texts only become defects in the outcome. Finished calls are kept for a while, so that late use of the
/// pointer still accesses our memory; the services of the connection are released at the end of the call, so that its
/// sockets are not kept as long.
class CallState : public std::enable_shared_from_this<CallState>
{
public:
    using Clock = clock::RunningClock;
    static constexpr std::size_t maxResultBytes = 1 << 20;
    static constexpr std::size_t maxTextBytes = 16 << 10;

    /// `plugin`: the name used to blame it.
    static std::shared_ptr<CallState> begin(std::string plugin, Clock::time_point deadline, PluginLog log,
                                            CallContext context = {});
    /// The host's side of `call`, which begin() created.
    static CallState &of(const psa_call *call) { return *static_cast<CallState *>(call->host_data); }

    ~CallState() = default;
    CallState(const CallState &) = delete;
    CallState &operator=(const CallState &) = delete;

    const psa_call *raw() const { return &raw_; }
    void cancel() { cancelled_ = true; }
    /// Abandons the call: cancels it, and rejects all further results and log lines.
    void abandon();
    Clock::time_point deadline() const { return deadline_; }

    /// What the call may use; nullptr, with a line in the log, once it has ended. `what`: the requested service.
    std::shared_ptr<const CallContext> use(const char *what);
    /// Logs that the plugin misused a service; `what` says how. Returns the status for the service to return.
    psa_status misused(const char *what);
    /// Sends through the connection's HTTP service, limited by the call's deadline and cancellation, and records how
    /// far a changing request got; one that OneChange rejects is reported as not sent. nullopt, with a line in the log,
    /// once the call has ended: then nothing is sent any more, and a late response is dropped. For services; the HTTP
    /// service must exist.
    std::optional<net::HttpResponse> send(const net::HttpRequest &request);

    /// Runs `body` (one plugin function), catches its exceptions, and closes the call with its status.
    CallOutcome run(Delivers delivers, const std::function<psa_status(const psa_call *)> &body);

private:
    CallState(std::string plugin, Clock::time_point deadline, PluginLog log, CallContext context);

    static std::uint32_t isCancelled(const psa_call *call);
    static std::int64_t remainingMs(const psa_call *call);
    static void writeLog(const psa_call *call, psa_log_level level, psa_str message);
    static void putResult(const psa_call *call, psa_str json);
    static void putError(const psa_call *call, const psa_error *error);

    bool refuseLate(const char *what);
    /// Closes the call to the plugin; requires the lock.
    void end();
    /// Records how far a changing request got; requires the lock.
    void note(const net::HttpResponse &response);
    void log(psa_log_level level, const std::string &line);
    void blameLog(const char *what);
    std::string text(const char *what, psa_str value);
    std::string withoutSecrets(const std::string &text) const;
    std::string shown(std::string_view text) const;
    /// Records each defect once: a plugin may repeat one a million times.
    void defect(const std::string &what);
    CallOutcome close(Delivers delivers, psa_status status);
    void judge(Delivers delivers, psa_status status);

    psa_call raw_{};
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
    std::set<std::string> blamed_; ///< Defects of log lines, each reported once.
    CallOutcome outcome_;
};

} // namespace psa::plugin

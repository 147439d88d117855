#pragma once

#include "host/plugin/call_context.h"
#include "host/plugin/log_budget.h"
#include "host/plugin/one_change.h"

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

/// Why a call failed, in the plugin's words or, for a defect, in ours. The texts are printable as log lines are.
struct PluginError
{
    psa_status status = PSA_INTERNAL;
    std::uint32_t httpStatus = 0;
    std::uint32_t retryAfterMs = 0; ///< 0 = not said.
    std::string message;
    std::string hint;
    std::string detail;
    std::string vendorCode;
    std::string field;
};

/// What became of one call.
struct CallOutcome
{
    std::string result;               ///< The document, if it succeeded and the verb has one.
    std::optional<PluginError> error; ///< Set if it failed.
    std::vector<std::string> defects; ///< What the plugin did against the ABI; each blames it.
    bool lost = false;                ///< It outlived deadline and grace; the instance must not be used again.
    MutationSeen mutation = MutationSeen::none; ///< What the host saw being sent; meaningless if lost is set.
    bool confirmed = false;                     ///< A request that mutates was answered with a 2xx.
    bool accepted =
        false; ///< An answer to a request that mutates was not a plain refusal: it may have been carried out.
    unsigned refusedChanges = 0; ///< Further requests that mutate, which the host did not send; see OneChange.

    bool ok() const { return !error; }
    /// Every request that mutates was answered, and one not with a plain refusal: whatever the plugin makes of the
    /// answer, it may have been carried out.
    bool isOpen() const { return mutation == MutationSeen::answered && accepted; }
};

/// The outcome of a call that failed because of the host: `message` says why, `hint` what to do.
CallOutcome failed(psa_status status, std::string message, std::string hint);

/// The error of a call in which `plugin` broke the ABI; `what` completes "it ...".
PluginError defectOf(const std::string &plugin, const std::string &what);

/// The name of a status as the schemas write it, such as "rate_limited"; "internal" for one that is not known.
const char *statusName(psa_status status);
/// The status with this name; PSA_INTERNAL for an unknown name.
psa_status statusFrom(std::string_view name);

/// What a verb delivers on success.
enum class Delivers
{
    nothing,
    result
};

/// The host's side of one psa_call. The plugin may break every rule of it: late and doubled deliveries, other threads,
/// invalid texts end as defects in the outcome and nowhere else. Finished calls are kept for a while, so that a late
/// use of the pointer meets memory that is still ours; the services of the connection are let go at the end of the
/// call, so that its sockets do not live as long.
class CallState : public std::enable_shared_from_this<CallState>
{
public:
    using Clock = clock::RunningClock;
    static constexpr std::size_t maxResultBytes = 1 << 20;
    static constexpr std::size_t maxTextBytes = 16 << 10;

    /// `plugin`: the name to blame.
    static std::shared_ptr<CallState> begin(std::string plugin, Clock::time_point deadline, PluginLog log,
                                            CallContext context = {});
    /// The host's side of `call`, which begin() created.
    static CallState &of(const psa_call *call) { return *static_cast<CallState *>(call->host_data); }

    ~CallState() = default;
    CallState(const CallState &) = delete;
    CallState &operator=(const CallState &) = delete;

    const psa_call *raw() const { return &raw_; }
    void cancel() { cancelled_ = true; }
    /// Gives the call up: cancels it, and what it still delivers or logs is refused.
    void abandon();
    Clock::time_point deadline() const { return deadline_; }

    /// What the call may use; nullptr, with a line in the log, once it has ended. `what`: the service that is used.
    std::shared_ptr<const CallContext> use(const char *what);
    /// Blames the plugin in the log for `what` it did with a service. Returns what the service then answers.
    psa_status misused(const char *what);
    /// Sends through the connection's HTTP service, within the deadline of the call and as long as it is not cancelled,
    /// and remembers how far it got if it mutates; one that OneChange refuses is answered as not sent. nullopt, with a
    /// line in the log, once the call has ended: then nothing is sent any more, and an answer that is on its way has
    /// nobody to go to. For services; the HTTP service must be there.
    std::optional<net::HttpResponse> send(const net::HttpRequest &request);

    /// Runs `body` (one plugin function), catches what it throws, and closes the call with its status.
    CallOutcome run(Delivers delivers, const std::function<psa_status(const psa_call *)> &body);

private:
    CallState(std::string plugin, Clock::time_point deadline, PluginLog log, CallContext context);

    static std::uint32_t isCancelled(const psa_call *call);
    static std::int64_t remainingMs(const psa_call *call);
    static void writeLog(const psa_call *call, psa_log_level level, psa_str message);
    static void putResult(const psa_call *call, psa_str json);
    static void putError(const psa_call *call, const psa_error *error);

    bool refuseLate(const char *what);
    /// Closes the call to the plugin; with the lock held.
    void end();
    /// Takes down how far a request that mutates got; with the lock held.
    void note(const net::HttpResponse &response);
    void log(psa_log_level level, const std::string &line);
    void blameLog(const char *what);
    std::string text(const char *what, psa_str value);
    std::string withoutSecrets(const std::string &text) const;
    std::string shown(std::string_view text) const;
    /// Each is kept once: a plugin may do the same wrong thing a million times.
    void defect(const std::string &what);
    CallOutcome close(Delivers delivers, psa_status status);
    void judge(Delivers delivers, psa_status status);

    psa_call raw_{};
    std::string plugin_;
    Clock::time_point deadline_;
    PluginLog log_;
    std::shared_ptr<const clock::Clock> clock_; ///< What the plugin reads the time from; may be null.
    std::atomic<bool> cancelled_{false};
    LogBudget budget_;
    std::mutex mutex_;                           ///< Guards the members below.
    std::shared_ptr<const CallContext> context_; ///< nullptr = the call has ended.
    bool gotResult_ = false;
    OneChange change_;
    std::set<std::string> blamed_; ///< Defects of log lines, each said once.
    CallOutcome outcome_;
};

} // namespace psa::plugin

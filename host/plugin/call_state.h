#pragma once

#include <psa/plugin.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::host {

/// Receives the log lines of plugins, valid UTF-8. Called from any thread.
using PluginLog = std::function<void(psa_log_level, const std::string &)>;

/// Why a call failed, in the plugin's words or, for a defect, in ours.
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

    bool ok() const { return !error; }
};

/// The name of a status as the schemas write it, such as "rate_limited"; "internal" for one that is not known.
const char *statusName(psa_status status);

/// What a verb delivers on success.
enum class Delivers
{
    nothing,
    result
};

/// The host's side of one psa_call. The plugin may break every rule of it: late and doubled deliveries, other threads,
/// invalid texts end as defects in the outcome and nowhere else. Finished calls are kept for a while, so that a late
/// use of the pointer meets memory that is still ours.
class CallState
{
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t maxResultBytes = 1 << 20;
    static constexpr std::size_t maxTextBytes = 16 << 10;

    /// `plugin`: the name to blame.
    static std::shared_ptr<CallState> begin(std::string plugin, Clock::time_point deadline, PluginLog log);

    ~CallState() = default;
    CallState(const CallState &) = delete;
    CallState &operator=(const CallState &) = delete;

    const psa_call *raw() const { return &raw_; }
    void cancel() { cancelled_ = true; }
    Clock::time_point deadline() const { return deadline_; }

    /// Runs `body` (one plugin function), catches what it throws, and closes the call with its status.
    CallOutcome run(Delivers delivers, const std::function<psa_status(const psa_call *)> &body);

private:
    CallState(std::string plugin, Clock::time_point deadline, PluginLog log);

    static CallState &of(const psa_call *call);
    static std::uint32_t isCancelled(const psa_call *call);
    static std::int64_t remainingMs(const psa_call *call);
    static void writeLog(const psa_call *call, psa_log_level level, psa_str message);
    static void putResult(const psa_call *call, psa_str json);
    static void putError(const psa_call *call, const psa_error *error);

    bool refuseLate(const char *what);
    std::string text(const char *what, psa_str value, std::size_t maxBytes);
    void defect(std::string what) { outcome_.defects.push_back(std::move(what)); }
    CallOutcome close(Delivers delivers, psa_status status);
    void judge(Delivers delivers, psa_status status);

    psa_call raw_{};
    std::string plugin_;
    Clock::time_point deadline_;
    PluginLog log_;
    std::atomic<bool> cancelled_{false};
    std::mutex mutex_; ///< Guards everything below.
    bool open_ = true;
    bool gotResult_ = false;
    CallOutcome outcome_;
};

} // namespace psa::host

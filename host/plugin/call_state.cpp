#include "host/plugin/call_state.h"

#include "host/json/utf8.h"

#include <array>
#include <deque>

namespace psa::host {
namespace {

constexpr std::array statusNames = {"ok",        "invalid_config",  "invalid_ticket",  "auth",        "permission",
                                    "not_found", "conflict",        "rate_limited",    "unavailable", "timeout",
                                    "cancelled", "outcome_unknown", "not_implemented", "internal"};

/// Keeps the last finished calls alive. A plugin that uses a call too late, from a thread it should not have, then
/// meets a closed call and not freed memory.
void retire(std::shared_ptr<CallState> call)
{
    static std::mutex mutex;
    static auto *retired = new std::deque<std::shared_ptr<CallState>>; // outlives every plugin thread
    const std::lock_guard lock(mutex);
    retired->push_back(std::move(call));
    if (retired->size() > 1024)
        retired->pop_front();
}

} // namespace

const char *statusName(psa_status status)
{
    return status <= PSA_INTERNAL ? statusNames[status] : "internal";
}

CallState::CallState(std::string plugin, Clock::time_point deadline, PluginLog log)
    : plugin_(std::move(plugin)), deadline_(deadline), log_(std::move(log))
{
    raw_ = {sizeof raw_, 0, this, &isCancelled, &remainingMs, &writeLog, &putResult, &putError};
}

std::shared_ptr<CallState> CallState::begin(std::string plugin, Clock::time_point deadline, PluginLog log)
{
    std::shared_ptr<CallState> call(new CallState(std::move(plugin), deadline, std::move(log)));
    retire(call);
    return call;
}

CallState &CallState::of(const psa_call *call)
{
    return *static_cast<CallState *>(call->host_data);
}

std::uint32_t CallState::isCancelled(const psa_call *call)
{
    return of(call).cancelled_ ? 1 : 0;
}

std::int64_t CallState::remainingMs(const psa_call *call)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(of(call).deadline_ - Clock::now()).count();
}

void CallState::writeLog(const psa_call *call, psa_log_level level, psa_str message)
{
    CallState &self = of(call);
    std::string line;
    {
        const std::lock_guard lock(self.mutex_);
        if (self.refuseLate("log"))
            return;
        line = self.text("log message", message, maxTextBytes);
    }
    if (self.log_)
        self.log_(level, line);
}

void CallState::putResult(const psa_call *call, psa_str json)
{
    CallState &self = of(call);
    const std::lock_guard lock(self.mutex_);
    if (self.refuseLate("put_result"))
        return;
    if (self.gotResult_)
        return self.defect("delivered a result twice");
    self.gotResult_ = true;
    if (json.size > maxResultBytes)
        return self.defect("delivered a result of " + std::to_string(json.size) + " bytes; at most " +
                           std::to_string(maxResultBytes) + " are accepted");
    if (json.data == nullptr || json.size == 0)
        return self.defect("delivered an empty result");
    self.outcome_.result.assign(json.data, json.size);
    if (!isValidUtf8(self.outcome_.result))
        self.defect("delivered a result that is not UTF-8");
}

void CallState::putError(const psa_call *call, const psa_error *error)
{
    CallState &self = of(call);
    const std::lock_guard lock(self.mutex_);
    if (self.refuseLate("put_error"))
        return;
    if (self.outcome_.error)
        return self.defect("delivered an error twice");
    PluginError &kept = self.outcome_.error.emplace();
    if (error == nullptr || !PSA_HAS(psa_error, error, field))
        return self.defect("delivered an error that is NULL or shorter than psa_error of ABI 0.1");
    kept = {error->status,
            error->http_status,
            error->retry_after_ms,
            self.text("error message", error->user_message, maxTextBytes),
            self.text("error hint", error->hint, maxTextBytes),
            self.text("error detail", error->internal_detail, maxTextBytes),
            self.text("vendor code", error->vendor_code, maxTextBytes),
            self.text("error field", error->field, maxTextBytes)};
    if (kept.message.empty())
        self.defect("failed without saying why: the error has no user_message");
}

/// With the lock held: true if the call is over; the line goes to the log, since the outcome is with the caller
/// already.
bool CallState::refuseLate(const char *what)
{
    if (open_)
        return false;
    if (log_)
        log_(PSA_LOG_ERROR, "plugin " + plugin_ + " misbehaves: it used " + what + " after its call had ended");
    return true;
}

std::string CallState::text(const char *what, psa_str value, std::size_t maxBytes)
{
    if (value.size == 0)
        return {};
    if (value.data == nullptr)
    {
        defect(std::string("gave a ") + what + " of NULL with a size");
        return {};
    }
    std::string copy(value.data, std::min(value.size, maxBytes));
    if (isValidUtf8(copy))
        return copy;
    if (value.size <= maxBytes)
        defect(std::string("gave a ") + what + " that is not UTF-8");
    return replaceInvalidUtf8(copy);
}

CallOutcome CallState::run(Delivers delivers, const std::function<psa_status(const psa_call *)> &body)
{
    psa_status status = PSA_INTERNAL;
    std::string thrown;
    try
    {
        status = body(&raw_);
    }
    catch (const std::exception &error)
    {
        thrown = std::string("let an exception out of the library: ") + error.what();
    }
    catch (...)
    {
        thrown = "let an exception out of the library";
    }
    const std::lock_guard lock(mutex_);
    if (!thrown.empty())
        defect(replaceInvalidUtf8(thrown));
    return close(delivers, status);
}

CallOutcome CallState::close(Delivers delivers, psa_status status)
{
    open_ = false;
    judge(delivers, status);
    if (outcome_.defects.empty())
        return std::move(outcome_);
    // What the plugin said cannot be relied on: the call failed, and the message says by whose fault.
    std::string all;
    for (const std::string &each : outcome_.defects)
        all += (all.empty() ? "" : "; ") + each;
    PluginError blamed = outcome_.error.value_or(PluginError{});
    if (!blamed.message.empty())
        blamed.detail += (blamed.detail.empty() ? "" : " | ") + blamed.message;
    blamed.status = PSA_INTERNAL;
    blamed.message = "This is a defect in the plugin " + plugin_ + ": it " + all + ".";
    blamed.hint = "Report it to the maker of the plugin, with this message.";
    outcome_.error = std::move(blamed);
    outcome_.result.clear();
    return std::move(outcome_);
}

void CallState::judge(Delivers delivers, psa_status status)
{
    if (status > PSA_INTERNAL)
        defect("returned the status " + std::to_string(status) + ", which does not exist");
    if (status == PSA_OK)
    {
        if (outcome_.error)
            defect("reported success and an error");
        if (delivers == Delivers::result && !gotResult_)
            defect("reported success without a result");
        if (delivers == Delivers::nothing && gotResult_)
            defect("delivered a result where none belongs");
        return;
    }
    if (gotResult_)
        defect("reported failure and a result");
    if (!outcome_.error && outcome_.defects.empty())
        defect(std::string("failed (") + statusName(status) + ") without saying why");
    if (outcome_.error && outcome_.error->status != status)
        defect(std::string("returned ") + statusName(status) + " but its error says " +
               statusName(outcome_.error->status));
}

} // namespace psa::host

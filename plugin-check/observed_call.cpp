#include "plugin-check/observed_call.h"

#include "plugin-check/process_state.h"

#include <algorithm>
#include <map>

namespace psa::check {
namespace {

/// Every call of this process, keyed by the runner's own call, which is in host_data, for the services.
struct Registry
{
    std::mutex mutex;
    std::map<const void *, ObservedCall *> calls;
};

Registry &registry()
{
    static auto *all = new Registry; // outlives every thread of the plugin
    return *all;
}

std::string copyOf(psa_str text)
{
    return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}

RawError copyOf(const psa_error *error)
{
    RawError copy;
    if (error == nullptr || !PSA_HAS(psa_error, error, field))
        return copy;
    copy.usable = true;
    copy.status = error->status;
    for (const auto &[name, text] : {std::pair("user_message", error->user_message), std::pair("hint", error->hint),
                                     std::pair("internal_detail", error->internal_detail),
                                     std::pair("vendor_code", error->vendor_code), std::pair("field", error->field)})
    {
        copy.nullText = copy.nullText || (text.data == nullptr && text.size != 0);
        copy.texts.emplace_back(name, copyOf(text));
    }
    return copy;
}

} // namespace

std::string CallRecord::describe() const
{
    std::string text = verb + ": " + (ok() ? "ok" : plugin::statusName(outcome.error->status));
    if (outcome.error)
        text += ", \"" + outcome.error->message + "\"";
    return text;
}

ObservedCall &ObservedCall::begin(const std::string &verb, const HostShape &shape)
{
    return *new ObservedCall(verb, shape);
}

ObservedCall &ObservedCall::of(const psa_call *call)
{
    const std::lock_guard lock(registry().mutex);
    return *registry().calls.at(call->host_data);
}

void ObservedCall::used(const char *function)
{
    if (ended_ && std::find(record_.late.begin(), record_.late.end(), function) == record_.late.end())
        record_.late.emplace_back(function);
}

std::uint32_t ObservedCall::isCancelled(const psa_call *call)
{
    ObservedCall &self = of(call);
    const std::lock_guard lock(self.mutex_);
    self.used("is_cancelled");
    return self.call_->raw()->is_cancelled(self.call_->raw());
}

std::int64_t ObservedCall::remainingMs(const psa_call *call)
{
    ObservedCall &self = of(call);
    const std::lock_guard lock(self.mutex_);
    self.used("remaining_ms");
    return self.call_->raw()->remaining_ms(self.call_->raw());
}

void ObservedCall::log(const psa_call *call, psa_log_level level, psa_str message)
{
    ObservedCall &self = of(call);
    const std::lock_guard lock(self.mutex_);
    self.used("log");
    self.record_.lines.push_back({level, copyOf(message), message.data == nullptr && message.size != 0});
    self.call_->raw()->log(self.call_->raw(), level, message);
}

void ObservedCall::putResult(const psa_call *call, psa_str json)
{
    ObservedCall &self = of(call);
    const std::lock_guard lock(self.mutex_);
    self.used("put_result");
    self.record_.results.push_back(copyOf(json));
    self.call_->raw()->put_result(self.call_->raw(), json);
}

void ObservedCall::putError(const psa_call *call, const psa_error *error)
{
    ObservedCall &self = of(call);
    const std::lock_guard lock(self.mutex_);
    self.used("put_error");
    self.record_.errors.push_back(copyOf(error));
    self.call_->raw()->put_error(self.call_->raw(), error);
}

plugin::runner::child::Returned ObservedCall::run(std::shared_ptr<plugin::runner::child::Call> call,
                                                  const std::function<psa_status(const psa_call *)> &body)
{
    call_ = std::move(call);
    const psa_call *raw = shaped(shape_, psa_call{sizeof(psa_call), 0, call_->raw()->host_data, &isCancelled,
                                                  &remainingMs, &log, &putResult, &putError});
    {
        const std::lock_guard lock(registry().mutex);
        registry().calls[call_->raw()->host_data] = this;
    }
    const auto start = std::chrono::steady_clock::now();
    const ProcessState before = threadState();
    plugin::runner::child::Returned returned;
    returned.thrown = plugin::runner::child::thrownBy([&] { returned.status = body(raw); });
    const std::lock_guard lock(mutex_);
    ended_ = true;
    record_.status = returned.status;
    record_.threw = returned.thrown.has_value();
    record_.threadChanges = differences(before, threadState());
    record_.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    return returned;
}

std::vector<std::string> ObservedCall::lateUses()
{
    std::vector<std::string> uses;
    const std::lock_guard lock(registry().mutex);
    for (const auto &[state, call] : registry().calls)
        for (const std::string &function : call->record().late)
            uses.push_back(call->record_.verb + ": it used " + function + " of the call after the call had ended");
    return uses;
}

CallRecord ObservedCall::record() const
{
    const std::lock_guard lock(mutex_);
    return record_;
}

} // namespace psa::check

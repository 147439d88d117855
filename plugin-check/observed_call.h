#pragma once

#include "host/plugin/runner/child/call.h"
#include "host/plugin/runner/child/plugin.h"
#include "plugin-check/call_record.h"
#include "plugin-check/host_shape.h"

#include <functional>
#include <memory>
#include <mutex>

namespace psa::check {

/// A psa_call of a given host's shape. Records everything that the plugin does with it, and forwards it to the runner's call.
/// Lives as long as the process: a plugin may use it too late, which is recorded too.
class ObservedCall
{
public:
    static ObservedCall &begin(const std::string &verb, const HostShape &shape);

    /// Runs one function of the plugin on this thread, with `call` in the host's shape.
    plugin::runner::child::Returned run(std::shared_ptr<plugin::runner::child::Call> call,
                                        const std::function<psa_status(const psa_call *)> &body);

    /// Late uses so far, of all calls.
    static std::vector<std::string> lateUses();

    /// The record so far.
    CallRecord record() const;

private:
    ObservedCall(const std::string &verb, const HostShape &shape) : shape_(shape) { record_.verb = verb; }

    static ObservedCall &of(const psa_call *call);
    static std::uint32_t isCancelled(const psa_call *call);
    static std::int64_t remainingMs(const psa_call *call);
    static void log(const psa_call *call, psa_log_level level, psa_str message);
    static void putResult(const psa_call *call, psa_str json);
    static void putError(const psa_call *call, const psa_error *error);

    /// Requires the lock.
    void used(const char *function);

    HostShape shape_;
    std::shared_ptr<plugin::runner::child::Call> call_;
    const psa_call *raw_ = nullptr;
    mutable std::mutex mutex_; ///< Guards the members below.
    CallRecord record_;
    bool ended_ = false;
};

} // namespace psa::check

#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/verb_call.h"

namespace psa::plugin {

/// A configured instance of a plugin. Make one call at a time; cancel(), stop() and isUsable() may be called from any thread.
/// The destructor destroys the instance.
class PluginInstance
{
public:
    using Clock = clock::RunningClock;

    virtual ~PluginInstance() = default;

    /// `asked`: see needsConfiguration(). `context`: what the call may use of the host. If the plugin does not offer the
    /// verb's extension, fails with PSA_NOT_IMPLEMENTED without calling it.
    virtual CallOutcome call(const VerbCall &asked, CallContext context, Clock::time_point deadline) = 0;
    /// Asks the call in progress, if any, to stop.
    virtual void cancel() = 0;
    /// Asks the call in progress, and all later ones, to stop.
    virtual void stop() = 0;
    /// False once no further call can succeed: replace the instance.
    virtual bool isUsable() const = 0;
};

} // namespace psa::plugin

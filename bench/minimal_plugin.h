#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/loaded_plugin.h"

#include <psa/plugin.h>

#include <chrono>
#include <memory>

namespace psa::bench {

/// The minimal plugin in `file`, loaded once as the host does it. Throws std::runtime_error if it is not ready.
std::shared_ptr<const plugin::LoadedPlugin> minimalPlugin(const char *file);

/// A deadline that no benchmark reaches.
clock::RunningClock::time_point soon();

/// The minimal psa_call: takes a result and checks nothing.
const psa_call *rawCall();

/// What rawCall() does with a result, for callers without a psa_call.
void take(psa_str json);

/// rawCall() whose result the host judges. Valid as long as `state`.
psa_call guardedCall(plugin::CallState &state);

/// The table of the plugin in `file`, loaded into this process. Throws std::runtime_error.
const psa_plugin_api &tableOf(const char *file);

/// A configured object of the plugin in this process, without any of the host's guards. Throws std::runtime_error.
class RawInstance
{
public:
    explicit RawInstance(const char *file);
    ~RawInstance();
    RawInstance(const RawInstance &) = delete;
    RawInstance &operator=(const RawInstance &) = delete;

    const psa_plugin_api &api() const { return api_; }
    psa_instance *get() const { return object_; }

private:
    const psa_plugin_api &api_;
    psa_instance *object_ = nullptr;
};

} // namespace psa::bench

#pragma once

#include "host/plugin/loaded_plugin.h"

#include <psa/plugin.h>

#include <chrono>
#include <memory>

namespace psa::bench {

/// The host's table, without services; the same one for every plugin.
const psa_host *hostTable();

/// The minimal plugin in `file`, loaded once as the host does it. Throws std::runtime_error if it is not ready.
std::shared_ptr<const plugin::LoadedPlugin> minimalPlugin(const char *file);

/// A deadline that no benchmark reaches.
clock::RunningClock::time_point soon();

/// The minimal psa_call: takes a result and checks nothing.
const psa_call *rawCall();

/// What rawCall() does with a result, for callers without a psa_call.
void take(psa_str json);

/// A configured object of the plugin, without any of the host's guards. Throws std::runtime_error.
class RawInstance
{
public:
    explicit RawInstance(std::shared_ptr<const plugin::LoadedPlugin> plugin);
    ~RawInstance();
    RawInstance(const RawInstance &) = delete;
    RawInstance &operator=(const RawInstance &) = delete;

    const psa_plugin_api &api() const { return plugin_->api; }
    psa_instance *get() const { return object_; }

private:
    std::shared_ptr<const plugin::LoadedPlugin> plugin_;
    psa_instance *object_ = nullptr;
};

} // namespace psa::bench

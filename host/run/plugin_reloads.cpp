#include "host/run/plugin_reloads.h"

#include <utility>

namespace psa::run {

PluginReloads::PluginReloads(EmbeddedHost &own, std::function<void(const std::string &)> say)
    : own_(own), say_(std::move(say))
{
}

void PluginReloads::look()
{
    using namespace std::chrono;
    if (isRunning() || (!requested_ && steady_clock::now() < lookAt_))
        return;
    lookAt_ = steady_clock::now() + lookEvery;
    if (std::exchange(requested_, false) || own_.watch->look())
        reload_ = std::async(std::launch::async, [this] { reload(); });
}

bool PluginReloads::isBusy() const
{
    return requested_ || isRunning();
}

bool PluginReloads::isRunning() const
{
    return reload_.valid() && reload_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
}

void PluginReloads::reload()
try
{
    own_.application->reloadPlugins("host");
}
catch (const std::exception &error)
{
    say_(std::string("The plugins could not be loaded again, and those that are loaded go on: ") + error.what());
}

} // namespace psa::run

#include "host/run/plugin_reloads.h"

namespace psa::run {

PluginReloads::PluginReloads(EmbeddedHost &own, std::function<void(const std::string &)> say)
    : own_(own), say_(std::move(say))
{
}

void PluginReloads::look()
{
    using namespace std::chrono;
    const bool isBusy = reload_.valid() && reload_.wait_for(0s) != std::future_status::ready;
    if (isBusy || steady_clock::now() < lookAt_)
        return;
    lookAt_ = steady_clock::now() + lookEvery;
    if (own_.watch->look())
        reload_ = std::async(std::launch::async, [this] { reload(); });
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

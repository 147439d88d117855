#include "host/plugin/loaded_plugin.h"

#include "host/plugin/extension_tables.h"

namespace psa::plugin {

bool LoadedPlugin::offers(Verb verb) const
{
    const char *const extension = rowOf(verb).extension;
    if (extension != nullptr && !extensions.contains(extension))
        return false;
    return verb != Verb::removeNote || updates->getValue<bool>("removesNotes");
}

std::shared_ptr<runner::Runner> LoadedPlugin::start(PluginLog log) const
{
    return std::make_shared<runner::Runner>(*launcher, copy.get(),
                                            runner::RunnerSettings{id, std::move(log), hostAbi, services});
}

void LoadedPlugin::enter(runner::Runner &process, clock::RunningClock::time_point until) const
try
{
    if (!process.enter(until))
        throw runner::RunnerEnded("it refuses this host, although it did not when psa-host checked it",
                                  "psa_plugin_entry");
    process.offers({extensions.begin(), extensions.end()}, until);
}
catch (const runner::PluginThrew &part)
{
    throw runner::RunnerEnded("it threw an exception", part.what());
}
catch (const runner::NotLoaded &error)
{
    throw runner::RunnerEnded(error.what(), "the dynamic linker");
}

} // namespace psa::plugin

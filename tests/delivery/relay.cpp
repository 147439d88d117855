#include "tests/delivery/relay.h"

#include "host/plugin/plugin_loader.h"

#include <stdexcept>

namespace psa::test {

using namespace psa::net;
using namespace psa::plugin;

namespace {

LoadReport loaded(const char *file)
{
    LoaderPolicy policy;
    policy.trustedPaths = {"/"};
    static PluginLoader loader({}, policy);
    LoadReport loaded = loader.load(file);
    if (!loaded.plugin)
        throw std::runtime_error(std::string(toText(loaded.state)) + ": " + loaded.found);
    return loaded;
}

} // namespace

const LoadReport &relay()
{
    static const LoadReport report = loaded(RELAY_PLUGIN);
    return report;
}

const LoadReport &reader()
{
    static const LoadReport report = loaded(READER_PLUGIN);
    return report;
}

const LoadReport &updater()
{
    static const LoadReport report = loaded(UPDATER_PLUGIN);
    return report;
}

} // namespace psa::test

#include "tests/delivery/relay.h"

#include "host/plugin/host_services.h"
#include "host/plugin/host_table.h"
#include "host/plugin/plugin_loader.h"

#include <stdexcept>

namespace psa::test {

using namespace host;

const LoadReport &relay()
{
    static const LoadReport report = [] {
        static HostTable table({}, hostServices());
        LoaderPolicy policy;
        policy.trustedPaths = {"/"};
        static PluginLoader loader(table.raw(), {}, policy);
        LoadReport loaded = loader.load(RELAY_PLUGIN);
        if (!loaded.plugin)
            throw std::runtime_error(std::string(toText(loaded.state)) + ": " + loaded.found);
        return loaded;
    }();
    return report;
}

} // namespace psa::test

// fault-child PLUGIN VERB: loads a plugin as the host does and calls it up to VERB (load, configure, test,
// create_ticket), in a process that may die of it. Prints each step that it survived. Exit code 0 if all succeeded, 3
// if the plugin was rejected, 4 if a call failed.
#include "host/plugin/host_table.h"
#include "host/plugin/instance.h"
#include "host/plugin/plugin_loader.h"

#include <sys/resource.h>

#include <filesystem>
#include <iostream>

using namespace psa::clock;
using namespace psa::plugin;

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    const rlimit noCore{0, 0};
    setrlimit(RLIMIT_CORE, &noCore);
    const std::filesystem::path file = argv[1];
    const std::string verb = argv[2];
    static auto *table = new HostTable({}, {});
    LoaderPolicy policy;
    policy.trustedPaths = {file.parent_path()};
    PluginLoader loader(table->raw(), {}, policy);
    const LoadReport report = loader.load(file);
    if (report.state != LoadState::ready)
    {
        std::cout << report.found << std::endl;
        return 3;
    }
    std::cout << "loaded" << std::endl;
    if (verb == "load")
        return 0;
    Instance instance(report.plugin, {});
    const auto deadline = Instance::Clock::now() + std::chrono::minutes(1);
    const auto survived = [](const char *what, const CallOutcome &outcome) {
        std::cout << what << std::endl;
        return outcome.ok();
    };
    if (!survived("created", instance.create(deadline)) ||
        !survived("configured", instance.configure("{\"version\":1,\"values\":{}}", deadline)))
        return 4;
    if (verb == "test")
        return survived("tested", instance.call(testCall(), deadline)) ? 0 : 4;
    if (verb == "create_ticket")
        return survived("ticket", instance.call(createTicketCall("ref-1", "{}"), deadline)) ? 0 : 4;
    return 0;
}

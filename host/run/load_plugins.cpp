#include "host/run/load_plugins.h"

#include "host/observe/log.h"
#include "host/plugin/build_choice.h"
#include "host/plugin/host_services.h"
#include "host/plugin/host_table.h"

#include <list>

namespace psa::host {

std::vector<LoadReport> loadPlugins(const HostConfig &config, std::ostream &log, const std::string &name)
{
    // Plugins may keep the host table: it lives as long as the process.
    const PluginLog writeLog = pluginLog(makeLog(config.log, log), {});
    static auto *tables = new std::list<HostTable>;
    LoaderPolicy policy = config.loader;
    if (!name.empty())
        policy.wanted = [full = fullName(name)](const LoadReport &report) { return isNamed(report, full); };
    PluginLoader loader(tables->emplace_back(writeLog, hostServices()).raw(), writeLog, std::move(policy));
    std::vector<LoadReport> reports;
    for (const auto &folder : config.pluginFolders)
        for (LoadReport &report : loader.loadFolder(folder))
            reports.push_back(std::move(report));
    for (const auto &file : config.pluginFiles)
        reports.push_back(loader.load(file));
    return reports;
}

} // namespace psa::host

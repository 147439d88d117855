#include "host/run/load_plugins.h"

#include "host/observe/log.h"
#include "host/plugin/build_choice.h"
#include "host/plugin/host_table.h"

#include <list>

namespace psa::run {

std::vector<plugin::LoadReport> loadPlugins(const config::HostConfig &config, std::ostream &log,
                                            const std::string &name)
{
    // Plugins may keep the host table: it lives as long as the process.
    const plugin::PluginLog writeLog = observe::pluginLog(observe::makeLog(config.log, log), {});
    static auto *tables = new std::list<plugin::HostTable>;
    plugin::LoaderPolicy policy = config.loader;
    if (!name.empty())
        policy.wanted = [full = plugin::fullName(name)](const plugin::LoadReport &report) {
            return plugin::isNamed(report, full);
        };
    plugin::PluginLoader loader(tables->emplace_back(writeLog, plugin::hostServices()).raw(), writeLog,
                                std::move(policy));
    std::vector<plugin::LoadReport> reports;
    for (const auto &folder : config.pluginFolders)
        for (plugin::LoadReport &report : loader.loadFolder(folder))
            reports.push_back(std::move(report));
    for (const auto &file : config.pluginFiles)
        reports.push_back(loader.load(file));
    return reports;
}

} // namespace psa::run

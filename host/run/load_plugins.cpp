#include "host/run/load_plugins.h"

#include "host/plugin/build_choice.h"

namespace psa::run {

std::string confinementTrouble(const config::HostConfig &config)
{
    const auto launcher = config.loader.launcher ? config.loader.launcher : plugin::runner::runnerProgram();
    const auto report = plugin::runner::tryConfinement(*launcher);
    if (report.missing.empty())
        return {};
    std::string text = "This system lacks a part of the confinement of plugins: " + report.missing.front();
    for (std::size_t i = 1; i < report.missing.size(); ++i)
        text += "; " + report.missing[i];
    if (config.loader.confinementRequired)
        throw config::ConfigError(text +
                                  R"(. With confinement = "required" under [plugins] they do not run: fix the system, )"
                                  R"(or set it to "available".)");
    return text + ".";
}

std::vector<plugin::LoadReport> loadPlugins(const config::HostConfig &config, std::ostream &log,
                                            const std::string &name)
{
    return loadPlugins(config, observe::makeLog(config.log, log), name);
}

std::vector<plugin::LoadReport> loadPlugins(const config::HostConfig &config, const std::shared_ptr<observe::Log> &log,
                                            const std::string &name)
{
    if (config.loader.confinementRequired)
        confinementTrouble(config);
    const plugin::PluginLog writeLog = observe::pluginLog(log, {});
    plugin::LoaderPolicy policy = config.loader;
    if (!name.empty())
        policy.wanted = [full = plugin::fullName(name)](const plugin::LoadReport &report) {
            return plugin::isNamed(report, full);
        };
    plugin::PluginLoader loader(writeLog, std::move(policy));
    std::vector<plugin::LoadReport> reports;
    for (const auto &folder : config.pluginFolders)
        for (plugin::LoadReport &report : loader.loadFolder(folder))
            reports.push_back(std::move(report));
    for (const auto &file : config.pluginFiles)
        reports.push_back(loader.load(file));
    return reports;
}

} // namespace psa::run

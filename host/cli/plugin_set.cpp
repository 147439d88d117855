#include "host/cli/plugin_set.h"

#include "host/cli/exit_code.h"
#include "host/plugin/build_choice.h"
#include "host/plugin/loaded_plugin.h"
#include "host/run/load_plugins.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace psa::cli {

void printReport(const plugin::LoadReport &report, std::ostream &out)
{
    out << std::left << std::setw(20) << plugin::toText(report.state) << report.file;
    if (report.pathTrustedBySwitch)
        out << "   (path trusted by trusted_paths: owner and mode not checked)";
    out << '\n';
    const auto line = [&out](const char *label, const std::string &value) {
        if (!value.empty())
            out << "    " << std::left << std::setw(12) << label << value << '\n';
    };
    line("plugin", report.id.empty() ? "" : report.build() + ", " + report.abi);
    line("sha256", report.sha256);
    line("expected", report.expected);
    line("found", report.found);
    line("what to do", report.advice);
    for (const std::string &warning : report.warnings)
        line("warning", warning);
}

std::shared_ptr<const plugin::LoadedPlugin> pickPlugin(const std::vector<plugin::LoadReport> &reports,
                                                       const std::string &name, std::ostream &log, int &exitCode)
{
    using Kind = plugin::BuildChoice::Kind;
    const std::string full = plugin::fullName(name);
    const plugin::BuildChoice choice = plugin::chooseBuild(reports, full);
    for (const plugin::LoadReport &report : reports)
        if (choice.kind == Kind::one && !report.plugin && plugin::isNamed(report, full))
            log << "Note: " << report.file << " is not used: " << plugin::toText(report.state) << '\n';
        else if (choice.kind == Kind::notReady && plugin::isNamed(report, full))
            printReport(report, log);
    if (choice.kind == Kind::several || choice.kind == Kind::none)
        log << choice.why << '\n';
    if (choice.kind != Kind::one)
        exitCode = choice.kind == Kind::several ? exitConfig : choice.kind == Kind::none ? exitNotFound : exitFailed;
    return choice.plugin;
}

std::shared_ptr<const plugin::LoadedPlugin> loadBuild(const config::HostConfig &config, const std::string &name,
                                                      std::ostream &log, int &exitCode)
{
    config::HostConfig one = config;
    if (plugin::isPluginFile(name))
    {
        one.pluginFolders.clear();
        one.pluginFiles = {plugin::fullName(name)};
    }
    return pickPlugin(run::loadPlugins(one, log, name), name, log, exitCode);
}

} // namespace psa::cli

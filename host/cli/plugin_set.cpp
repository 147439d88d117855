#include "host/cli/plugin_set.h"

#include "host/cli/exit_code.h"
#include "host/observe/log.h"
#include "host/plugin/host_services.h"
#include "host/plugin/host_table.h"
#include "host/plugin/loaded_plugin.h"

#include <algorithm>
#include <iomanip>
#include <list>
#include <ostream>

namespace psa::host {
namespace {

bool isPath(const std::string &name)
{
    return name.find('/') != std::string::npos || std::filesystem::path(name).extension() == ".so";
}

std::filesystem::path absolutePath(const std::string &name)
{
    return std::filesystem::absolute(name).lexically_normal();
}

std::string buildOf(const LoadReport &report)
{
    return report.id + "@" + report.version;
}

void sayNone(const std::vector<LoadReport> &reports, const std::string &name, std::ostream &log)
{
    log << "There is no plugin \"" << name << "\". Found were:" << (reports.empty() ? " none" : "") << '\n';
    for (const LoadReport &report : reports)
    {
        log << "    " << (report.id.empty() ? report.file : buildOf(report));
        if (report.state != LoadState::ready && report.state != LoadState::notLoaded)
            log << " (" << toText(report.state) << ')';
        log << '\n';
    }
    log << "See more with: psa-host plugins list\n";
}

void saySeveral(const std::vector<const LoadReport *> &ready, const std::string &name, std::ostream &log)
{
    log << '"' << name << "\" means " << ready.size() << " builds:\n";
    for (const LoadReport *report : ready)
        log << "    " << buildOf(*report) << " from " << report->file << '\n';
    const std::string choice = buildOf(*ready.back());
    log << "Choose one by its version or its file: plugin = \"" << choice << "\" in the connection's file, or "
        << choice << " on the command line.\n";
}

} // namespace

std::vector<LoadReport> loadPlugins(const HostConfig &config, std::ostream &log, const std::string &name)
{
    // Plugins may keep the host table: it lives as long as the process.
    const PluginLog writeLog = pluginLog(makeLog(config.log, log), {});
    static auto *tables = new std::list<HostTable>;
    LoaderPolicy policy = config.loader;
    if (!name.empty())
        policy.wanted = [name](const LoadReport &report) { return isNamed(report, name); };
    PluginLoader loader(tables->emplace_back(writeLog, hostServices()).raw(), writeLog, std::move(policy));
    std::vector<LoadReport> reports;
    for (const auto &folder : config.pluginFolders)
        for (LoadReport &report : loader.loadFolder(folder))
            reports.push_back(std::move(report));
    for (const auto &file : config.pluginFiles)
        reports.push_back(loader.load(file));
    return reports;
}

bool isNamed(const LoadReport &report, const std::string &name)
{
    if (isPath(name))
        return absolutePath(name) == report.file;
    return name == report.id || name == buildOf(report);
}

void printReport(const LoadReport &report, std::ostream &out)
{
    out << std::left << std::setw(20) << toText(report.state) << report.file;
    if (report.pathTrustedBySwitch)
        out << "   (path trusted by trusted_paths: owner and mode not checked)";
    out << '\n';
    const auto line = [&out](const char *label, const std::string &value) {
        if (!value.empty())
            out << "    " << std::left << std::setw(12) << label << value << '\n';
    };
    line("plugin", report.id.empty() ? "" : report.id + "@" + report.version + ", " + report.abi);
    line("sha256", report.sha256);
    line("expected", report.expected);
    line("found", report.found);
    line("what to do", report.advice);
    for (const std::string &warning : report.warnings)
        line("warning", warning);
}

std::shared_ptr<const LoadedPlugin> pickPlugin(const std::vector<LoadReport> &reports, const std::string &name,
                                               std::ostream &log, int &exitCode)
{
    std::vector<const LoadReport *> ready;
    std::vector<const LoadReport *> others;
    for (const LoadReport &report : reports)
        if (isNamed(report, name))
            (report.plugin ? ready : others).push_back(&report);
    if (ready.size() == 1)
    {
        for (const LoadReport *other : others)
            log << "Note: " << other->file << " is not used: " << toText(other->state) << '\n';
        return ready[0]->plugin;
    }
    if (ready.size() > 1)
        saySeveral(ready, name, log);
    else if (others.empty())
        sayNone(reports, name, log);
    else
        for (const LoadReport *report : others)
            printReport(*report, log);
    exitCode = ready.size() > 1 ? exitConfig : (others.empty() ? exitNotFound : exitFailed);
    return nullptr;
}

std::shared_ptr<const LoadedPlugin> loadBuild(const HostConfig &config, const std::string &name, std::ostream &log,
                                              int &exitCode)
{
    HostConfig one = config;
    if (isPath(name))
    {
        one.pluginFolders.clear();
        one.pluginFiles = {absolutePath(name)};
    }
    return pickPlugin(loadPlugins(one, log, name), name, log, exitCode);
}

} // namespace psa::host

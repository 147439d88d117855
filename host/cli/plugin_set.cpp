#include "host/cli/plugin_set.h"

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

/// The numbers of a version, so that 1.10 is above 1.9.
std::vector<unsigned long> numbersOf(const std::string &version)
{
    std::vector<unsigned long> numbers;
    for (std::size_t at = 0; at < version.size() && version[at] >= '0' && version[at] <= '9';)
    {
        std::size_t used = 0;
        numbers.push_back(std::stoul(version.substr(at, 9), &used));
        at += used + (at + used < version.size() && version[at + used] == '.' ? 1 : 0);
    }
    return numbers;
}

} // namespace

std::vector<LoadReport> loadPlugins(const HostConfig &config, std::ostream &log)
{
    // Plugins may keep the host table: it lives as long as the process.
    const PluginLog writeLog = pluginLog(makeLog(config.log, log), {});
    static auto *tables = new std::list<HostTable>;
    PluginLoader loader(tables->emplace_back(writeLog, hostServices()).raw(), writeLog, config.loader);
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
    return name == report.id || name == report.id + "@" + report.version || name == report.file;
}

void printReport(const LoadReport &report, std::ostream &out)
{
    out << std::left << std::setw(18) << toText(report.state) << report.file;
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
                                               std::ostream &log)
{
    const LoadReport *best = nullptr;
    for (const LoadReport &report : reports)
        if (isNamed(report, name) && report.plugin &&
            (best == nullptr || numbersOf(best->version) < numbersOf(report.version)))
            best = &report;
    if (best != nullptr)
        return best->plugin;
    log << "There is no plugin \"" << name << "\". Found were:" << (reports.empty() ? " none" : "") << '\n';
    for (const LoadReport &report : reports)
        log << "    " << (report.id.empty() ? report.file : report.id + "@" + report.version) << " ("
            << toText(report.state) << ")\n";
    log << "See more with: psa-host plugins list\n";
    return nullptr;
}

} // namespace psa::host

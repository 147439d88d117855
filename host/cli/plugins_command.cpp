#include "host/cli/plugins_command.h"

#include "host/cli/exit_code.h"
#include "host/cli/plugin_description.h"
#include "host/plugin/host_services.h"
#include "host/plugin/host_table.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <array>
#include <iomanip>
#include <list>
#include <ostream>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::vector<LoadReport> loadAll(const HostConfig &config, std::ostream &log)
{
    // Plugins may keep the host table: it lives as long as the process.
    const auto writeLog = [&log](psa_log_level level, const std::string &line) {
        constexpr std::array names = {"debug", "info", "warning", "error"};
        std::string text = line; // a line feed in it must not begin what looks like a line of ours
        for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
            text.replace(at, 1, "\n    ");
        log << "plugin log (" << names[knownLevel(level)] << "): " << text << '\n';
    };
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

Object::Ptr toJson(const LoadReport &report)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("file", report.file);
    object->set("state", toText(report.state));
    const std::vector<std::pair<const char *, std::string>> texts = {
        {"id", report.id},         {"version", report.version},   {"abi", report.abi},
        {"sha256", report.sha256}, {"expected", report.expected}, {"found", report.found},
        {"advice", report.advice}};
    for (const auto &[key, value] : texts)
        if (!value.empty())
            object->set(key, value);
    if (!report.warnings.empty())
    {
        Array::Ptr warnings = new Array;
        for (const std::string &warning : report.warnings)
            warnings->add(warning);
        object->set("warnings", warnings);
    }
    object->set("pathTrustedBySwitch", report.pathTrustedBySwitch);
    object->set("milliseconds", static_cast<double>(report.took.count()) / 1000.0);
    return object;
}

void print(const LoadReport &report, std::ostream &out)
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

/// There is no report at all: say where plugins were looked for.
void printNothing(const HostConfig &config, std::ostream &out)
{
    for (const auto &folder : config.pluginFolders)
        out << "There is no *.so in " << folder.string() << ".\n";
    if (config.pluginFolders.empty())
        out << "No plugin is configured. Set \"folders\" or \"files\" under [plugins] in the configuration file.\n";
    else
        out << "Install a plugin there, or correct \"folders\" under [plugins] in the configuration file.\n";
}

bool names(const LoadReport &report, const std::string &name)
{
    return name == report.id || name == report.id + "@" + report.version || name == report.file;
}

} // namespace

int listPlugins(const HostConfig &config, bool json, std::ostream &out, std::ostream &log)
{
    const auto reports = loadAll(config, log);
    bool allReady = true;
    Array array;
    for (const LoadReport &report : reports)
    {
        allReady = allReady && report.state == LoadState::ready;
        if (json)
            array.add(toJson(report));
        else
            print(report, out);
    }
    if (json)
        array.stringify(out, 2), out << '\n';
    else if (reports.empty())
        printNothing(config, out);
    return allReady ? exitOk : exitFailed;
}

int describePlugin(const HostConfig &config, const std::string &name, bool json, std::ostream &out, std::ostream &log)
{
    const auto reports = loadAll(config, log);
    for (const LoadReport &report : reports)
    {
        if (!names(report, name))
            continue;
        if (report.state != LoadState::ready)
        {
            print(report, log);
            return exitFailed;
        }
        const auto descriptor = report.plugin->descriptor.extract<Object::Ptr>();
        if (json)
        {
            descriptor->stringify(out, 2);
            out << '\n';
            return exitOk;
        }
        printDescription(*descriptor, out);
        return exitOk;
    }
    log << "There is no plugin \"" << name << "\". Found were:" << (reports.empty() ? " none" : "") << '\n';
    for (const LoadReport &report : reports)
        log << "    " << (report.id.empty() ? report.file : report.id + "@" + report.version) << " ("
            << toText(report.state) << ")\n";
    log << "See more with: psa-host plugins list\n";
    return exitNotFound;
}

} // namespace psa::host

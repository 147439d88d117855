#include "host/cli/plugins_command.h"

#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/plugin_description.h"
#include "host/cli/plugin_set.h"
#include "host/plugin/build_choice.h"
#include "host/plugin/loaded_plugin.h"
#include "host/run/load_plugins.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <ostream>
#include <set>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr toJson(const plugin::LoadReport &report)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("file", report.file);
    object->set("state", plugin::toText(report.state));
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

/// Ids with several builds: a configuration that names its plugin by one of them does not work any more.
void noteSeveral(const std::vector<plugin::LoadReport> &reports, std::ostream &log)
{
    std::set<std::string> ids;
    for (const plugin::LoadReport &report : reports)
        if (report.plugin && ids.insert(report.id).second)
            if (const plugin::BuildChoice choice = plugin::chooseBuild(reports, report.id);
                choice.kind == plugin::BuildChoice::Kind::several)
                log << "Note: " << choice.why << " A connection that names the plain id sends nothing.\n";
}

/// There is no report at all: says where plugins were searched.
void printNothing(const config::HostConfig &config, std::ostream &out)
{
    for (const auto &folder : config.pluginFolders)
        out << "There are no *.so files in " << folder.string() << ".\n";
    if (config.pluginFolders.empty())
        out << "No plugins are configured. Set \"folders\" or \"files\" under [plugins] in the configuration file.\n";
    else
        out << "Install a plugin there, or correct \"folders\" under [plugins] in the configuration file.\n";
}

} // namespace

int listPlugins(const config::HostConfig &config, bool json, std::ostream &out, std::ostream &log)
{
    const auto reports = run::loadPlugins(config, log);
    bool allReady = true;
    Array array;
    for (const plugin::LoadReport &report : reports)
    {
        allReady = allReady && report.state == plugin::LoadState::ready;
        if (json)
            array.add(toJson(report));
        else
            printReport(report, out);
    }
    if (json)
        printDocument(array, out);
    else if (reports.empty())
        printNothing(config, out);
    noteSeveral(reports, log);
    return allReady ? exitOk : exitFailed;
}

int describePlugin(const config::HostConfig &config, const std::string &name, bool json, std::ostream &out,
                   std::ostream &log)
{
    int exitCode = exitOk;
    const auto plugin = loadBuild(config, name, log, exitCode);
    if (!plugin)
        return exitCode;
    const auto descriptor = plugin->descriptor.extract<Object::Ptr>();
    if (json)
        printDocument(descriptor, out);
    else
        printDescription(*descriptor, out);
    return exitOk;
}

} // namespace psa::cli

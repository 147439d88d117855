#include "host/cli/plugins_command.h"

#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/json/utf8.h"
#include "host/plugin/build_choice.h"
#include "host/plugin/descriptor_diff.h"
#include "host/plugin/loaded_plugin.h"
#include "host/run/load_plugins.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <iomanip>
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
    if (report.plugin && report.plugin->updates)
        object->set("updates", report.plugin->updates);
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

using Changes = std::vector<plugin::DescriptorChange>;

/// The changes, worst first.
Changes changesBetween(const plugin::LoadedPlugin &before, const plugin::LoadedPlugin &after)
{
    Changes changes = plugin::diffAbi(before.abi, after.abi);
    const Changes described =
        plugin::diffDescriptors(*before.descriptor.extract<Object::Ptr>(), *after.descriptor.extract<Object::Ptr>());
    changes.insert(changes.end(), described.begin(), described.end());
    if (!changes.empty() && before.id == after.id && before.version == after.version)
        changes.push_back({plugin::Impact::review, "version", "still " + before.version,
                           "connections and messages cannot distinguish these two builds"});
    std::stable_sort(changes.begin(), changes.end(),
                     [](const auto &one, const auto &other) { return one.impact > other.impact; });
    return changes;
}

std::ptrdiff_t count(const Changes &changes, plugin::Impact impact)
{
    return std::count_if(changes.begin(), changes.end(), [&](const auto &change) { return change.impact == impact; });
}

Object::Ptr toJson(const plugin::LoadedPlugin &plugin)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("id", plugin.id);
    object->set("version", plugin.version);
    object->set("abi", plugin::toText(plugin.abi));
    object->set("file", plugin.path);
    return object;
}

void printJson(const plugin::LoadedPlugin &before, const plugin::LoadedPlugin &after, const Changes &changes,
               std::ostream &out)
{
    Array::Ptr list = new Array;
    for (const plugin::DescriptorChange &change : changes)
    {
        Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
        object->set("impact", change.impact == plugin::Impact::review ? "review" : plugin::toText(change.impact));
        object->set("where", change.where);
        object->set("change", change.change);
        object->set("why", change.why);
        list->add(object);
    }
    Object all(Poco::JSON_PRESERVE_KEY_ORDER);
    all.set("before", toJson(before));
    all.set("after", toJson(after));
    all.set("breaking", count(changes, plugin::Impact::breaking));
    all.set("changes", list);
    printDocument(all, out);
}

void printText(const plugin::LoadedPlugin &before, const plugin::LoadedPlugin &after, const Changes &changes,
               std::ostream &out)
{
    for (const plugin::LoadedPlugin *plugin : {&before, &after})
        out << plugin->build() << ", " << plugin::toText(plugin->abi) << ", " << plugin->path << '\n';
    if (changes.empty())
    {
        out << "\nTheir descriptions are identical.\n";
        return;
    }
    out << '\n';
    for (const plugin::DescriptorChange &change : changes)
        out << std::left << std::setw(14) << plugin::toText(change.impact) << change.where << ": "
            << json::printable(change.change) << "\n              " << change.why << '\n';
    out << '\n'
        << count(changes, plugin::Impact::breaking) << " breaking, " << count(changes, plugin::Impact::review)
        << " to review, " << count(changes, plugin::Impact::compatible) << " compatible\n";
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
        printDescription(*descriptor, plugin->updates, out);
    return exitOk;
}

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

int diffPlugins(const config::HostConfig &config, const std::string &before, const std::string &after, bool json,
                std::ostream &out, std::ostream &log)
{
    int exitCode = exitOk;
    const auto one = loadBuild(config, before, log, exitCode);
    const auto other = one ? loadBuild(config, after, log, exitCode) : nullptr;
    if (!one || !other)
        return exitCode;
    const Changes changes = changesBetween(*one, *other);
    (json ? printJson : printText)(*one, *other, changes, out);
    return plugin::worstOf(changes) == plugin::Impact::breaking ? exitDifferent : exitOk;
}

} // namespace psa::cli

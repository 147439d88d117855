#include "host/cli/diff_command.h"

#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/plugin_set.h"
#include "host/json/utf8.h"
#include "host/plugin/descriptor_diff.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

using Changes = std::vector<plugin::DescriptorChange>;

plugin::PluginAbi abiOf(const plugin::LoadedPlugin &plugin)
{
    return {plugin.api.abi_major, plugin.api.abi_minor_built, plugin.api.abi_minor_needed};
}

/// The changes, worst first.
Changes changesBetween(const plugin::LoadedPlugin &before, const plugin::LoadedPlugin &after)
{
    Changes changes = plugin::diffAbi(abiOf(before), abiOf(after));
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
    object->set("abi", plugin::toText(abiOf(plugin)));
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
        out << plugin->build() << ", " << plugin::toText(abiOf(*plugin)) << ", " << plugin->path << '\n';
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

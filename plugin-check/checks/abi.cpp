// The exported function and its table, the extensions, the instance.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <Poco/JSON/Array.h>

#include <set>

namespace psa::check {
namespace {

void entryGivesTable(CheckContext &context)
{
    const PluginUnderCheck plugin(context);
}

void tableIsWhole(CheckContext &context)
{
    const PluginUnderCheck plugin(context);
    const std::uint32_t size = plugin.table()->struct_size;
    if (size < sizeof(psa_plugin_api))
        context.failAndStop("struct_size of the table is " + std::to_string(size) + ", not at least " +
                            std::to_string(sizeof(psa_plugin_api)) + ": set it to sizeof(psa_plugin_api)");
    if (plugin.table()->abi_minor_built <= PSA_ABI_MINOR && size > sizeof(psa_plugin_api))
        context.fail("struct_size of the table is " + std::to_string(size) + ", more than the " +
                     std::to_string(sizeof(psa_plugin_api)) + " of the minor it was built with");
    const psa_plugin_api &api = plugin.api();
    const auto need = [&](bool there, const char *name) {
        if (!there)
            context.fail(std::string(name) + " is NULL in the table");
    };
    need(api.describe != nullptr, "describe");
    need(api.create != nullptr, "create");
    need(api.destroy != nullptr, "destroy");
    need(api.configure != nullptr, "configure");
    need(api.test != nullptr, "test");
    need(api.create_ticket != nullptr, "create_ticket");
    need(api.get_extension != nullptr, "get_extension");
}

void numbersAgree(CheckContext &context)
{
    const PluginUnderCheck plugin(context);
    const plugin::PluginAbi table{plugin.table()->abi_major, plugin.table()->abi_minor_built,
                                  plugin.table()->abi_minor_needed};
    if (const plugin::PluginAbi note = noteAbi(context.plugin()); !(note == table))
        context.fail("the note says " + toText(note) + ", the table " + toText(table));
    if (const std::string problem = versionProblem(table); !problem.empty())
        context.fail("the table: " + problem);
}

std::set<std::string> described(PluginUnderCheck &plugin)
{
    std::set<std::string> ids;
    if (const auto array = plugin.descriptor().getArray("extensions"))
        for (const auto &id : *array)
            ids.insert(id.convert<std::string>());
    return ids;
}

void extensionsAreWhole(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const std::set<std::string> promised = described(plugin);
    std::set<std::string> asked = promised;
    asked.insert(plugin::knownExtensions.begin(), plugin::knownExtensions.end());
    std::map<const void *, std::string> tables;
    for (const std::string &id : asked)
    {
        context.step("get_extension(\"" + id + "\")");
        const void *table = plugin.extension(id);
        if (table == nullptr && promised.contains(id))
            context.fail("the descriptor lists " + id + ", but get_extension returns NULL");
        if (table == nullptr)
            continue;
        if (plugin.extension(id) != table)
            context.fail("get_extension returns " + id + " with a different table each time");
        if (const auto [first, isNew] = tables.emplace(table, id); !isNew)
            context.fail("get_extension returns " + first->second + " and " + id + " with the same table");
        if (plugin::isKnownExtension(id) && !plugin::isWhole(plugin.extensions(), id))
            context.fail("the table of " + id + " lacks a function, or its struct_size is too small");
        if (!promised.contains(id))
            context.warn("it offers " + id + ", which its descriptor does not list under \"extensions\"");
    }
}

void createGivesInstance(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const unsigned lookups = plugin.host().lookups();
    psa_instance *instance = nullptr;
    const CallRecord record = plugin.create(instance);
    if (!record.ok())
        context.failAndStop(record.describe());
    if (instance == nullptr)
        context.failAndStop("create returned PSA_OK without an instance");
    if (plugin.host().lookups() != lookups)
        context.fail("create asked the host for a service; only its log may be used before configure");
    psa_instance *second = nullptr;
    if (plugin.create(second).ok() && second == instance)
        context.failAndStop("create returned the same instance twice");
}

} // namespace

const std::vector<Check> abiChecks{
    {.id = "A01",
     .title = "The entry returns a table",
     .level = 1,
     .requirement = "psa_plugin_entry returns the plugin's table to a host of the same ABI major, promptly and "
                    "without an exception.",
     .consequence = "The host rejects the plugin.",
     .needs = {"S04"},
     .run = entryGivesTable},
    {.id = "A02",
     .title = "The table is complete",
     .level = 1,
     .requirement = "struct_size is that of psa_plugin_api, and every function is set.",
     .consequence = "The host rejects the plugin.",
     .needs = {"A01"},
     .run = tableIsWhole},
    {.id = "A03",
     .title = "Note and table have the same ABI numbers",
     .level = 1,
     .requirement = "Major, built minor and needed minor are the same in note and table; needed is at most built; "
                    "this host satisfies them.",
     .consequence = "The host rejects the plugin, or an older host accepts it although it cannot work there.",
     .needs = {"S02", "A01"},
     .run = numbersAgree},
    {.id = "A04",
     .title = "Extensions exist and are complete",
     .level = 1,
     .requirement = "get_extension returns a separate, complete and constant table for each extension that the "
                    "descriptor lists.",
     .consequence = "The host rejects the plugin, or does not use the extension.",
     .needs = {"D02"},
     .run = extensionsAreWhole},
    {.id = "A05",
     .title = "create returns an instance",
     .level = 1,
     .requirement = "create succeeds, returns a new instance each time, and uses nothing of the host except its log.",
     .consequence = "No connection can be created; unfinished instances use services that do not belong to them.",
     .needs = {"A02", "A03"},
     .run = createGivesInstance},
};

} // namespace psa::check

#include "host/plugin/plugin_start.h"

#include "host/net/egress_policy.h"
#include "host/plugin/documents.h"
#include "host/plugin/elf_file.h"
#include "host/plugin/library.h"
#include "host/plugin/load_report.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/trusted_file.h"
#include "host/plugin/worker.h"

#include <Poco/JSON/Object.h>

#include <cstring>
#include <set>

namespace psa::plugin {
namespace {

constexpr const char *oneExport =
    "Put psa_plugin_entry, in C++ PSA_PLUGIN(YourClass), once into the sources, and rebuild the "
    "plugin with psa_add_plugin() of the plugin-api package.";

ElfFile readLibrary(const TrustedFile &file)
try
{
    return readElf(file.read());
}
catch (const ElfError &error)
{
    throw Refusal{error.kind == ElfError::Kind::WrongArchitecture ? LoadState::wrongArchitecture
                                                                  : LoadState::notAPlugin,
                  error.expected, error.found, "Install a build of the plugin for this machine."};
}

/// Checks how a plugin is linked.
void checkLinking(const ElfFile &elf)
{
    if (!elf.note)
        throw Refusal{LoadState::notAPlugin, "the ELF note .note.psa_plugin", "a shared library without it",
                      rebuildAdvice};
    if (elf.exports != std::vector<std::string>{"psa_plugin_entry"})
        throw Refusal{LoadState::notAPlugin, "exactly one exported symbol, psa_plugin_entry", listed(elf.exports),
                      elf.exports.empty() ? oneExport : rebuildAdvice};
    if (!elf.runpath.empty() || elf.textRelocations || elf.executableStack)
        throw Refusal{LoadState::notAPlugin, "no run path, no text relocations, no executable stack",
                      !elf.runpath.empty() ? "run path " + elf.runpath
                                           : (elf.textRelocations ? "text relocations" : "an executable stack"),
                      rebuildAdvice};
    for (const std::string &needed : elf.needed)
        if (needed.find('/') != std::string::npos)
            throw Refusal{LoadState::notAPlugin, "libraries without a folder in their name",
                          "it needs " + needed + ", a path that was not checked", rebuildAdvice};
}

PluginAbi readNote(const std::string &json, LoadReport &report)
try
{
    const auto note = parseDocument("note", json).extract<Poco::JSON::Object::Ptr>();
    const auto abi = note->getObject("abi");
    report.id = note->getValue<std::string>("id");
    report.version = note->getValue<std::string>("version");
    const PluginAbi numbers{abi->getValue<std::uint32_t>("major"), abi->getValue<std::uint32_t>("built"),
                            abi->getValue<std::uint32_t>("needed")};
    report.abi = toText(numbers);
    return numbers;
}
catch (const InvalidDocument &error)
{
    throw Refusal{LoadState::notAPlugin, "an ELF note that matches schemas/note.schema.json", error.what(),
                  rebuildAdvice};
}

using Poco::JSON::Object;

constexpr const char *noteNames =
    "Use PSA_PLUGIN_ID and PSA_PLUGIN_VERSION in the descriptor: psa_add_plugin() defines them "
    "from what the note says.";

/// Calls `function` of the plugin as guarded() does.
template <class T>
T ask(const StartContext &context, const char *function, std::function<T()> body)
{
    if (context.entering)
        context.entering(function);
    return guarded<T>(function, context.deadline, std::move(body));
}

void checkFunctions(const psa_plugin_api &api)
{
    std::vector<std::string> missing;
    const auto need = [&](bool there, const char *name) {
        if (!there)
            missing.emplace_back(name);
    };
    need(api.describe != nullptr, "describe");
    need(api.create != nullptr, "create");
    need(api.destroy != nullptr, "destroy");
    need(api.configure != nullptr, "configure");
    need(api.test != nullptr, "test");
    need(api.create_ticket != nullptr, "create_ticket");
    need(api.get_extension != nullptr, "get_extension");
    if (!missing.empty())
        throw Refusal{LoadState::missingFunctions, "every function of psa_plugin_api", "NULL: " + listed(missing),
                      tellMakerAdvice};
}

psa_plugin_api copyTable(const psa_plugin_api &table, const HostAbi &host, const PluginAbi &note)
{
    const PluginAbi abi{table.abi_major, table.abi_minor_built, table.abi_minor_needed};
    requireVersion(host, abi, "table");
    if (!(abi == note))
        throw Refusal{LoadState::initFailed, "the same ABI numbers in note and table",
                      "note: " + toText(note) + ", table: " + toText(abi), rebuildAdvice};
    if (table.struct_size < sizeof(psa_plugin_api))
        throw Refusal{LoadState::missingFunctions,
                      "a table of at least " + std::to_string(sizeof(psa_plugin_api)) + " bytes",
                      std::to_string(table.struct_size) + " bytes", tellMakerAdvice};
    psa_plugin_api api{};
    std::memcpy(&api, &table, sizeof api);
    checkFunctions(api);
    return api;
}

psa_plugin_api enter(const Library &library, const StartContext &context, const PluginAbi &note)
{
    const auto *table = guarded<const psa_plugin_api *>(
        "psa_plugin_entry", context.deadline, [entry = library.entry(), host = context.host] { return entry(host); });
    if (table == nullptr)
        throw Refusal{LoadState::refused, "a table from psa_plugin_entry", "NULL: the plugin refuses this host",
                      "See the plugin's own message in the log above; if there is none, report that to its maker."};
    return copyTable(*table, context.abi, note);
}

/// The message with the detail that is meant for the log: without a ticket or a connection nothing else shows it.
std::string withDetail(const PluginError &error)
{
    return error.message + (error.detail.empty() ? "" : " (" + error.detail + ")");
}

void describe(const std::shared_ptr<LoadedPlugin> &plugin, const StartContext &context)
{
    const auto call = CallState::begin(plugin->id, clock::RunningClock::now() + context.deadline, context.log);
    const auto outcome = guarded<CallOutcome>(
        "describe", context.deadline, [call, plugin] { return call->run(Delivers::result, plugin->api.describe); });
    if (!outcome.ok())
        throw Refusal{LoadState::initFailed, "describe returns a descriptor", withDetail(*outcome.error),
                      tellMakerAdvice};
    plugin->descriptorJson = outcome.result;
}

void readDescriptor(LoadedPlugin &plugin)
try
{
    plugin.descriptor = parseDocument("descriptor", plugin.descriptorJson);
    const auto object = plugin.descriptor.extract<Object::Ptr>();
    plugin.forms = readForms(*object);
    for (const std::string &pattern : allowedHosts(*object))
        const net::HostPattern checked(pattern);
    if (const auto limits = object->getObject("limits"); limits && limits->has("instances"))
        plugin.maxInstances = limits->getValue<std::size_t>("instances");
    const auto id = object->getValue<std::string>("id");
    const auto version = object->getValue<std::string>("version");
    if (id != plugin.id || version != plugin.version)
        throw Refusal{LoadState::initFailed, "note and descriptor agree",
                      "note: " + plugin.id + " " + plugin.version + ", descriptor: " + id + " " + version, noteNames};
}
catch (const std::exception &error)
{
    throw Refusal{LoadState::initFailed, "a descriptor that matches schemas/descriptor.schema.json", error.what(),
                  tellMakerAdvice};
}

std::set<std::string> describedExtensions(const LoadedPlugin &plugin)
{
    std::set<std::string> ids;
    if (const auto array = plugin.descriptor.extract<Object::Ptr>()->getArray("extensions"))
        for (const auto &item : *array)
            ids.insert(item.convert<std::string>());
    return ids;
}

/// The same table under two ids, whose functions differ, means that get_extension ignores its id.
void checkDistinct(const std::map<std::string, const void *> &offered)
{
    std::map<const void *, std::string> seen;
    for (const auto &[id, table] : offered)
        if (const auto [other, first] = seen.emplace(table, id); !first && isKnownExtension(id))
            throw Refusal{LoadState::missingFunctions, "a separate table for each extension",
                          "one table for " + other->second + " and " + id, tellMakerAdvice};
}

std::map<std::string, const void *> askForExtensions(const LoadedPlugin &plugin, std::set<std::string> ids,
                                                     const StartContext &context)
{
    ids.insert(knownExtensions.begin(), knownExtensions.end());
    const auto body = [ids = std::move(ids), host = context.host, get = plugin.api.get_extension] {
        std::map<std::string, const void *> offered;
        for (const std::string &id : ids)
            if (const void *table = get(host, id.c_str()))
                offered[id] = table;
        return offered;
    };
    return ask<std::map<std::string, const void *>>(context, "get_extension", body);
}

void takeExtensions(LoadedPlugin &plugin, const StartContext &context)
{
    const auto described = describedExtensions(plugin);
    const auto offered = askForExtensions(plugin, described, context);
    plugin.extensions = copyTables(offered);
    for (const std::string &id : described)
    {
        if (!offered.contains(id))
            throw Refusal{LoadState::missingFunctions, "the extension " + id + ", which the descriptor promises",
                          "get_extension answers NULL", tellMakerAdvice};
        if (isKnownExtension(id) && !isWhole(plugin.extensions, id))
            throw Refusal{LoadState::missingFunctions, "the extension " + id + " whole",
                          "a table that lacks its function or whose struct_size is too small", tellMakerAdvice};
    }
    checkDistinct(offered);
    for (const auto &[id, table] : offered)
        if (context.log && !described.contains(id))
            context.log(
                PSA_LOG_INFO,
                "plugin " + plugin.id + " offers " + id + ", which its descriptor does not list under \"extensions\"" +
                    (isWhole(plugin.extensions, id) ? ": it works; add it there" : "; it is incomplete and not used"));
}

} // namespace

PluginAbi inspectPlugin(const TrustedFile &file, const HostAbi &host, LoadReport &report)
{
    const ElfFile elf = readLibrary(file);
    report.warnings = warningsOf(elf);
    checkLinking(elf);
    const PluginAbi abi = readNote(*elf.note, report);
    requireVersion(host, abi, "note");
    return abi;
}

void requireVersion(const HostAbi &host, const PluginAbi &plugin, const char *where)
{
    switch (negotiate(host, plugin))
    {
    case Negotiated::accepted:
        return;
    case Negotiated::tooOld:
        throw Refusal{LoadState::tooOld, "this host has ABI " + toText(host),
                      "the plugin's " + std::string(where) + " says " + toText(plugin),
                      "Install a newer build of the plugin."};
    case Negotiated::tooNew:
        throw Refusal{LoadState::tooNew, "this host has ABI " + toText(host),
                      "the plugin's " + std::string(where) + " says " + toText(plugin),
                      "Update psa-host, or install an older build of the plugin."};
    case Negotiated::contradictory:
        throw Refusal{LoadState::initFailed, "abi_minor_needed at most abi_minor_built", toText(plugin),
                      tellMakerAdvice};
    }
}

Library mapPlugin(const TrustedFile &file)
try
{
    return Library::map(file);
}
catch (const std::exception &error)
{
    throw Refusal{LoadState::initFailed, "a library that the dynamic linker accepts", error.what(),
                  linkerAdvice(error.what())};
}

std::shared_ptr<LoadedPlugin> startPlugin(const Library &library, const StartContext &context, const PluginAbi &note,
                                          const LoadReport &report)
{
    auto plugin = std::make_shared<LoadedPlugin>();
    plugin->id = report.id;
    plugin->version = report.version;
    plugin->path = report.file;
    plugin->host = context.host;
    plugin->api = enter(library, context, note);
    describe(plugin, context);
    readDescriptor(*plugin);
    takeExtensions(*plugin, context);
    return plugin;
}

} // namespace psa::plugin

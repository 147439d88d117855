#include "host/plugin/plugin_start.h"

#include "host/net/egress_policy.h"
#include "host/plugin/documents.h"
#include "host/plugin/elf_file.h"
#include "host/plugin/extension_tables.h"
#include "host/plugin/linker_advice.h"
#include "host/plugin/load_report.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/trusted_file.h"

#include <Poco/JSON/Object.h>

#include <array>
#include <map>
#include <set>
#include <system_error>

namespace psa::plugin {
namespace {

constexpr const char *oneExport =
    "Put psa_plugin_entry, in C++ PSA_PLUGIN(YourClass), once into the sources, and rebuild the "
    "plugin with psa_add_plugin() of the plugin-api package.";

ElfFile readLibrary(const TrustedFile &file)
try
{
    return readElf(file.bytes());
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

/// The functions of psa_plugin_api, in its order.
constexpr std::array functionNames{"describe", "create",        "destroy",      "configure",
                                   "test",     "create_ticket", "get_extension"};

void checkFunctions(std::uint32_t functions)
{
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < functionNames.size(); ++i)
        if ((functions >> i & 1U) == 0)
            missing.emplace_back(functionNames[i]);
    if (!missing.empty())
        throw Refusal{LoadState::missingFunctions, "every function of psa_plugin_api", "NULL: " + listed(missing),
                      tellMakerAdvice};
}

void checkTable(const runner::EnteredTable &table, const HostAbi &host, const PluginAbi &note)
{
    requireVersion(host, table.abi, "table");
    if (!(table.abi == note))
        throw Refusal{LoadState::initFailed, "the same ABI numbers in note and table",
                      "note: " + toText(note) + ", table: " + toText(table.abi), rebuildAdvice};
    if (table.structSize < sizeof(psa_plugin_api))
        throw Refusal{LoadState::missingFunctions,
                      "a table of at least " + std::to_string(sizeof(psa_plugin_api)) + " bytes",
                      std::to_string(table.structSize) + " bytes", tellMakerAdvice};
    checkFunctions(table.functions);
}

/// A plugin that is being started.
struct Start
{
    LoadedPlugin &plugin;
    runner::Runner &process;
    std::chrono::milliseconds limit;
    const PluginLog &log;

    clock::RunningClock::time_point until() const { return clock::RunningClock::now() + limit; }
};

void enter(const Start &start)
{
    const auto table = start.process.enter(start.until());
    if (!table)
        throw Refusal{LoadState::refused, "a table from psa_plugin_entry", "NULL: the plugin refuses this host",
                      "See the plugin's own message in the log above; if there is none, report that to its maker."};
    checkTable(*table, start.plugin.hostAbi, start.plugin.abi);
}

/// The message with the detail that is meant for the log: without a ticket or a connection nothing else shows it.
std::string withDetail(const PluginError &error)
{
    return error.message + (error.detail.empty() ? "" : " (" + error.detail + ")");
}

/// The result of a verb that isDescription(). `document`: what it is, such as "a descriptor".
std::string describe(const Start &start, Verb verb, const char *document)
{
    const VerbRow &row = rowOf(verb);
    const auto call = std::make_shared<CallState>(start.plugin.id, start.until(), start.log);
    const CallOutcome outcome = start.process.call({0, row, {}, call, std::chrono::milliseconds(0)});
    if (outcome.ended == Ended::died)
        throw Refusal{LoadState::crashedInProbe, "a plugin that survives its start", outcome.error->message,
                      tellMakerAdvice};
    if (outcome.ended == Ended::hung)
        throw runner::RunnerEnded("", row.function);
    if (!outcome.ok())
        throw Refusal{LoadState::initFailed, std::string(row.function) + " returns " + document,
                      withDetail(*outcome.error), tellMakerAdvice};
    return outcome.result;
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

/// Throws Refusal unless what psa.update-ticket/1 says about itself is consistent. `removesNotes`: its table has remove_note.
void checkUpdates(const Object &updates, bool removesNotes)
{
    if (updates.getValue<bool>("removesNotes") != removesNotes)
        throw Refusal{
            LoadState::initFailed, "\"removesNotes\" that says whether remove_note of psa.update-ticket/1 is set",
            removesNotes ? "false, but remove_note is set" : "true, but remove_note is NULL", tellMakerAdvice};
    std::set<std::string> changes;
    for (const auto &name : *updates.getArray("changes"))
        changes.insert(name.convert<std::string>());
    for (const auto &name : *updates.getArray("afterCreate"))
        if (!changes.contains(name.convert<std::string>()))
            throw Refusal{LoadState::initFailed, "only names of \"changes\" in \"afterCreate\"",
                          name.convert<std::string>(), tellMakerAdvice};
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
void checkDistinct(const std::map<std::string, runner::Offer> &offered)
{
    std::map<std::uint64_t, std::string> seen;
    for (const auto &[id, offer] : offered)
        if (const auto [other, first] = seen.emplace(offer.table, id); !first && isKnownExtension(id))
            throw Refusal{LoadState::missingFunctions, "a separate table for each extension",
                          "one table for " + other->second + " and " + id, tellMakerAdvice};
}

/// The offers by id, without absent ones.
std::map<std::string, runner::Offer> askForExtensions(const Start &start, std::set<std::string> ids)
{
    ids.insert(knownExtensions.begin(), knownExtensions.end());
    const std::vector<std::string> asked(ids.begin(), ids.end());
    const std::vector<runner::Offer> answers = start.process.offers(asked, start.until());
    std::map<std::string, runner::Offer> offered;
    for (std::size_t i = 0; i < answers.size() && i < asked.size(); ++i)
        if (answers[i].state != runner::OfferState::absent)
            offered[asked[i]] = answers[i];
    return offered;
}

void takeExtensions(const Start &start)
{
    LoadedPlugin &plugin = start.plugin;
    const auto described = describedExtensions(plugin);
    const auto offered = askForExtensions(start, described);
    for (const auto &[id, offer] : offered)
        if (offer.state == runner::OfferState::whole && isKnownExtension(id))
            plugin.extensions.insert(id);
    for (const std::string &id : described)
    {
        if (!offered.contains(id))
            throw Refusal{LoadState::missingFunctions, "the extension " + id + ", which the descriptor promises",
                          "get_extension answers NULL", tellMakerAdvice};
        if (isKnownExtension(id) && !plugin.extensions.contains(id))
            throw Refusal{LoadState::missingFunctions, "the extension " + id + " whole",
                          "a table that lacks a function or whose struct_size is too small", tellMakerAdvice};
    }
    checkDistinct(offered);
    for (const auto &[id, offer] : offered)
        if (start.log && !described.contains(id))
            start.log(
                PSA_LOG_INFO,
                "plugin " + plugin.id + " offers " + id + ", which its descriptor does not list under \"extensions\"" +
                    (plugin.extensions.contains(id) ? ": it works; add it there" : "; it is incomplete and not used"));
    if (plugin.extensions.contains(PSA_UPDATE_TICKET_ID))
        plugin.updates = readUpdateDescription(describe(start, Verb::describeUpdates, "an update description"),
                                               offered.at(PSA_UPDATE_TICKET_ID).optional);
}

/// Throws the Refusal for a process that exited during the start or did not answer in time.
[[noreturn]] void refuse(const runner::RunnerEnded &ended, std::chrono::milliseconds limit)
{
    const std::string how = ended.what();
    if (how.empty())
        throw Refusal{LoadState::initFailed, "a plugin that starts within the deadline",
                      "it did not return from " + (ended.part.empty() ? "loading" : ended.part) + " within " +
                          std::to_string(limit.count()) + " ms",
                      tellMakerAdvice};
    if (ended.part.empty())
        throw Refusal{LoadState::initFailed, "a process in which plugins run", how,
                      "Reinstall psa-host, and restart it."};
    throw Refusal{LoadState::crashedInProbe, "a plugin that survives its start", how + " in " + ended.part,
                  tellMakerAdvice};
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

Object::Ptr readUpdateDescription(const std::string &json, bool removesNotes)
try
{
    auto updates = parseDocument("update-description", json).extract<Object::Ptr>();
    checkUpdates(*updates, removesNotes);
    return updates;
}
catch (const InvalidDocument &error)
{
    throw Refusal{LoadState::initFailed,
                  "a result of describe of psa.update-ticket/1 that matches schemas/update-description.schema.json",
                  error.what(), tellMakerAdvice};
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

void startPlugin(LoadedPlugin &plugin, std::chrono::milliseconds limit, const PluginLog &log)
try
{
    const auto process = plugin.start(log);
    const Start start{plugin, *process, limit, log};
    enter(start);
    plugin.descriptorJson = describe(start, Verb::describe, "a descriptor");
    readDescriptor(plugin);
    takeExtensions(start);
}
catch (const runner::NotLoaded &error)
{
    throw Refusal{LoadState::initFailed, "a library that the dynamic linker accepts", error.what(),
                  linkerAdvice(error.what())};
}
catch (const runner::PluginThrew &part)
{
    throw Refusal{LoadState::initFailed, "a plugin that starts without an exception",
                  std::string(part.what()) + " threw one", tellMakerAdvice};
}
catch (const runner::RunnerEnded &ended)
{
    refuse(ended, limit);
}
catch (const std::system_error &error)
{
    throw Refusal{LoadState::initFailed, "a process in which plugins run", error.what(),
                  "Raise the limits of psa-host (ulimit -u and -n, TasksMax) and try again."};
}

} // namespace psa::plugin

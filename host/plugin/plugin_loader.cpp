#include "host/plugin/plugin_loader.h"

#include "host/plugin/documents.h"
#include "host/plugin/elf_file.h"
#include "host/plugin/library.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/trusted_file.h"
#include "host/plugin/worker.h"

#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/ticket.h>

#include <Poco/JSON/Object.h>

#include <algorithm>
#include <cstring>

namespace psa::host {
namespace {

/// Ends a load attempt; becomes its report.
struct Refusal
{
    LoadState state;
    std::string expected;
    std::string found;
    std::string advice;
};

const char *const rebuild = "Rebuild the plugin with psa_add_plugin() of the plugin-api package.";
const char *const tellMaker = "Report it to the maker of the plugin, with this message.";

bool isBelow(const std::filesystem::path &path, const std::filesystem::path &folder)
{
    const auto mismatch = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return mismatch.first == folder.end() || mismatch.first->empty();
}

std::string list(const std::vector<std::string> &items)
{
    std::string text;
    for (const std::string &item : items)
        text += (text.empty() ? "" : ", ") + item;
    return text.empty() ? "none" : text;
}

/// Is the extension table whole: at least `size` bytes, and the function at its end there? Every extension of revision
/// 1 is a header of two words and one function.
bool isWhole(const void *table)
{
    struct Shape
    {
        std::uint32_t size;
        std::uint32_t reserved;
        void (*function)();
    };
    std::uint32_t size = 0;
    std::memcpy(&size, table, sizeof size);
    if (size < sizeof(Shape))
        return false;
    Shape shape{};
    std::memcpy(&shape, table, sizeof shape);
    return shape.function != nullptr;
}

} // namespace

struct PluginLoader::Attempt
{
    LoadReport report;
    std::unique_ptr<TrustedFile> file;
    PluginAbi noteAbi{};
    Library library;
    std::shared_ptr<LoadedPlugin> plugin = std::make_shared<LoadedPlugin>();
};

PluginLoader::PluginLoader(const psa_host *host, PluginLog log, LoaderPolicy policy, HostAbi abi)
    : host_(host), log_(std::move(log)), policy_(std::move(policy)), abi_(abi)
{
}

LoadReport PluginLoader::load(const std::filesystem::path &file)
{
    const auto start = std::chrono::steady_clock::now();
    Attempt attempt;
    attempt.report.file = file;
    try
    {
        open(attempt);
        checkPin(attempt);
        checkSame(attempt);
        inspect(attempt);
        map(attempt);
        enter(attempt);
        describe(attempt);
        checkDescriptor(attempt);
        checkExtensions(attempt);
        attempt.report.state = LoadState::ready;
        attempt.report.plugin = attempt.plugin;
    }
    catch (const Refusal &refusal)
    {
        attempt.report.state = refusal.state;
        attempt.report.expected = refusal.expected;
        attempt.report.found = refusal.found;
        attempt.report.advice = refusal.advice;
    }
    attempt.report.took =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    if (attempt.library.isMapped())
        mapped_[{attempt.file->device(), attempt.file->inode()}] = attempt.report;
    return attempt.report;
}

std::vector<LoadReport> PluginLoader::loadFolder(const std::filesystem::path &folder)
{
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (auto entry = std::filesystem::directory_iterator(folder, error);
         !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        if (entry->path().extension() == ".so")
            files.push_back(entry->path());
    if (error)
    {
        LoadReport report;
        report.file = folder;
        report.expected = "a folder with plugins";
        report.found = error.message();
        report.advice = "Create the folder, or correct \"folders\" under [plugins] in the configuration file.";
        return {report};
    }
    std::sort(files.begin(), files.end());
    std::vector<LoadReport> reports;
    reports.reserve(files.size());
    for (const auto &file : files)
        reports.push_back(load(file));
    return reports;
}

void PluginLoader::open(Attempt &attempt) const
{
    const std::filesystem::path path = attempt.report.file;
    attempt.report.pathTrustedBySwitch = std::any_of(policy_.trustedPaths.begin(), policy_.trustedPaths.end(),
                                                     [&](const auto &trusted) { return isBelow(path, trusted); });
    try
    {
        attempt.file = std::make_unique<TrustedFile>(TrustedFile::open(path, attempt.report.pathTrustedBySwitch));
        attempt.report.sha256 = attempt.file->sha256();
    }
    catch (const PathRefused &refused)
    {
        throw Refusal{refused.notFound ? LoadState::notFound : LoadState::untrustedPath,
                      refused.component + ": " + refused.expected, refused.found, refused.advice};
    }
    catch (const std::exception &error)
    {
        throw Refusal{LoadState::notAPlugin, "a readable plugin file", error.what(), rebuild};
    }
}

void PluginLoader::checkPin(const Attempt &attempt) const
{
    auto pin = policy_.pins.find(attempt.report.file);
    if (pin == policy_.pins.end())
        pin = policy_.pins.find(std::filesystem::path(attempt.report.file).filename());
    if (pin != policy_.pins.end() && pin->second != attempt.report.sha256)
        throw Refusal{LoadState::untrustedDigest, "SHA-256 " + pin->second, "SHA-256 " + attempt.report.sha256,
                      "If you installed this build on purpose, set \"" + pin->first + "\" = \"" +
                          attempt.report.sha256 + "\" under [plugins.pins] in the configuration file."};
}

void PluginLoader::checkSame(const Attempt &attempt) const
{
    const auto same = mapped_.find({attempt.file->device(), attempt.file->inode()});
    if (same == mapped_.end())
        return;
    if (same->second.sha256 != attempt.report.sha256)
        throw Refusal{
            LoadState::duplicate, "the file that was loaded, SHA-256 " + same->second.sha256,
            "other content in the same file, SHA-256 " + attempt.report.sha256,
            "A loaded file must not be overwritten. Install the new build under another file name, or restart "
            "psa-host."};
    throw Refusal{LoadState::duplicate, "each file once", "the file that is loaded already as " + same->second.file,
                  "Remove one of the two names from the configuration or the folder."};
}

void PluginLoader::inspect(Attempt &attempt) const
{
    ElfFile elf;
    try
    {
        elf = readElf(attempt.file->read());
    }
    catch (const ElfError &error)
    {
        throw Refusal{error.kind == ElfError::Kind::WrongArchitecture ? LoadState::wrongArchitecture
                                                                      : LoadState::notAPlugin,
                      error.expected, error.found, "Install the build of the plugin for this machine."};
    }
    if (!elf.note)
        throw Refusal{LoadState::notAPlugin, "the ELF note .note.psa_plugin", "a shared library without it", rebuild};
    if (elf.exports != std::vector<std::string>{"psa_plugin_entry"})
        throw Refusal{LoadState::notAPlugin, "exactly one exported symbol, psa_plugin_entry", list(elf.exports),
                      rebuild};
    if (!elf.runpath.empty() || elf.textRelocations || elf.executableStack)
        throw Refusal{LoadState::notAPlugin, "no run path, no text relocations, no executable stack",
                      !elf.runpath.empty() ? "run path " + elf.runpath
                                           : (elf.textRelocations ? "text relocations" : "an executable stack"),
                      rebuild};
    try
    {
        const auto note = parseDocument("note", *elf.note).extract<Poco::JSON::Object::Ptr>();
        const auto abi = note->getObject("abi");
        attempt.report.id = note->getValue<std::string>("id");
        attempt.report.version = note->getValue<std::string>("version");
        attempt.noteAbi = {abi->getValue<std::uint32_t>("major"), abi->getValue<std::uint32_t>("built"),
                           abi->getValue<std::uint32_t>("needed")};
        attempt.report.abi = toText(attempt.noteAbi);
    }
    catch (const InvalidDocument &error)
    {
        throw Refusal{LoadState::notAPlugin, "an ELF note as schemas/note.schema.json says", error.what(), rebuild};
    }
    checkVersion(attempt.noteAbi, "note");
}

void PluginLoader::checkVersion(const PluginAbi &plugin, const char *where) const
{
    switch (negotiate(abi_, plugin))
    {
    case Negotiated::accepted:
        return;
    case Negotiated::tooOld:
        throw Refusal{LoadState::tooOld, "this host speaks " + toText(abi_),
                      "the plugin's " + std::string(where) + " says " + toText(plugin),
                      "Install a newer build of the plugin."};
    case Negotiated::tooNew:
        throw Refusal{LoadState::tooNew, "this host speaks " + toText(abi_),
                      "the plugin's " + std::string(where) + " says " + toText(plugin),
                      "Update psa-host, or install an older build of the plugin."};
    case Negotiated::contradictory:
        throw Refusal{LoadState::initFailed, "abi_minor_needed at most abi_minor_built", toText(plugin), tellMaker};
    }
}

void PluginLoader::map(Attempt &attempt)
{
    try
    {
        attempt.library = Library::map(*attempt.file);
    }
    catch (const std::exception &error)
    {
        throw Refusal{LoadState::initFailed, "a library that the dynamic linker accepts", error.what(),
                      "Install the library or symbol that is missing, or rebuild the plugin with -z defs."};
    }
}

void PluginLoader::enter(Attempt &attempt) const
{
    const auto entry = attempt.library.entry();
    struct Answer
    {
        const psa_plugin_api *table = nullptr;
        bool threw = false;
    };
    const auto answer = std::make_shared<Answer>();
    Worker worker;
    const bool returned = worker.run(
        [entry, answer, host = host_] {
            try
            {
                answer->table = entry(host);
            }
            catch (...)
            {
                answer->threw = true;
            }
        },
        std::chrono::steady_clock::now() + policy_.startDeadline);
    if (!returned)
        throw Refusal{LoadState::initFailed, "psa_plugin_entry returns within 100 ms", "it did not return", tellMaker};
    if (answer->threw)
        throw Refusal{LoadState::initFailed, "no exception leaves the library", "psa_plugin_entry threw one",
                      tellMaker};
    if (answer->table == nullptr)
        throw Refusal{LoadState::refused, "a table from psa_plugin_entry", "NULL: the plugin refuses this host",
                      "Read the plugin's own line in the log above."};
    checkTable(attempt, answer->table);
}

void PluginLoader::checkTable(Attempt &attempt, const psa_plugin_api *table) const
{
    const PluginAbi abi{table->abi_major, table->abi_minor_built, table->abi_minor_needed};
    checkVersion(abi, "table");
    if (!(abi == attempt.noteAbi))
        throw Refusal{LoadState::initFailed, "the same ABI numbers in note and table",
                      "note: " + toText(attempt.noteAbi) + ", table: " + toText(abi), rebuild};
    if (table->struct_size < sizeof(psa_plugin_api))
        throw Refusal{LoadState::missingFunctions,
                      "a table of at least " + std::to_string(sizeof(psa_plugin_api)) + " bytes",
                      std::to_string(table->struct_size) + " bytes", tellMaker};
    std::memcpy(&attempt.plugin->api, table, sizeof(psa_plugin_api));
    const psa_plugin_api &api = attempt.plugin->api;
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
        throw Refusal{LoadState::missingFunctions, "every function of psa_plugin_api", "NULL: " + list(missing),
                      tellMaker};
    attempt.plugin->host = host_;
    attempt.plugin->path = attempt.report.file;
    attempt.plugin->id = attempt.report.id;
    attempt.plugin->version = attempt.report.version;
}

void PluginLoader::describe(Attempt &attempt) const
{
    const auto deadline = std::chrono::steady_clock::now() + policy_.startDeadline;
    const auto call = CallState::begin(attempt.report.id, deadline, log_);
    const auto outcome = std::make_shared<CallOutcome>();
    Worker worker;
    if (!worker.run(
            [call, outcome, plugin = attempt.plugin] { *outcome = call->run(Delivers::result, plugin->api.describe); },
            deadline))
        throw Refusal{LoadState::initFailed, "describe returns at once", "it did not return", tellMaker};
    if (!outcome->ok())
        throw Refusal{LoadState::initFailed, "describe gives a descriptor", outcome->error->message, tellMaker};
    attempt.plugin->descriptorJson = outcome->result;
}

void PluginLoader::checkDescriptor(const Attempt &attempt) const
{
    LoadedPlugin &plugin = *attempt.plugin;
    try
    {
        plugin.descriptor = parseDocument("descriptor", plugin.descriptorJson);
        const auto object = plugin.descriptor.extract<Poco::JSON::Object::Ptr>();
        for (const char *form : {"configuration", "ticketDefaults", "ticketFields"})
            if (object->has(form))
                JsonSchema(object->get(form)); // a form that cannot be compiled must not wait for its first use
        const auto id = object->getValue<std::string>("id");
        const auto version = object->getValue<std::string>("version");
        if (id != plugin.id || version != plugin.version)
            throw Refusal{LoadState::initFailed, "note and descriptor agree",
                          "note: " + plugin.id + " " + plugin.version + ", descriptor: " + id + " " + version, rebuild};
    }
    catch (const std::exception &error)
    {
        throw Refusal{LoadState::initFailed, "a descriptor as schemas/descriptor.schema.json says", error.what(),
                      tellMaker};
    }
    for (const auto &[inode, other] : mapped_)
        if (other.state == LoadState::ready && other.id == plugin.id && other.version == plugin.version)
            throw Refusal{LoadState::duplicate, "each build once",
                          plugin.id + "@" + plugin.version + " is loaded already from " + other.file,
                          "Remove one of the two files, or give the newer build a version of its own."};
}

void PluginLoader::checkExtensions(const Attempt &attempt) const
{
    const auto object = attempt.plugin->descriptor.extract<Poco::JSON::Object::Ptr>();
    if (!object->has("extensions"))
        return;
    const std::vector<std::string> known{PSA_FIND_TICKET_ID, PSA_CHOICES_ID, PSA_TICKET_ID};
    for (const auto &item : *object->getArray("extensions"))
    {
        const auto id = item.convert<std::string>();
        const void *table = nullptr;
        try
        {
            table = attempt.plugin->api.get_extension(host_, id.c_str());
        }
        catch (...)
        {
            throw Refusal{LoadState::initFailed, "no exception leaves the library", "get_extension threw one",
                          tellMaker};
        }
        if (table == nullptr)
            throw Refusal{LoadState::missingFunctions, "the extension " + id + ", which the descriptor promises",
                          "get_extension answers NULL", tellMaker};
        if (std::find(known.begin(), known.end(), id) != known.end() && !isWhole(table))
            throw Refusal{LoadState::missingFunctions, "the extension " + id + " whole",
                          "a table that lacks its function", tellMaker};
    }
}

} // namespace psa::host

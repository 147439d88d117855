#include "host/plugin/plugin_loader.h"

#include "host/json/utf8.h"
#include "host/plugin/documents.h"
#include "host/plugin/elf_file.h"
#include "host/plugin/elf_warnings.h"
#include "host/plugin/library.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/trusted_file.h"
#include "host/plugin/worker.h"

#include <Poco/JSON/Object.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <set>

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
const char *const oneExport =
    "Put psa_plugin_entry, in C++ PSA_PLUGIN(YourClass), once into the sources, and rebuild the "
    "plugin with psa_add_plugin() of the plugin-api package.";
const char *const noteNames =
    "Use PSA_PLUGIN_ID and PSA_PLUGIN_VERSION in the descriptor: psa_add_plugin() defines them "
    "from what the note says.";

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

/// Runs a function of the plugin on a thread of its own, since it may hang; `body` must own all it touches.
template <class T>
T guarded(const std::string &function, std::chrono::milliseconds time, std::function<T()> body)
{
    struct Answer
    {
        T value{};
        bool threw = false;
    };
    const auto answer = std::make_shared<Answer>();
    const auto task = [answer, body = std::move(body)] {
        try
        {
            answer->value = body();
        }
        catch (...)
        {
            answer->threw = true;
        }
    };
    Worker worker;
    if (!worker.run(task, std::chrono::steady_clock::now() + time))
        throw Refusal{LoadState::initFailed, function + " returns at once",
                      "it did not return within " + std::to_string(time.count()) + " ms", tellMaker};
    if (answer->threw)
        throw Refusal{LoadState::initFailed, "no exception leaves the library", function + " threw one", tellMaker};
    return std::move(answer->value);
}

std::set<std::string> describedExtensions(const LoadedPlugin &plugin)
{
    std::set<std::string> ids;
    if (const auto array = plugin.descriptor.extract<Poco::JSON::Object::Ptr>()->getArray("extensions"))
        for (const auto &item : *array)
            ids.insert(item.convert<std::string>());
    return ids;
}

/// One table under two ids, of which each has functions of its own kind, is a get_extension that does not look at its
/// id.
void checkDistinct(const std::map<std::string, const void *> &offered)
{
    std::map<const void *, std::string> seen;
    for (const auto &[id, table] : offered)
        if (const auto [other, first] = seen.emplace(table, id); !first && isKnownExtension(id))
            throw Refusal{LoadState::missingFunctions, "a table of its own for each extension",
                          "one table for " + other->second + " and " + id, tellMaker};
}

/// The message with what is meant for the log: nothing else shows it where no ticket and no connection is.
std::string withDetail(const PluginError &error)
{
    return error.message + (error.detail.empty() ? "" : " (" + error.detail + ")");
}

/// The first folder of `path` that does not exist.
std::filesystem::path firstMissing(const std::filesystem::path &path)
{
    std::filesystem::path walked;
    for (const auto &part : path)
    {
        walked /= part;
        std::error_code ignored; // a folder that cannot be looked into counts as there: the caller has that error
        if (!std::filesystem::exists(walked, ignored) && !ignored)
            break;
    }
    return walked;
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
        takeExtensions(attempt);
        attempt.report.state = LoadState::ready;
        attempt.report.plugin = attempt.plugin;
    }
    catch (const Refusal &refusal)
    {
        attempt.report.state = refusal.state;
        attempt.report.expected = refusal.expected;
        attempt.report.found = printable(refusal.found); // it may quote the plugin
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
        report.found = "searched for " + (folder / "*.so").string() + ": " + error.message();
        if (error == std::errc::no_such_file_or_directory)
            report.found += " (" + firstMissing(folder).string() + " is missing)";
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

namespace {

/// How a plugin has to be linked.
void checkLinking(const ElfFile &elf)
{
    if (!elf.note)
        throw Refusal{LoadState::notAPlugin, "the ELF note .note.psa_plugin", "a shared library without it", rebuild};
    if (elf.exports != std::vector<std::string>{"psa_plugin_entry"})
        throw Refusal{LoadState::notAPlugin, "exactly one exported symbol, psa_plugin_entry", list(elf.exports),
                      elf.exports.empty() ? oneExport : rebuild};
    if (!elf.runpath.empty() || elf.textRelocations || elf.executableStack)
        throw Refusal{LoadState::notAPlugin, "no run path, no text relocations, no executable stack",
                      !elf.runpath.empty() ? "run path " + elf.runpath
                                           : (elf.textRelocations ? "text relocations" : "an executable stack"),
                      rebuild};
    for (const std::string &needed : elf.needed)
        if (needed.find('/') != std::string::npos)
            throw Refusal{LoadState::notAPlugin, "libraries that are named without a folder",
                          "it needs " + needed + ", a path that nobody has checked", rebuild};
}

} // namespace

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
    attempt.report.warnings = warningsOf(elf);
    checkLinking(elf);
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
    const auto *table =
        guarded<const psa_plugin_api *>("psa_plugin_entry", policy_.startDeadline,
                                        [entry = attempt.library.entry(), host = host_] { return entry(host); });
    if (table == nullptr)
        throw Refusal{LoadState::refused, "a table from psa_plugin_entry", "NULL: the plugin refuses this host",
                      "Read the plugin's own line in the log above; if there is none, report that to its maker."};
    checkTable(attempt, table);
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
    const auto call =
        CallState::begin(attempt.report.id, std::chrono::steady_clock::now() + policy_.startDeadline, log_);
    const auto outcome = guarded<CallOutcome>("describe", policy_.startDeadline, [call, plugin = attempt.plugin] {
        return call->run(Delivers::result, plugin->api.describe);
    });
    if (!outcome.ok())
        throw Refusal{LoadState::initFailed, "describe gives a descriptor", withDetail(*outcome.error), tellMaker};
    attempt.plugin->descriptorJson = outcome.result;
}

void PluginLoader::checkDescriptor(const Attempt &attempt) const
{
    LoadedPlugin &plugin = *attempt.plugin;
    try
    {
        plugin.descriptor = parseDocument("descriptor", plugin.descriptorJson);
        const auto object = plugin.descriptor.extract<Poco::JSON::Object::Ptr>();
        plugin.forms = readForms(*object);
        if (const auto limits = object->getObject("limits"); limits && limits->has("instances"))
            plugin.maxInstances = limits->getValue<std::size_t>("instances");
        const auto id = object->getValue<std::string>("id");
        const auto version = object->getValue<std::string>("version");
        if (id != plugin.id || version != plugin.version)
            throw Refusal{LoadState::initFailed, "note and descriptor agree",
                          "note: " + plugin.id + " " + plugin.version + ", descriptor: " + id + " " + version,
                          noteNames};
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

void PluginLoader::takeExtensions(Attempt &attempt) const
{
    LoadedPlugin &plugin = *attempt.plugin;
    const auto described = describedExtensions(plugin);
    std::set<std::string> asked = described;
    asked.insert(knownExtensions.begin(), knownExtensions.end());
    const auto ask = [ids = std::move(asked), host = host_, get = plugin.api.get_extension] {
        std::map<std::string, const void *> offered;
        for (const std::string &id : ids)
            if (const void *table = get(host, id.c_str()))
                offered[id] = table;
        return offered;
    };
    const auto offered = guarded<std::map<std::string, const void *>>("get_extension", policy_.startDeadline, ask);
    plugin.extensions = copyTables(offered);
    for (const std::string &id : described)
    {
        if (!offered.contains(id))
            throw Refusal{LoadState::missingFunctions, "the extension " + id + ", which the descriptor promises",
                          "get_extension answers NULL", tellMaker};
        if (isKnownExtension(id) && !isWhole(plugin.extensions, id))
            throw Refusal{LoadState::missingFunctions, "the extension " + id + " whole",
                          "a table that lacks its function or whose struct_size is too small", tellMaker};
    }
    checkDistinct(offered);
    for (const auto &[id, table] : offered)
        if (log_ && !described.contains(id))
            log_(PSA_LOG_INFO,
                 "plugin " + plugin.id + " offers " + id + ", which its descriptor does not list under \"extensions\"" +
                     (isWhole(plugin.extensions, id) ? ": it works; add it there" : "; it is not whole and not used"));
}

} // namespace psa::host

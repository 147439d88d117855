#include "host/plugin/plugin_inspection.h"

#include "host/plugin/documents.h"
#include "host/plugin/elf_file.h"
#include "host/plugin/elf_warnings.h"
#include "host/plugin/refusal.h"
#include "host/plugin/trusted_file.h"

#include <Poco/JSON/Object.h>

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

} // namespace psa::plugin

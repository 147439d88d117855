// What the file shows without being run, and whether it can be loaded at all.
#include "host/plugin/documents.h"
#include "host/plugin/elf_file.h"
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_under_check.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace psa::check {
namespace {

std::string list(const std::vector<std::string> &items)
{
    constexpr std::size_t shown = 10;
    std::string text;
    for (std::size_t i = 0; i < items.size() && i < shown; ++i)
        text += (i == 0 ? "" : ", ") + items[i];
    return items.size() > shown ? text + " and " + std::to_string(items.size() - shown) + " more" : text;
}

void isLibraryOfThisMachine(CheckContext &context)
{
    try
    {
        readPluginFile(context.plugin());
    }
    catch (const plugin::ElfError &error)
    {
        context.failAndStop("expected " + error.expected + ", found " + error.found);
    }
    struct stat status = {};
    if (stat(context.plugin().c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0)
        context.fail("the file is world-writable; run: chmod o-w " + context.plugin().string());
}

void hasNote(CheckContext &context)
{
    const auto note = readPluginFile(context.plugin()).note;
    if (!note)
        context.failAndStop("there is no ELF note .note.psa_plugin; psa_add_plugin() writes it, or PSA_PLUGIN_NOTE of "
                            "psa/note.h");
    try
    {
        plugin::parseDocument("note", *note);
        if (const std::string problem = versionProblem(noteAbi(context.plugin())); !problem.empty())
            context.fail(problem);
    }
    catch (const plugin::InvalidDocument &error)
    {
        context.fail(std::string("the note does not match schemas/note.schema.json: ") + error.what());
    }
}

void exportsOneSymbol(CheckContext &context)
{
    const plugin::ElfFile elf = readPluginFile(context.plugin());
    if (std::find(elf.exports.begin(), elf.exports.end(), "psa_plugin_entry") == elf.exports.end())
        context.fail("psa_plugin_entry is not exported; in C++ put PSA_PLUGIN(YourClass) once into the sources");
    std::vector<std::string> others;
    std::copy_if(elf.exports.begin(), elf.exports.end(), std::back_inserter(others),
                 [](const std::string &name) { return name != "psa_plugin_entry"; });
    if (!others.empty())
        context.fail("it exports more than psa_plugin_entry: " + list(others) +
                     "; link it with the version script of psa_add_plugin(), which must name no version");
    if (!elf.unique.empty())
        context.fail("symbols that are the same in the whole process (STB_GNU_UNIQUE): " + list(elf.unique));
}

void canBeLoaded(CheckContext &context)
{
    mapPlugin(context);
}

void isHardened(CheckContext &context)
{
    const plugin::ElfFile elf = readPluginFile(context.plugin());
    if (elf.textRelocations)
        context.fail("it has text relocations; compile it with -fPIC");
    if (elf.executableStack)
        context.fail("it requires an executable stack; link it with -z noexecstack");
    if (!elf.readOnlyRelocations)
        context.fail("its relocations remain writable; link it with -z relro");
    if (!elf.runpath.empty())
        context.fail("it has a run path, " + elf.runpath +
                     ": link what it needs statically, or install it as a system package");
    for (const std::string &needed : elf.needed)
        if (needed.find('/') != std::string::npos)
            context.fail("it needs " + needed + ", a path that was not checked");
    if (!elf.bindsAtStart)
        context.warn("it is not bound at load time; link it with -z now");
}

void importsNothingUnwanted(CheckContext &context)
{
    for (const std::string &warning : plugin::warningsOf(readPluginFile(context.plugin())))
        context.warn("it " + warning);
}

struct Copy
{
    const char *library;
    const char *marker; ///< A text that occurs in the library itself and hardly anywhere else.
};

/// Uses texts, because a properly linked library has no symbols left to find.
void hasNoSecondCopy(CheckContext &context)
{
    constexpr std::array copies{Copy{"OpenSSL", "CRYPTOGAMS by <"},
                                Copy{"the C++ standard library", "terminate called after throwing an instance of '"}};
    const auto bytes = readPluginBytes(context.plugin());
    for (const Copy &copy : copies)
    {
        const std::string marker = copy.marker;
        const bool within = std::search(bytes.begin(), bytes.end(), marker.begin(), marker.end()) != bytes.end();
        if (within)
            context.warn("it seems to have " + std::string(copy.library) +
                         " linked into it, in addition to the host's; link the shared library of the distribution");
    }
}

} // namespace

const std::vector<Check> staticChecks{
    {.id = "S01",
     .title = "A shared library for this machine",
     .level = 1,
     .requirement = "The file is a complete ELF shared library for this machine and is not world-writable.",
     .consequence = "The host rejects the file.",
     .needs = {},
     .run = isLibraryOfThisMachine},
    {.id = "S02",
     .title = "The note identifies the plugin",
     .level = 1,
     .requirement = "The ELF note .note.psa_plugin exists and matches schemas/note.schema.json: id, version, and "
                    "ABI numbers that this host supports.",
     .consequence = "The host cannot identify the plugin before its code runs, and rejects the file.",
     .needs = {"S01"},
     .run = hasNote},
    {.id = "S03",
     .title = "One exported symbol",
     .level = 1,
     .requirement = "psa_plugin_entry is the only symbol that the library exports, and no symbol is process-unique "
                    "(STB_GNU_UNIQUE).",
     .consequence = "Its symbols can collide with those of the program that loads it; the host rejects the file.",
     .needs = {"S01"},
     .run = exportsOneSymbol},
    {.id = "S04",
     .title = "It can be loaded",
     .level = 1,
     .requirement = "All symbols resolve when the library is loaded, and its constructors return.",
     .consequence = "The host rejects the file, or the plugin's process crashes.",
     .needs = {"S02", "S03"},
     .run = canBeLoaded},
    {.id = "S05",
     .title = "Linked safely and self-contained",
     .level = 1,
     .requirement = "No text relocations, no executable stack, read-only relocations, no run path, no needed "
                    "library with a folder in its name; bound at load time.",
     .consequence = "The host rejects the file, because it would run code that was not checked.",
     .needs = {"S01"},
     .run = isHardened},
    {.id = "S06",
     .title = "Imports nothing that plugins do not need",
     .level = 1,
     .requirement = "No function that ends the process, starts programs, changes process-wide state, loads code or "
                    "accesses the network, and no network library.",
     .consequence =
         "The host warns, because the plugin could end or change its process, or tries what its process may not do.",
     .needs = {"S01"},
     .run = importsNothingUnwanted},
    {.id = "S07",
     .title = "No second copy of a shared library",
     .level = 1,
     .requirement = "OpenSSL and the C++ standard library are not linked into the plugin.",
     .consequence = "Two copies in one process conflict: an exception that leaves the plugin then ends its process.",
     .needs = {"S01"},
     .run = hasNoSecondCopy},
};

} // namespace psa::check

#include "host/plugin/linker_advice.h"

#include <gnu/libc-version.h>

#include <array>

namespace psa::plugin {
namespace {

/// The text in `words` right after `before`, up to one of `ends`; "" if `before` is missing.
std::string after(std::string_view words, std::string_view before, std::string_view ends)
{
    const std::size_t at = words.find(before);
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = words.substr(at + before.size());
    return std::string(rest.substr(0, rest.find_first_of(ends)));
}

/// The file named right before `what`: "libfoo.so.1" in "libfoo.so.1: cannot open ...".
std::string fileBefore(std::string_view words, std::string_view what)
{
    const std::string_view upTo = words.substr(0, words.find(what));
    const std::size_t begin = upTo.find_last_of(" /");
    return std::string(begin == std::string_view::npos ? upTo : upTo.substr(begin + 1));
}

/// libc.so.6: version `GLIBC_2.38' not found (required by ...)
std::string newerVersion(std::string_view words)
{
    const std::string version = after(words, "version `", "'");
    if (version.starts_with("GLIBC_"))
        return std::string("Rebuild the plugin for this system's glibc, which is ") + gnu_get_libc_version() +
               ": it was built on a system with a newer one.";
    if (version.starts_with("GLIBCXX_") || version.starts_with("CXXABI_") || version.starts_with("GCC_"))
        return "Rebuild the plugin with this system's compiler: it was built for a newer C++ runtime.";
    const std::string library = fileBefore(words, ": version `");
    return "Install a " + library + " that has " + version + ", or rebuild the plugin with the " + library +
           " of this system.";
}

/// libfoo.so.1: cannot open shared object file: No such file or directory
std::string missingLibrary(std::string_view words)
{
    const std::string library = fileBefore(words, ": cannot open shared object file");
    if (words.find("No such file") == std::string_view::npos)
        return "Install " + library +
               ", which the plugin needs, in /lib, /usr/lib or /usr/local/lib, and make it readable for everybody: "
               "a plugin's process cannot read other files.";
    return "Install the library " + library + ", or rebuild the plugin without it.";
}

/// undefined symbol: foo_init, version FOO_1.0
std::string missingSymbol(std::string_view words)
{
    const std::string symbol = after(words, "undefined symbol: ", ", :()");
    if (words.find(", version ") != std::string_view::npos)
        return "Rebuild the plugin on this system: the library that it takes " + symbol + " from is older here.";
    return "Rebuild the plugin with the library that has " + symbol +
           "; linked with -z defs, as psa_add_plugin() does, the build itself says what is missing.";
}

std::string oldSymbolVersion(std::string_view)
{
    return "Rebuild the plugin on this system: a library that it needs has other symbols here.";
}

std::string staticTls(std::string_view)
{
    return "Rebuild the plugin, or the library that it brings along, without -ftls-model=initial-exec: there is no "
           "more "
           "room for thread-local variables of that kind.";
}

std::string damagedLibrary(std::string_view)
{
    return "Reinstall the named library for this machine: the plugin needs it, and the installed one is damaged or "
           "different.";
}

std::string notMapped(std::string_view words)
{
    if (words.find("Cannot allocate memory") != std::string_view::npos)
        return "The plugin and its libraries do not fit into the 512 MiB of memory that its process may use: "
               "reduce their size.";
    return "Move the plugin to a file system that is not mounted noexec, or allow psa-host to map it (SELinux, "
           "AppArmor).";
}

std::string executableStack(std::string_view)
{
    return "Rebuild the library that is named with -z noexecstack, or the plugin without it: psa-host may not have an "
           "executable stack.";
}

std::string textRelocations(std::string_view)
{
    return "Rebuild the plugin and what is linked into it with -fPIC.";
}

std::string noLibrary(std::string_view)
{
    return "Rebuild the plugin as a shared library: it was linked as a program.";
}

struct LinkerRefusal
{
    std::string_view mark;
    std::string (*advice)(std::string_view words);
};
/// The messages of glibc's dynamic linker; the first one whose mark occurs in the text applies.
constexpr std::array linkerRefusals{
    LinkerRefusal{"' not found (required by", newerVersion},
    LinkerRefusal{"cannot open shared object file", missingLibrary},
    LinkerRefusal{"not defined in file", oldSymbolVersion},
    LinkerRefusal{"undefined symbol", missingSymbol},
    LinkerRefusal{"static TLS", staticTls},
    LinkerRefusal{"cannot dynamically load", noLibrary},
    LinkerRefusal{"executable stack", executableStack},
    LinkerRefusal{"segment writable for relocation", textRelocations},
    LinkerRefusal{"failed to map segment", notMapped},
    LinkerRefusal{"cannot map", notMapped},
    LinkerRefusal{"wrong ELF class", damagedLibrary},
    LinkerRefusal{"invalid ELF header", damagedLibrary},
    LinkerRefusal{"ELF file", damagedLibrary},
    LinkerRefusal{"ELF load command", damagedLibrary},
    LinkerRefusal{"file too short", damagedLibrary},
    LinkerRefusal{"cannot read file data", damagedLibrary},
    LinkerRefusal{"object file has no", damagedLibrary},
};

} // namespace

std::string linkerAdvice(std::string_view words)
{
    for (const LinkerRefusal &refusal : linkerRefusals)
        if (words.find(refusal.mark) != std::string_view::npos)
            return refusal.advice(words);
    return "Rebuild the plugin on this system with psa_add_plugin() of the plugin-api package.";
}

} // namespace psa::plugin

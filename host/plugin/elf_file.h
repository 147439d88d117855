#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::plugin {

/// The bytes are not a shared library for this machine.
class ElfError : public std::runtime_error
{
public:
    enum class Kind
    {
        NotElf,
        WrongArchitecture,
        Malformed
    };
    ElfError(Kind why, std::string wanted, std::string was);

    Kind kind;
    std::string expected;
    std::string found;
};

/// What can be determined about a shared library without running it.
struct ElfFile
{
    std::optional<std::string> note;  ///< Text of the psa_plugin note.
    std::vector<std::string> exports; ///< Defined symbols with global binding.
    std::vector<std::string> imports; ///< Undefined symbols.
    std::vector<std::string> needed;  ///< Needed libraries.
    std::string runpath;              ///< RUNPATH or RPATH.
    std::vector<std::string> unique;  ///< Exports that keep a library mapped (STB_GNU_UNIQUE).
    bool textRelocations = false;
    bool executableStack = false;
    bool readOnlyRelocations = false; ///< Relocated data is made read-only afterwards (RELRO).
    bool bindsAtStart = false;        ///< Every symbol is resolved when it is loaded.
    bool neverUnloaded = false;       ///< It requests to stay mapped (NODELETE).
};

/// Reads 64-bit little-endian ELF. Hostile input results in an ElfError: nothing outside `bytes` is read, and the work
/// is bounded by their number.
ElfFile readElf(std::span<const unsigned char> bytes);

/// Signs in a plugin's file that it may do forbidden things, one sentence per kind. Only hints: the code that imports a
/// function may never call it, and there are ways to do the same without importing it.
std::vector<std::string> warningsOf(const ElfFile &elf);

} // namespace psa::plugin

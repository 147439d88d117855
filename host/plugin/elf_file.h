#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::plugin {

/// Bytes that are not a shared library for this machine.
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

/// What can be known of a shared library without running any of it.
struct ElfFile
{
    std::optional<std::string> note;  ///< Text of the psa_plugin note.
    std::vector<std::string> exports; ///< Defined symbols that others can bind to.
    std::vector<std::string> imports; ///< Symbols that others must define for it.
    std::vector<std::string> needed;  ///< Needed libraries.
    std::string runpath;              ///< RUNPATH or RPATH.
    std::vector<std::string> unique;  ///< Of the exports, those that keep a library mapped (STB_GNU_UNIQUE).
    bool textRelocations = false;
    bool executableStack = false;
    bool readOnlyRelocations = false; ///< What is relocated is made read-only afterwards (RELRO).
    bool bindsAtStart = false;        ///< Every symbol is resolved when it is loaded.
    bool neverUnloaded = false;       ///< It asks to stay mapped (NODELETE).
};

/// Reads 64-bit little-endian ELF. Hostile input results in an ElfError: nothing outside `bytes` is read, and the work
/// is bounded by their number.
ElfFile readElf(std::span<const unsigned char> bytes);

} // namespace psa::plugin

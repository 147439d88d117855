#include "host/plugin/elf_file.h"

#include <psa/note.h>

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <utility>

namespace psa::plugin {
namespace {

#if defined(__x86_64__)
constexpr unsigned ourMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned ourMachine = EM_AARCH64;
#else
#error "psa-host does not know the ELF machine number of this architecture yet"
#endif

[[noreturn]] void malformed(const std::string &found)
{
    throw ElfError(ElfError::Kind::Malformed, "a whole shared library", found);
}

using Bytes = std::span<const unsigned char>;

/// The part [offset, offset + size) of `bytes`, which must be inside.
Bytes part(Bytes bytes, std::uint64_t offset, std::uint64_t size, const char *what)
{
    if (offset > bytes.size() || size > bytes.size() - offset)
        malformed(std::string(what) + " reaches beyond the end of the file");
    return bytes.subspan(offset, size);
}

template <class T>
T readAs(Bytes bytes, std::uint64_t offset, const char *what)
{
    T value{};
    std::memcpy(&value, part(bytes, offset, sizeof(T), what).data(), sizeof(T)); // the file need not be aligned
    return value;
}

/// The terminated string at `offset` of a string table.
std::string stringAt(Bytes table, std::uint64_t offset)
{
    if (offset >= table.size())
        malformed("a name outside its string table");
    const auto *start = reinterpret_cast<const char *>(table.data() + offset);
    const std::size_t length = strnlen(start, table.size() - offset);
    if (length == table.size() - offset)
        malformed("a name without an end");
    return {start, length};
}

class Reader
{
public:
    explicit Reader(Bytes bytes) : bytes_(bytes) { checkHeader(); }

    ElfFile read()
    {
        readSections();
        readSegments();
        for (const Elf64_Shdr &section : sections_)
        {
            if (section.sh_type == SHT_DYNSYM)
                readSymbols(section);
            if (section.sh_type == SHT_DYNAMIC)
                readDynamic(section);
            if (section.sh_type == SHT_NOTE && stringAt(names_, section.sh_name) == PSA_NOTE_SECTION)
                readNote(section);
        }
        return std::move(result_);
    }

private:
    void checkHeader()
    {
        if (bytes_.size() < EI_NIDENT || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0)
            throw ElfError(ElfError::Kind::NotElf, "an ELF shared library", "a file that is not an ELF file");
        if (bytes_[EI_CLASS] != ELFCLASS64 || bytes_[EI_DATA] != ELFDATA2LSB)
            throw ElfError(ElfError::Kind::WrongArchitecture, "64-bit little-endian",
                           "another ELF class or byte order");
        header_ = readAs<Elf64_Ehdr>(bytes_, 0, "the header");
        if (header_.e_machine != ourMachine)
            throw ElfError(ElfError::Kind::WrongArchitecture, "ELF machine " + std::to_string(ourMachine),
                           "ELF machine " + std::to_string(header_.e_machine));
        if (header_.e_type != ET_DYN)
            throw ElfError(ElfError::Kind::NotElf, "an ELF shared library", "another kind of ELF file");
    }

    void readSections()
    {
        if (header_.e_shentsize != sizeof(Elf64_Shdr) || header_.e_shnum == 0)
            malformed("no section headers");
        for (unsigned i = 0; i < header_.e_shnum; ++i)
        {
            const auto section = readAs<Elf64_Shdr>(
                part(bytes_, header_.e_shoff, std::uint64_t{header_.e_shnum} * sizeof(Elf64_Shdr), "the section table"),
                i * sizeof(Elf64_Shdr), "a section header");
            if (section.sh_type != SHT_NOBITS && section.sh_type != SHT_NULL)
                part(bytes_, section.sh_offset, section.sh_size, "a section");
            sections_.push_back(section);
        }
        names_ = content(header_.e_shstrndx);
    }

    void readSegments()
    {
        if (header_.e_phentsize != sizeof(Elf64_Phdr))
            malformed("no program headers");
        const Bytes table = part(bytes_, header_.e_phoff, std::uint64_t{header_.e_phnum} * sizeof(Elf64_Phdr),
                                 "the program header table");
        for (unsigned i = 0; i < header_.e_phnum; ++i)
        {
            const auto segment = readAs<Elf64_Phdr>(table, i * sizeof(Elf64_Phdr), "a program header");
            if (segment.p_type == PT_LOAD)
                // the linker would map beyond its end: SIGBUS
                part(bytes_, segment.p_offset, segment.p_filesz, "a segment");
            if (segment.p_type == PT_GNU_STACK)
                result_.executableStack = (segment.p_flags & PF_X) != 0;
            if (segment.p_type == PT_GNU_RELRO)
                result_.readOnlyRelocations = true;
        }
    }

    Bytes content(std::uint64_t index) const
    {
        if (index >= sections_.size() || sections_[index].sh_type == SHT_NOBITS)
            malformed("a section number that does not exist");
        return part(bytes_, sections_[index].sh_offset, sections_[index].sh_size, "a section");
    }

    void readSymbols(const Elf64_Shdr &section)
    {
        const Bytes table = part(bytes_, section.sh_offset, section.sh_size, "the symbol table");
        const Bytes strings = content(section.sh_link);
        for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.size(); at += sizeof(Elf64_Sym))
        {
            const auto symbol = readAs<Elf64_Sym>(table, at, "a symbol");
            const bool bindable =
                ELF64_ST_BIND(symbol.st_info) != STB_LOCAL && ELF64_ST_TYPE(symbol.st_info) != STT_SECTION;
            if (!bindable)
                continue;
            auto &names = symbol.st_shndx == SHN_UNDEF ? result_.imports : result_.exports;
            names.push_back(stringAt(strings, symbol.st_name));
            if (symbol.st_shndx != SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) == STB_GNU_UNIQUE)
                result_.unique.push_back(names.back());
        }
    }

    void readDynamic(const Elf64_Shdr &section)
    {
        const Bytes table = part(bytes_, section.sh_offset, section.sh_size, "the dynamic section");
        const Bytes strings = content(section.sh_link);
        for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= table.size(); at += sizeof(Elf64_Dyn))
        {
            const auto entry = readAs<Elf64_Dyn>(table, at, "a dynamic entry");
            if (entry.d_tag == DT_NULL)
                return;
            if (entry.d_tag == DT_NEEDED)
                result_.needed.push_back(stringAt(strings, entry.d_un.d_val));
            if (entry.d_tag == DT_RUNPATH || entry.d_tag == DT_RPATH)
                result_.runpath = stringAt(strings, entry.d_un.d_val);
            readFlags(entry);
        }
    }

    void readFlags(const Elf64_Dyn &entry)
    {
        const auto has = [&](Elf64_Sxword tag, Elf64_Xword flag) {
            return entry.d_tag == tag && (entry.d_un.d_val & flag) != 0;
        };
        if (entry.d_tag == DT_TEXTREL || has(DT_FLAGS, DF_TEXTREL))
            result_.textRelocations = true;
        if (entry.d_tag == DT_BIND_NOW || has(DT_FLAGS, DF_BIND_NOW) || has(DT_FLAGS_1, DF_1_NOW))
            result_.bindsAtStart = true;
        if (has(DT_FLAGS_1, DF_1_NODELETE))
            result_.neverUnloaded = true;
    }

    void readNote(const Elf64_Shdr &section)
    {
        const Bytes note = part(bytes_, section.sh_offset, section.sh_size, "the note");
        const auto head = readAs<Elf64_Nhdr>(note, 0, "the note's head");
        const Bytes owner = part(note, sizeof head, head.n_namesz, "the note's owner");
        const bool rejectedHere = head.n_type == PSA_NOTE_TYPE && owner.size() == sizeof PSA_NOTE_OWNER &&
                                  std::memcmp(owner.data(), PSA_NOTE_OWNER, owner.size()) == 0;
        if (!rejectedHere)
            malformed("a note " PSA_NOTE_SECTION " of another owner");
        const Bytes text =
            part(note, sizeof head + (std::uint64_t{head.n_namesz} + 3) / 4 * 4, head.n_descsz, "the note's text");
        result_.note = std::string(reinterpret_cast<const char *>(text.data()), text.size());
        result_.note->erase(result_.note->find_last_not_of('\0') + 1);
    }

    Bytes bytes_;
    Elf64_Ehdr header_{};
    std::vector<Elf64_Shdr> sections_;
    Bytes names_;
    ElfFile result_;
};

struct Kind
{
    const char *meaning;
    std::set<std::string> symbols;
};

const std::vector<Kind> &kinds()
{
    static const std::vector<Kind> all{
        {"could end its process, and with it the calls in progress", {"exit", "_exit", "_Exit", "quick_exit", "abort"}},
        {"could try to start other programs, which fails",
         {"fork", "vfork", "system", "popen", "posix_spawn", "posix_spawnp", "execve"}},
        {"could change the whole process",
         {"signal", "sigaction", "setenv", "unsetenv", "putenv", "clearenv", "setlocale", "chdir", "umask"}},
        {"could try to load other code, which fails", {"dlopen", "dlmopen"}},
        {"could try to open sockets, which fails; plugins send with psa.http/1", {"socket", "connect"}},
    };
    return all;
}

bool isNetworkLibrary(const std::string &name)
{
    constexpr std::array starts = {"libPocoNet", "libPocoHTTP", "libssl.",    "libcurl", "libgnutls",
                                   "libnghttp2", "libcpprest",  "libmbedtls", "libneon", "libsoup",
                                   "libssh",     "libhttp",     "libuv.",     "libevent"};
    return std::any_of(std::begin(starts), std::end(starts),
                       [&](const std::string &start) { return name.compare(0, start.size(), start) == 0; });
}

} // namespace

ElfError::ElfError(Kind why, std::string wanted, std::string was)
    : std::runtime_error("expected " + wanted + ", found " + was), kind(why), expected(std::move(wanted)),
      found(std::move(was))
{
}

ElfFile readElf(std::span<const unsigned char> bytes)
{
    return Reader(bytes).read();
}

std::vector<std::string> warningsOf(const ElfFile &elf)
{
    std::vector<std::string> warnings;
    for (const auto &[meaning, symbols] : kinds())
    {
        std::string found;
        for (const std::string &name : elf.imports)
            if (symbols.contains(name))
                found += (found.empty() ? "" : ", ") + name;
        if (!found.empty())
            warnings.push_back("imports " + found + ": it " + meaning);
    }
    for (const std::string &library : elf.needed)
        if (isNetworkLibrary(library))
            warnings.push_back("brings a network library, " + library + ": plugins send with psa.http/1");
    return warnings;
}

} // namespace psa::plugin

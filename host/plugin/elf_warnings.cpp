#include "host/plugin/elf_warnings.h"

#include <algorithm>
#include <array>
#include <set>

namespace psa::plugin {
namespace {

struct Kind
{
    const char *meaning;
    std::set<std::string> symbols;
};

const std::vector<Kind> &kinds()
{
    static const std::vector<Kind> all{
        {"could end the whole host", {"exit", "_exit", "_Exit", "quick_exit", "abort"}},
        {"could start other programs", {"fork", "vfork", "system", "popen", "posix_spawn", "posix_spawnp", "execve"}},
        {"could change the whole process",
         {"signal", "sigaction", "setenv", "unsetenv", "putenv", "clearenv", "setlocale", "chdir", "umask"}},
        {"could load code that was not checked", {"dlopen", "dlmopen"}},
        {"could send past the host; plugins send with psa.http/1", {"socket", "connect"}},
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

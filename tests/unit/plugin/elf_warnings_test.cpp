#include "host/plugin/elf_file.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;

TEST_CASE("each kind of forbidden import and library is one warning")
{
    ElfFile elf;
    elf.imports = {"memcpy", "fork", "abort", "exit", "dlopen", "socketpair"};
    elf.needed = {"libc.so.6", "libstdc++.so.6", "libPocoJSON.so.80", "libPocoNetSSL.so.80", "libssl.so.3"};
    CHECK(warningsOf(elf) == std::vector<std::string>{
                                 "imports abort, exit: it could end its process, and with it the calls in progress",
                                 "imports fork: it could try to start other programs, which fails",
                                 "imports dlopen: it could try to load other code, which fails",
                                 "brings a network library, libPocoNetSSL.so.80: plugins send with psa.http/1",
                                 "brings a network library, libssl.so.3: plugins send with psa.http/1",
                             });
    CHECK(warningsOf({}).empty());
}

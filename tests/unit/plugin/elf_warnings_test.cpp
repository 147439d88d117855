#include "host/plugin/elf_file.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;

TEST_CASE("each kind of forbidden import and library is one warning")
{
    ElfFile elf;
    elf.imports = {"memcpy", "fork", "abort", "exit", "dlopen", "socketpair"};
    elf.needed = {"libc.so.6", "libstdc++.so.6", "libPocoJSON.so.80", "libPocoNetSSL.so.80", "libssl.so.3"};
    CHECK(warningsOf(elf) == std::vector<std::string>{
                                 "imports abort, exit: it could end the whole host",
                                 "imports fork: it could start other programs",
                                 "imports dlopen: it could load code that was not checked",
                                 "brings a network library, libPocoNetSSL.so.80: plugins send with psa.http/1",
                                 "brings a network library, libssl.so.3: plugins send with psa.http/1",
                             });
    CHECK(warningsOf({}).empty());
}

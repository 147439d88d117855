// Advice for each kind of error of the dynamic linker, in the words of glibc's messages.
#include "host/plugin/linker_advice.h"

#include <catch2/catch.hpp>

using Catch::Contains;
using psa::plugin::linkerAdvice;

TEST_CASE("the dynamic linker's message determines what has to be rebuilt or installed")
{
    CHECK_THAT(linkerAdvice("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /p/a.so)"),
               Contains("this system's glibc") && Contains("newer one"));
    CHECK_THAT(linkerAdvice("/lib/libstdc++.so.6: version `CXXABI_1.3.15' not found (required by /p/a.so)"),
               Contains("this system's compiler"));
    CHECK_THAT(linkerAdvice("libfoo.so.1: cannot open shared object file: No such file or directory"),
               Contains("Install the library libfoo.so.1"));
    CHECK_THAT(linkerAdvice("libfoo.so.1: cannot open shared object file: Permission denied"),
               Contains("Install libfoo.so.1") && Contains("readable"));
    CHECK_THAT(linkerAdvice("/p/a.so: undefined symbol: foo_init"), Contains("the library that has foo_init;"));
    CHECK_THAT(linkerAdvice("/p/a.so: undefined symbol: foo_init, version FOO_1.2"),
               Contains("takes foo_init from is older"));
    CHECK_THAT(
        linkerAdvice("/p/a.so: symbol foo version FOO_1 not defined in file libfoo.so.1 with link time reference"),
        Contains("on this system"));
    CHECK_THAT(linkerAdvice("/p/a.so: cannot allocate memory in static TLS block"), Contains("-ftls-model"));
    CHECK_THAT(linkerAdvice("libfoo.so.1: wrong ELF class: ELFCLASS32"), Contains("for this machine"));
    CHECK_THAT(linkerAdvice("libfoo.so.1: file too short"), Contains("damaged"));
    CHECK_THAT(linkerAdvice("/p/a.so: failed to map segment from shared object: Operation not permitted"),
               Contains("noexec"));
    CHECK_THAT(linkerAdvice("/p/a.so: failed to map segment from shared object: Cannot allocate memory"),
               Contains("512 MiB"));
    CHECK_THAT(linkerAdvice("libfoo.so.1: cannot enable executable stack as shared object requires: Permission denied"),
               Contains("noexecstack"));
    CHECK_THAT(linkerAdvice("/p/a.so: cannot make segment writable for relocation: Permission denied"),
               Contains("-fPIC"));
    CHECK_THAT(linkerAdvice("/p/a.so: cannot dynamically load position-independent executable"),
               Contains("as a shared library"));
    CHECK_THAT(linkerAdvice("something that no glibc says yet"), Contains("Rebuild the plugin on this system"));
}

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#ifdef __SANITIZE_THREAD__
/// libcrypto is not instrumented, so ThreadSanitizer does not see the atomic flag by which it publishes what it worked
/// out of a certificate under a lock.
extern "C" const char *__tsan_default_suppressions();
extern "C" const char *__tsan_default_suppressions() // NOLINT(bugprone-reserved-identifier): the sanitizer's name
{
    return "race:libcrypto.so\n";
}
#endif

#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <csignal>

#ifdef __SANITIZE_THREAD__
/// Poco and OpenSSL are not instrumented, so ThreadSanitizer does not see the atomic counts with which Poco's server
/// passes a socket from the accepting thread to the one that serves it. Races between our own functions are still
/// reported.
extern "C" const char *__tsan_default_suppressions();
extern "C" const char *__tsan_default_suppressions() // NOLINT(bugprone-reserved-identifier): the sanitizer's name
{
    return "race:libcrypto.so\nrace:libssl.so\nrace:Poco::Net::SecureSocketImpl::reset\nrace:Poco::Net::TCPServer::"
           "run\n";
}
#endif

int main(int argc, char **argv)
{
    if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) // a server that ends a connection must not end the test
        return 1;
    return Catch::Session().run(argc, argv);
}

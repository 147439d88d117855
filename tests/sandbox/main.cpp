#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <csignal>

int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN); // A server that ends a connection must not end the test.
    return Catch::Session().run(argc, argv);
}

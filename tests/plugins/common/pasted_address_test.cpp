// The host of an address as people paste it.
#include "common/pasted_address.h"

#include <catch2/catch.hpp>

#include <string>

using psa::plugins::parsePastedAddress;

TEST_CASE("the host of an address is found however it was pasted")
{
    const auto [given, authority] = GENERATE(table<std::string, std::string>({
        {"psa.example.com", "psa.example.com"},
        {" HTTPS://PSA.Example.com/path?query#part ", "psa.example.com"},
        {"https://psa.example.com:443", "psa.example.com"},
        {"psa.example.com:8443/api", "psa.example.com:8443"},
        {"psa.example.com:00443", "psa.example.com"},
    }));
    CAPTURE(given);
    const auto address = parsePastedAddress(given);
    REQUIRE(address);
    CHECK(address->authority() == authority);
}

TEST_CASE("what is no name of a host over https is no address")
{
    const auto *given = GENERATE("", "http://psa.example.com", "https://", "localhost", "10.0.0.1", "[::1]",
                                 "psa..example.com", ".example", "psa.example.com:0", "psa.example.com:65536",
                                 "psa.example.com:x", "user@psa.example.com", "psa example.com", "psa.example.123");
    CAPTURE(given);
    CHECK_FALSE(parsePastedAddress(given));
}

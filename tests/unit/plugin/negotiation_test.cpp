#include "host/plugin/negotiation.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;

TEST_CASE("the negotiation table of docs/abi-versioning.md")
{
    const HostAbi host{1, 5};
    CHECK(negotiate(host, {1, 5, 3}) == Negotiated::accepted);
    CHECK(negotiate(host, {1, 3, 3}) == Negotiated::accepted);
    CHECK(negotiate(host, {1, 9, 5}) == Negotiated::accepted);
    CHECK(negotiate(host, {1, 9, 6}) == Negotiated::tooNew);
    CHECK(negotiate(host, {1, 0, 0}) == Negotiated::accepted);
    CHECK(negotiate(host, {0, 5, 3}) == Negotiated::tooOld);
    CHECK(negotiate(host, {2, 5, 3}) == Negotiated::tooNew);
    CHECK(negotiate(host, {1, 4, 5}) == Negotiated::contradictory);
}

TEST_CASE(
    "a plugin that needs minor 1 is too new for the host of release 0.1, and one that was only built with it is not")
{
    const HostAbi release{1, 0};
    CHECK(negotiate(release, {1, 1, 1}) == Negotiated::tooNew);
    CHECK(negotiate(release, {1, 1, 0}) == Negotiated::accepted);
}

#include "tests/support/faulty_responders.h"
#include "tests/unit/support/client.h"

#include <catch2/catch.hpp>

using namespace psa::test;
using Catch::Matchers::Contains;

namespace {

struct Bad
{
    std::string what;
    std::vector<std::string> names;
    LeafOptions options;
};

} // namespace

TEST_CASE("a strict client accepts a certificate of the test authority for a name, a wildcard and an address")
{
    TestPki pki;
    const auto context = strictContext(pki.caFile());
    TlsServer server({.certificate = pki.leaf({serverName, "*.psa.example", "127.0.0.1"})}, respond::ok());
    for (const std::string name : {"psa.example", "eu.psa.example", "127.0.0.1"})
        CHECK(post(connect(server.port(), context, name), 1).bytes.starts_with("HTTP/1.1 200"));
}

TEST_CASE("a strict client rejects every bad certificate before a byte of the request is sent")
{
    using std::chrono::hours;
    TestPki pki;
    const auto bad =
        GENERATE(values<Bad>({{"certificate verify failed", {serverName}, {-hours(9), -hours(1), Signer::root}},
                              {"certificate verify failed", {serverName}, {hours(1), hours(9), Signer::root}},
                              {"certificate verify failed", {serverName}, {-hours(1), hours(1), Signer::itself}},
                              {"certificate verify failed", {serverName}, {-hours(1), hours(1), Signer::unknownCa}},
                              {"certificate verify failed", {serverName}, {-hours(1), hours(1), Signer::clientCa}},
                              {"Unacceptable certificate", {"other.example"}, {}}}));
    TlsServer server({.certificate = pki.leaf(bad.names, bad.options)}, respond::ok());
    const Heard heard = post(server.port(), strictContext(pki.caFile()));
    CHECK_THAT(heard.end, Contains("no handshake") && Contains(bad.what));
    CHECK(server.waitUntil([](const ServerCounts &counts) { return counts.ended == 1; }));
    CHECK(server.received().empty());
}

TEST_CASE("the files of a test authority are only for their owner and are removed with it")
{
    std::filesystem::path folder;
    {
        TestPki pki;
        folder = pki.folder();
        const Credential leaf = pki.leaf({serverName});
        for (const auto &file : {pki.caFile(), pki.clientCaFile(), leaf.certificate, leaf.key})
            CHECK(std::filesystem::status(file).permissions() ==
                  (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
    CHECK_FALSE(std::filesystem::exists(folder));
}

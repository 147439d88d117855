#include "host/secrets/master_key.h"

#include "host/secrets/key_ring.h"
#include "host/secrets/sealed_record.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

using namespace psa::secrets;
using namespace psa::test;

TEST_CASE("a key line is written and read")
{
    const std::string line = "psa-key-1:k1:TU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU0="; // base64 from another program
    CHECK(masterKey("k1", 'M').line().view() == line + "\n");
    for (const std::string &each : {line, line + "\n", line + "\r\n", line + " \t\r\n\n"})
    {
        const MasterKey key = MasterKey::parse(each, "the file f");
        CHECK(key.id == "k1");
        CHECK(key.bytes.view() == std::string(32, 'M'));
    }
}

TEST_CASE("a generated key has its id and its 32 bytes from the random source")
{
    CountingRandom random{.next = 0xA0};
    const MasterKey key = MasterKey::generate(random.source());
    CHECK(key.id == "a0a1a2a3");
    CHECK(toHex(key.bytes.view()) == "a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3");
    const MasterKey one = MasterKey::generate(systemRandom);
    const MasterKey other = MasterKey::generate(systemRandom);
    CHECK_FALSE(one.bytes.sameAs(other.bytes));
}

TEST_CASE("a line without a complete key is rejected, and its content is not repeated")
{
    const std::string key = "TU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU0=";
    const std::string id33(33, 'k');
    const std::vector<std::string> lines{"",
                                         "\n",
                                         key,
                                         "psa-key-1:" + key,
                                         "psa-key-1::" + key,
                                         "psa-key-2:k1:" + key,
                                         "psa-key-1:k 1:" + key,
                                         "psa-key-1:" + id33 + ":" + key,
                                         "psa-key-1:" + key + ":k1",
                                         "psa-key-1:k1:",
                                         "psa-key-1:k1:" + key.substr(1),
                                         "psa-key-1:k1:" + key + "=",
                                         "psa-key-1:k1: " + key.substr(1),
                                         "psa-key-1:k1:" + key.substr(0, 43) + "A",
                                         "psa-key-1:k1:" + key.substr(0, 42) + "1=",
                                         "psa-key-1:k1:" + key.substr(0, 40) + "TQ==",
                                         "psa-key-1:k1:-" + key.substr(1),
                                         "psa-key-1:k1:" + key + "\npsa-key-1:k2:" + key,
                                         " psa-key-1:k1:" + key};
    for (const std::string &line : lines)
        try
        {
            MasterKey::parse(line, "the file f");
            FAIL("accepted: " << line);
        }
        catch (const SealError &error)
        {
            CHECK_THAT(error.what(), Catch::Contains("the file f") && !Catch::Contains("TU1N"));
        }
}

TEST_CASE("a derived key is HMAC-SHA-256 over the parts with their lengths")
{
    const SecretBytes key(std::string(32, '\x0b'));
    CHECK(toHex(deriveKey(key, {"a", "bc"}).view()) ==
          "0a4fe57dc77df0ff846a75173db36c680a92ba04424bab65957a59df47b92387"); // from another program
    const std::vector<std::vector<std::string_view>> contexts{{"ab", "c"}, {"a", "bc"},     {"abc"}, {"abc", ""},
                                                              {"", "abc"}, {"a", "b", "c"}, {},      {""}};
    for (std::size_t one = 0; one < contexts.size(); ++one)
        for (std::size_t other = 0; other < one; ++other)
            CHECK_FALSE(deriveKey(key, contexts[one]).sameAs(deriveKey(key, contexts[other])));
    CHECK_FALSE(deriveKey(key, {"a"}).sameAs(deriveKey(SecretBytes(std::string(32, '\x0c')), {"a"})));
}

TEST_CASE("a ring has its active key first and finds old ones; two keys with one id are rejected")
{
    std::vector<MasterKey> old;
    old.push_back(masterKey("k1", '1'));
    old.push_back(masterKey("k2", '2')); // the active one, named again: harmless
    const KeyRing ring(masterKey("k2", '2'), std::move(old));
    CHECK(ring.active().id == "k2");
    CHECK(ring.ids() == "k2 (active), k1");
    REQUIRE(ring.find("k1") != nullptr);
    CHECK(ring.find("k1")->bytes.view() == std::string(32, '1'));
    CHECK(ring.find("k3") == nullptr);
    std::vector<MasterKey> other;
    other.push_back(masterKey("k2", '3'));
    CHECK_THROWS_WITH(KeyRing(masterKey("k2", '2'), std::move(other)), Catch::Contains("have the id k2"));
}

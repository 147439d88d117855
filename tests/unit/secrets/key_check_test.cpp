#include "host/secrets/key_ring.h"

#include "host/secrets/sealed_record.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

using namespace psa::secrets;
using namespace psa::test;
using Catch::Contains;

namespace {

KeyRing ring(MasterKey active)
{
    return KeyRing(std::move(active));
}

KeyRing ring(MasterKey active, MasterKey old)
{
    std::vector<MasterKey> olds;
    olds.push_back(std::move(old));
    return KeyRing(std::move(active), std::move(olds));
}

std::string check(const KeyRing &keys, const std::string &canaries, bool sealedRows)
{
    return checkKeys(&keys, systemRandom, canaries, sealedRows);
}

} // namespace

TEST_CASE("a store without sealed data accepts any key, or none")
{
    CHECK(checkKeys(nullptr, systemRandom, "", false).empty());
    const std::string first = check(ring(masterKey("k1", 'a')), "", false);
    CHECK(check(ring(masterKey("k1", 'a')), first, true) == first);
    // The key was lost, but nothing was sealed with it: a new key starts over.
    const std::string second = check(ring(masterKey("k2", 'b')), first, false);
    CHECK(check(ring(masterKey("k2", 'b')), second, true) == second);
    CHECK(check(ring(masterKey("k2", 'b')), "damaged", false).size() == first.size());
}

// The bytes come from another program: what is sealed now must open with every later psa-host.
TEST_CASE("version 1 of the canary is unchanged")
{
    CountingRandom random;
    const KeyRing keys(masterKey("k1", 'M'));
    const std::string canaries = checkKeys(&keys, random.source(), "", false);
    CHECK(toHex(canaries) ==
          "002f01026b31000102030405060708090a0bf9ed7d4e923554d61616429e86d10bda71ce375e2dba5fee5ea5d9ef80"
          "9c64");
}

TEST_CASE("a missing key prevents the start and is named")
{
    const std::string canaries = check(ring(masterKey("k1", 'a')), "", false);
    const KeyRing other(masterKey("k2", 'b'));
    for (const KeyRing *keys : {static_cast<const KeyRing *>(nullptr), &other})
        try
        {
            checkKeys(keys, systemRandom, canaries, true);
            FAIL("it started");
        }
        catch (const KeyMissing &error)
        {
            CHECK(error.keyId == "k1");
            CHECK_THAT(error.what(), Contains("encrypted under the master key k1, which is missing; available: " +
                                              std::string(keys == nullptr ? "none" : "k2 (active)")));
        }
}

TEST_CASE("a wrong key with the right id prevents the start and is named, whichever byte is wrong")
{
    const std::string canaries = check(ring(masterKey("k1", 'a')), "", false);
    for (std::size_t i = 0; i < 32; ++i)
    {
        MasterKey wrong = masterKey("k1", 'a');
        wrong.bytes.data()[i] ^= 1;
        CHECK_THROWS_WITH(check(ring(std::move(wrong)), canaries, true),
                          Contains("the master key k1 is not the one that the store was encrypted with"));
    }
}

TEST_CASE("sealed rows without a canary, and a damaged canary, prevent the start")
{
    CHECK_THROWS_WITH(check(ring(masterKey("k1", 'a')), "", true), Contains("no record of their master key"));
    CHECK_THROWS_WITH(checkKeys(nullptr, systemRandom, "", true), Contains("no record of their master key"));
    const std::string good = check(ring(masterKey("k1", 'a')), "", false);
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_THROWS_AS(check(ring(masterKey("k1", 'a')), good.substr(0, length), true), SealError);
    for (std::size_t i = 0; i < good.size(); ++i)
    {
        std::string changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK_THROWS_AS(check(ring(masterKey("k1", 'a')), changed, true), SealError);
    }
    CHECK_THROWS_AS(check(ring(masterKey("k1", 'a')), good + '\0', true), SealError);
}

TEST_CASE("a new active key gets its canary beside the old one, and both keys are needed until the old one is retired")
{
    const std::string before = check(ring(masterKey("k1", 'a')), "", false);
    const std::string both = check(ring(masterKey("k2", 'b'), masterKey("k1", 'a')), before, true);
    REQUIRE(both.size() == 2 * before.size());
    CHECK(both.substr(0, before.size()) == before);
    CHECK_THROWS_WITH(check(ring(masterKey("k2", 'b')), both, true), Contains("master key k1, which is missing"));
    CHECK_THROWS_WITH(check(ring(masterKey("k1", 'a')), both, true), Contains("master key k2, which is missing"));
    CHECK_THROWS_WITH(check(ring(masterKey("k2", 'x'), masterKey("k1", 'a')), both, true),
                      Contains("the master key k2 is not the one"));
    const KeyRing keys = ring(masterKey("k2", 'b'), masterKey("k1", 'a'));
    CHECK(retireCanaries(keys, both, {"k1", "k2"}) == both);
    CHECK(retireCanaries(keys, both, {"k1"}) == both); // the active key keeps its own
    CHECK(retireCanaries(keys, both, {"k2"}) == both.substr(before.size()));
}

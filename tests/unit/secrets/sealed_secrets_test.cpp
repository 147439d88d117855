#include "host/secrets/sealed_secrets.h"

#include "host/secrets/sealed_record.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

using namespace psa::secrets;
using namespace psa::test;

namespace {

const SecretOwner owner{"c-17", "com.example.psa", 3};
constexpr const char *canary = "c4n4ry-Pa55word";
constexpr const char *canaryInBase64 = "YzRuNHJ5LVBhNTV3b3Jk";

SealedSecrets sealedFor(const KeyRing &keys, const SecretOwner &whose)
{
    return sealSecrets(keys, systemRandom, whose, secretsOf({{"apiSecret", canary}, {"code", "second"}}));
}

/// The message of the SealError of opening; it never contains a secret or a key.
std::string refusal(const KeyRing &keys, const SecretOwner &whose, const SealedSecrets &sealed)
try
{
    openSecrets(keys, whose, sealed);
    return "it opened";
}
catch (const SealError &error)
{
    CHECK_THAT(error.what(), !Catch::Contains(canary) && !Catch::Contains(canaryInBase64) && !Catch::Contains("MMMM"));
    return error.what();
}

} // namespace

TEST_CASE("secrets are opened as they were sealed, whatever their bytes are")
{
    const KeyRing keys(masterKey("k1", 'M'));
    Secrets secrets = secretsOf({{"apiSecret", canary}, {"empty", ""}});
    secrets.emplace("bytes", SecretBytes(std::string("\0\xFF\n", 3)));
    secrets.emplace("long", SecretBytes(std::string(400000, 'x')));
    const SealedSecrets sealed = sealSecrets(keys, systemRandom, owner, secrets);
    CHECK(masterKeyIdOf(sealed.dataKey) == "k1");
    for (const auto &[field, record] : sealed.fields)
        CHECK_THAT(record, !Catch::Contains(canary));
    const Secrets opened = openSecrets(keys, owner, sealed);
    REQUIRE(opened.size() == secrets.size());
    for (const auto &[field, secret] : secrets)
        CHECK(opened.at(field).sameAs(secret));
}

TEST_CASE("a connection without secrets needs no key")
{
    const KeyRing keys(masterKey("k1", 'M'));
    const SealedSecrets none = sealSecrets(keys, systemRandom, owner, {});
    CHECK(none.dataKey.empty());
    CHECK(none.fields.empty());
    CHECK(openSecrets(keys, owner, none).empty());
    CHECK_FALSE(rewrapDataKey(keys, systemRandom, owner, none));
}

// The bytes come from another program: what is sealed now must open with every later psa-host.
TEST_CASE("version 1 of the records is unchanged")
{
    const KeyRing keys(masterKey("k1", 'M'));
    CountingRandom random;
    const SealedSecrets sealed = sealSecrets(keys, random.source(), owner, secretsOf({{"apiSecret", "s3cret"}}));
    CHECK(toHex(sealed.fields.at("apiSecret")) ==
          "0100202122232425262728292a2b3e16e029d6c529fd408feea05f81c10ecda1fd2086d0");
    CHECK(toHex(sealed.dataKey) ==
          "01026b312c2d2e2f3031323334353637d5c8b6678bcd186a1ab108f98411cb863e237d5eef7cf6d1aac18920"
          "d758e0ea7fb8cc5a3ccea8507f106642fdab1496");
}

TEST_CASE("sealing the same secret twice uses another data key and other nonces")
{
    const KeyRing keys(masterKey("k1", 'M'));
    const SealedSecrets one = sealedFor(keys, owner);
    const SealedSecrets other = sealedFor(keys, owner);
    CHECK(one.dataKey != other.dataKey);
    CHECK(one.fields.at("code") != other.fields.at("code"));
    CHECK(one.fields.at("code").substr(2, 12) != one.fields.at("apiSecret").substr(2, 12));
}

TEST_CASE("every changed bit and every truncation of a record is detected")
{
    const KeyRing keys(masterKey("k1", 'M'));
    const SealedSecrets sealed = sealedFor(keys, owner);
    const auto checkEach = [&](auto pick) {
        SealedSecrets untouched = sealed;
        const std::string good = pick(untouched);
        const auto with = [&](const std::string &record) {
            SealedSecrets changed = sealed;
            pick(changed) = record;
            return refusal(keys, owner, changed);
        };
        for (std::size_t bit = 0; bit < good.size() * 8; ++bit)
        {
            std::string record = good;
            record[bit / 8] = static_cast<char>(record[bit / 8] ^ (1 << bit % 8));
            INFO("bit " << bit);
            CHECK_THAT(with(record), Catch::Contains("connection c-17"));
        }
        for (std::size_t length = 0; length < good.size(); ++length)
            CHECK_THAT(with(good.substr(0, length)), Catch::Contains("connection c-17"));
        CHECK_THAT(with(good + "x"), Catch::Contains("cannot be decrypted"));
        CHECK_THAT(with("x" + good), Catch::Contains("is damaged (its version is 120"));
    };
    checkEach([](SealedSecrets &each) -> std::string & { return each.dataKey; });
    checkEach([](SealedSecrets &each) -> std::string & { return each.fields.at("apiSecret"); });
}

TEST_CASE("data sealed for one place cannot be opened at another")
{
    const KeyRing keys(masterKey("k1", 'M'));
    const SealedSecrets sealed = sealedFor(keys, owner);
    for (const SecretOwner &other : {SecretOwner{"c-18", owner.plugin, 3}, SecretOwner{"c-17", "com.example.other", 3},
                                     SecretOwner{"c-17", owner.plugin, 4}, SecretOwner{"c-17c", "om.example.psa", 3},
                                     SecretOwner{owner.plugin, "c-17", 3}})
        CHECK_THAT(refusal(keys, other, sealed),
                   Catch::Contains("the stored data key of connection " + other.connection + " cannot be decrypted"));

    SECTION("fields swapped")
    {
        SealedSecrets swapped = sealed;
        std::swap(swapped.fields["apiSecret"], swapped.fields["code"]);
        CHECK_THAT(refusal(keys, owner, swapped), Catch::Contains("the stored secret apiSecret of connection c-17"));
    }
    SECTION("one field of another connection, plugin or version, or of the same sealed anew")
    {
        for (const SecretOwner &other :
             {SecretOwner{"c-18", owner.plugin, 3}, SecretOwner{"c-17", "com.example.other", 3},
              SecretOwner{"c-17", owner.plugin, 2}, owner})
        {
            SealedSecrets mixed = sealed;
            mixed.fields["apiSecret"] = sealedFor(keys, other).fields["apiSecret"];
            CHECK_THAT(refusal(keys, owner, mixed), Catch::Contains("the stored secret apiSecret of connection c-17"));
        }
    }
    SECTION("the data key of another connection, with and without its fields")
    {
        const SealedSecrets other = sealedFor(keys, {"c-18", owner.plugin, 3});
        CHECK_THAT(refusal(keys, owner, {other.dataKey, sealed.fields}), Catch::Contains("cannot be decrypted"));
        CHECK_THAT(refusal(keys, owner, other), Catch::Contains("cannot be decrypted"));
    }
    SECTION("a data key where a field belongs, and the other way round")
    {
        SealedSecrets mixed = sealed;
        mixed.fields["code"] = sealed.dataKey;
        CHECK_THAT(refusal(keys, owner, mixed),
                   Catch::Contains("the stored secret code of connection c-17 cannot be decrypted"));
        CHECK_THAT(refusal(keys, owner, {sealed.fields.at("code"), sealed.fields}), !Catch::Contains("it opened"));
    }
    SECTION("a field left out, brought in, or renamed; the data key taken away")
    {
        SealedSecrets changed = sealed;
        changed.fields.erase("code");
        CHECK_THAT(refusal(keys, owner, changed), Catch::Contains("cannot be decrypted"));
        changed.fields["other"] = sealed.fields.at("code");
        CHECK_THAT(refusal(keys, owner, changed), Catch::Contains("cannot be decrypted"));
        changed.fields["code"] = sealed.fields.at("code");
        CHECK_THAT(refusal(keys, owner, changed), Catch::Contains("cannot be decrypted"));
        CHECK_THAT(refusal(keys, owner, {"", sealed.fields}), Catch::Contains("is damaged"));
        CHECK_THAT(refusal(keys, owner, {sealed.dataKey, {}}), Catch::Contains("cannot be decrypted"));
    }
}

TEST_CASE("a missing master key is named, and a wrong one with the same id opens nothing")
{
    const SealedSecrets sealed = sealedFor(KeyRing(masterKey("k1", 'M')), owner);
    const KeyRing other(masterKey("k2", 'M'));
    try
    {
        openSecrets(other, owner, sealed);
        FAIL("it opened");
    }
    catch (const KeyMissing &error)
    {
        CHECK(error.keyId == "k1");
        CHECK_THAT(error.what(), Catch::Contains("needs the master key k1, which is missing; available: k2 (active)"));
    }
    CHECK_THAT(refusal(KeyRing(masterKey("k1", 'W')), owner, sealed), Catch::Contains("cannot be decrypted"));
}

TEST_CASE("a record that names another key of the ring cannot be decrypted under that")
{
    std::vector<MasterKey> old;
    old.push_back(masterKey("k2", 'M')); // even with the same bytes
    const KeyRing keys(masterKey("k1", 'M'), std::move(old));
    SealedSecrets sealed = sealedFor(keys, owner);
    sealed.dataKey[3] = '2';
    CHECK(masterKeyIdOf(sealed.dataKey) == "k2");
    CHECK_THAT(refusal(keys, owner, sealed), Catch::Contains("cannot be decrypted"));
}

TEST_CASE("a secret that is too long is rejected before anything is sealed")
{
    const KeyRing keys(masterKey("k1", 'M'));
    Secrets secrets;
    secrets.emplace("apiSecret", SecretBytes(std::size_t{1} << 20));
    CHECK_THROWS_AS(sealSecrets(keys, systemRandom, owner, secrets), SealError);
}

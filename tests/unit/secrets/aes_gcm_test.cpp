#include "host/secrets/crypto.h"

#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

#include <stdexcept>

using namespace psa::secrets;
using psa::test::fromHex;
using psa::test::toHex;

namespace {

struct Known
{
    const char *key;
    const char *nonce;
    const char *plaintext;
    const char *ciphertext;
    const char *tag;
};

/// Test cases 13, 14 and 15 of the GCM specification by McGrew and Viega: AES-256 without associated data.
const Known known[] = {{"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
                        "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
                       {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
                        "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18",
                        "d0d1c8a799996bf0265b98b5d48ab919"},
                       {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
                        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b5"
                        "25b16aedf5aa0de657ba63"
                        "7b391aafd255",
                        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10568288"
                        "38c5f61e6393ba7a0abcc9"
                        "f662898015ad",
                        "b094dac5d93471bdec1a502270e3cc6c"}};

} // namespace

TEST_CASE("AES-256-GCM gives the known answers in both directions")
{
    for (const Known &each : known)
    {
        const SecretBytes key(fromHex(each.key));
        const std::string nonce = fromHex(each.nonce);
        const aesGcm::Sealed sealed = aesGcm::seal(key, nonce, fromHex(each.plaintext));
        CHECK(toHex(sealed.ciphertext) == each.ciphertext);
        CHECK(toHex(sealed.tag) == each.tag);
        const auto opened = aesGcm::open(key, nonce, sealed);
        REQUIRE(opened);
        CHECK(toHex(opened->view()) == each.plaintext);
    }
}

TEST_CASE("a changed tag, nonce, ciphertext or key does not open")
{
    const SecretBytes key(std::string(32, 'k'));
    const std::string nonce(12, 'n');
    const aesGcm::Sealed sealed = aesGcm::seal(key, nonce, "secret");
    for (std::size_t i = 0; i < sealed.tag.size(); ++i)
    {
        aesGcm::Sealed changed = sealed;
        changed.tag[i] = static_cast<char>(changed.tag[i] ^ 1);
        CHECK_FALSE(aesGcm::open(key, nonce, changed));
    }
    aesGcm::Sealed changed = sealed;
    changed.ciphertext[3] = static_cast<char>(changed.ciphertext[3] ^ 0x80);
    CHECK_FALSE(aesGcm::open(key, nonce, changed));
    CHECK_FALSE(aesGcm::open(key, "nnnnnnnnnnnm", sealed));
    CHECK_FALSE(aesGcm::open(SecretBytes(std::string(32, 'K')), nonce, sealed));
}

TEST_CASE("keys, nonces and tags of a wrong length are rejected before Poco sees them")
{
    const SecretBytes key(std::string(32, 'k'));
    const std::string nonce(12, 'n');
    const aesGcm::Sealed sealed = aesGcm::seal(key, nonce, "secret");
    for (const std::size_t size : {0, 1, 4, 12, 15, 17})
        CHECK_THROWS_AS(aesGcm::open(key, nonce, {sealed.ciphertext, (sealed.tag + "x").substr(0, size)}),
                        std::invalid_argument);
    for (const std::size_t size : {0, 1, 16, 24, 31, 33})
    {
        CHECK_THROWS_AS(aesGcm::seal(SecretBytes(size), nonce, "secret"), std::invalid_argument);
        CHECK_THROWS_AS(aesGcm::open(SecretBytes(size), nonce, sealed), std::invalid_argument);
    }
    for (const std::size_t size : {0, 1, 11, 13, 16})
    {
        CHECK_THROWS_AS(aesGcm::seal(key, std::string(size, 'n'), "secret"), std::invalid_argument);
        CHECK_THROWS_AS(aesGcm::open(key, std::string(size, 'n'), sealed), std::invalid_argument);
    }
}

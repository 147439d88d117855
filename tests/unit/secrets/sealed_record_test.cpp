#include "host/secrets/sealed_record.h"

#include <catch2/catch.hpp>

using namespace psa::secrets;

namespace {

std::string record(const std::string &id, std::size_t ciphertext)
{
    const std::string nonce(12, 'n');
    const std::string body(ciphertext, 'c');
    const std::string tag(16, 't');
    return SealedRecord{id, nonce, body, tag}.bytes();
}

} // namespace

TEST_CASE("a record is read as it was written")
{
    for (const std::size_t size : {0, 1, 32, 5000})
        for (const char *id : {"", "k", "Key-2026_11.a", "01234567890123456789012345678901"})
        {
            const std::string bytes = record(id, size);
            const SealedRecord read = SealedRecord::parse(bytes);
            CHECK(read.keyId == id);
            CHECK(read.nonce == std::string(12, 'n'));
            CHECK(read.ciphertext == std::string(size, 'c'));
            CHECK(read.tag == std::string(16, 't'));
            CHECK(bytes.size() == 2 + read.keyId.size() + 12 + size + 16);
        }
}

TEST_CASE("an invalid record is rejected")
{
    const std::string good = record("k1", 0);
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_THROWS_AS(SealedRecord::parse(good.substr(0, length)), InvalidRecord);
    for (int version = 0; version < 256; ++version)
        if (version != 1)
            CHECK_THROWS_WITH(SealedRecord::parse(static_cast<char>(version) + good.substr(1)),
                              "its version is " + std::to_string(version) +
                                  ", and this psa-host supports only version 1");
    // an id of 33 bytes
    CHECK_THROWS_AS(SealedRecord::parse(std::string("\1\41", 2) + std::string(100, 'a')), InvalidRecord);
    for (const char *id : {"k:1", "k 1", "k\n1", "k/1", "\xC3\xA4"})
        CHECK_THROWS_AS(record(id, 1), InvalidRecord);
    CHECK_THROWS_AS(record(std::string(33, 'k'), 1), InvalidRecord);
    CHECK_THROWS_AS(record(std::string(256, 'k'), 1), InvalidRecord);
    CHECK_THROWS_AS(record("k1", SealedRecord::maxBytes), InvalidRecord);
    const std::string all(40, 'x');
    CHECK_THROWS_AS((SealedRecord{"", all.substr(0, 13), all, all.substr(0, 16)}.bytes()), InvalidRecord);
    CHECK_THROWS_AS((SealedRecord{"", all.substr(0, 12), all, all.substr(0, 15)}.bytes()), InvalidRecord);
}

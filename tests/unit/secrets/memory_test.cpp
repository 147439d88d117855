// What remains in memory of a secret and of a master key that are no longer needed.
#include "host/secrets/secret_source.h"
#include "tests/unit/secrets/keys.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // their shadow memory is too large to search

using namespace psa::secrets;
using namespace psa::test;

namespace {

// Given as a formula, and compared byte by byte, so that searching for it leaves no copy.
constexpr std::size_t size = 48;

char canaryAt(std::size_t i)
{
    return static_cast<char>((i * 37 + 11) % 94 + 33);
}

SecretBytes canaryBytes()
{
    SecretBytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes.data()[i] = static_cast<unsigned char>(canaryAt(i));
    return bytes;
}

/// How many times the canary occurs from `begin` to `end`.
int countIn(const volatile char *begin, const volatile char *end)
{
    int found = 0;
    for (const volatile char *at = begin; at + size <= end; ++at)
    {
        std::size_t same = 0;
        while (same < size && at[same] == canaryAt(same))
            ++same;
        found += same == size ? 1 : 0;
    }
    return found;
}

/// How many times the canary occurs in the heap, the stack and the data of this process.
int countCanaries()
{
    std::ifstream maps("/proc/self/maps");
    int found = 0;
    for (std::string line; std::getline(maps, line);)
    {
        std::istringstream fields(line);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        std::string mode;
        fields >> std::hex >> begin;
        fields.ignore(1) >> end >> mode;
        if (mode.rfind("rw", 0) == 0)
            found +=
                countIn(reinterpret_cast<const volatile char *>(begin), reinterpret_cast<const volatile char *>(end));
    }
    return found;
}

} // namespace

TEST_CASE("sealing and opening leaves no copy of a secret in memory")
{
    const KeyRing keys(masterKey("k1", 'M'));
    const SecretOwner owner{"c-17", "com.example.psa", 1};
    Secrets secrets;
    secrets.emplace("s", canaryBytes());
    REQUIRE(countCanaries() == 1); // it would be found
    const SealedSecrets sealed = sealSecrets(keys, systemRandom, owner, secrets);
    Secrets opened = openSecrets(keys, owner, sealed);
    CHECK(opened.at("s").sameAs(secrets.at("s")));
    CHECK(countCanaries() == 2);
    SecretBytes moved = std::move(opened.at("s"));
    secrets.clear();
    CHECK(countCanaries() == 1);
    moved = SecretBytes();
    CHECK(countCanaries() == 0);
}

TEST_CASE("a rejected secret leaves no copy in memory either")
{
    const KeyRing keys(masterKey("k1", 'M'));
    const SecretOwner owner{"c-17", "com.example.psa", 1};
    Secrets secrets;
    secrets.emplace("s", canaryBytes());
    SealedSecrets sealed = sealSecrets(keys, systemRandom, owner, secrets);
    secrets.clear();
    sealed.fields["s"].back() = static_cast<char>(sealed.fields["s"].back() ^ 1);
    CHECK_THROWS(openSecrets(keys, owner, sealed)); // decrypted, but the tag does not match
    CHECK(countCanaries() == 0);
}

TEST_CASE("reading a file leaves no copy of its content in memory")
{
    std::string file = "/tmp/psa-key-XXXXXX";
    close(mkstemp(file.data()));
    {
        const SecretBytes text = canaryBytes();
        std::ofstream stream;
        stream.rdbuf()->pubsetbuf(nullptr, 0);
        stream.open(file);
        for (const char c : text.view())
            stream.put(c);
    }
    std::optional<SecretBytes> read(std::in_place, secretFromFile(file));
    unlink(file.c_str());
    CHECK(countCanaries() == 1);
    read.reset();
    CHECK(countCanaries() == 0);
}

#endif

#include "host/secrets/crypto.h"

#include <catch2/catch.hpp>

using namespace psa::secrets;

TEST_CASE("a digest is SHA-256, which stores and logins of earlier releases were written with")
{
    // The examples of FIPS 180-2, and the empty text.
    CHECK(digestOf("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(digestOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(digestOf("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc").front() == 0xba);
}

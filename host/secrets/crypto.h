#pragma once

#include "host/secrets/secret_bytes.h"

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace psa::secrets {

/// Fills this many bytes with unpredictable values. Tests pass their own source.
using RandomSource = std::function<void(unsigned char *bytes, std::size_t size)>;

/// OpenSSL's generator. Throws std::runtime_error if it has no entropy. Thread-safe.
void systemRandom(unsigned char *bytes, std::size_t size);

/// This many random bytes in hex.
std::string randomHex(const RandomSource &random, std::size_t bytes);

/// SHA-256 of `text`. The digest of a secret may be stored only if the secret is random and long: anything else can be
/// guessed by brute force.
std::array<unsigned char, 32> sha256(std::string_view text);
/// The same in hex.
std::string digestOf(std::string_view text);

/// HMAC-SHA-256 of `message` under `key`, of any length.
std::array<unsigned char, 32> hmacSha256(std::string_view key, std::string_view message);

/// Compares in constant time, unless the lengths differ.
bool sameDigest(const std::string &one, const std::string &other);

} // namespace psa::secrets

namespace psa::secrets::aesGcm {

constexpr std::size_t keyBytes = 32;
constexpr std::size_t nonceBytes = 12;
constexpr std::size_t tagBytes = 16;

/// Result of seal().
struct Sealed
{
    std::string ciphertext; ///< As long as the plaintext.
    std::string tag;
};

/// AES-256-GCM through Poco::Crypto, which accepts keys, nonces and tags of any length: they are checked here. A nonce
/// must never be used twice with one key. Throws std::invalid_argument for a wrong length, Poco::Exception if OpenSSL
/// fails.
Sealed seal(const SecretBytes &key, std::string_view nonce, std::string_view plaintext);

/// nullopt = the tag does not match: another key, or something was changed. Throws like seal().
std::optional<SecretBytes> open(const SecretBytes &key, std::string_view nonce, const Sealed &sealed);

} // namespace psa::secrets::aesGcm

#pragma once

#include "host/secrets/secret_bytes.h"

#include <optional>
#include <string>
#include <string_view>

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

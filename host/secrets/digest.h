#pragma once

#include <array>
#include <string>
#include <string_view>

namespace psa::secrets {

/// SHA-256 of `text`. The digest of a secret may be stored only if the secret is random and long: anything else can be
/// guessed by brute force.
std::array<unsigned char, 32> sha256(std::string_view text);
/// The same in hex.
std::string digestOf(std::string_view text);

/// Compares in constant time, unless the lengths differ.
bool sameDigest(const std::string &one, const std::string &other);

} // namespace psa::secrets

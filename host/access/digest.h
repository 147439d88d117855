#pragma once

#include <string>
#include <string_view>

namespace psa::host {

/// SHA-256 of `text` in hex. The hashed values are random and long, so they cannot be guessed by brute force.
std::string digestOf(std::string_view text);

/// Compares in constant time, unless the lengths differ.
bool sameDigest(const std::string &one, const std::string &other);

} // namespace psa::host

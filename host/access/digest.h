#pragma once

#include <string>
#include <string_view>

namespace psa::host {

/// SHA-256 of `text` in hex. What is hashed with it here is random and long, so nobody can try all that there is.
std::string digestOf(std::string_view text);

/// Compares in constant time, unless the lengths differ.
bool sameDigest(const std::string &one, const std::string &other);

} // namespace psa::host

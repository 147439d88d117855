#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace psa::secrets {

/// Fills this many bytes with unpredictable values. Tests pass their own source.
using RandomSource = std::function<void(unsigned char *bytes, std::size_t size)>;

/// OpenSSL's generator. Throws std::runtime_error if it has no entropy. Thread-safe.
void systemRandom(unsigned char *bytes, std::size_t size);

/// This many random bytes in hex.
std::string randomHex(const RandomSource &random, std::size_t bytes);

} // namespace psa::secrets

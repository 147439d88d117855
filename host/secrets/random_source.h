#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace psa::secrets {

/// Fills so many bytes with what nobody can foresee. Tests bring their own.
using RandomSource = std::function<void(unsigned char *bytes, std::size_t size)>;

/// OpenSSL's generator. Throws std::runtime_error if it has no randomness to give. Thread-safe.
void systemRandom(unsigned char *bytes, std::size_t size);

/// This many bytes of `random` in hex.
std::string randomHex(const RandomSource &random, std::size_t bytes);

} // namespace psa::secrets

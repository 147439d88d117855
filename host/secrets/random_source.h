#pragma once

#include <cstddef>
#include <functional>

namespace psa::host {

/// Fills so many bytes with what nobody can foresee. Tests bring their own.
using RandomSource = std::function<void(unsigned char *bytes, std::size_t size)>;

/// OpenSSL's generator. Throws std::runtime_error if it has no randomness to give. From any thread.
void systemRandom(unsigned char *bytes, std::size_t size);

} // namespace psa::host

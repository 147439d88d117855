#pragma once

#include <string>

namespace psa::sandbox {

/// Eight hex digits by which equal secrets are known, and no secret is; empty for an empty one.
std::string fingerprint(const std::string &secret);

/// A secret of 128 random bits. Throws std::runtime_error if the machine has no random bytes.
std::string randomSecret();

} // namespace psa::sandbox

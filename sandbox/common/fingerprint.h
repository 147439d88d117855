#pragma once

#include <string>

namespace psa::sandbox {

/// Eight hex digits that identify equal secrets without revealing them; empty for an empty secret.
std::string fingerprint(const std::string &secret);

/// A secret of 128 random bits. Throws std::runtime_error if the machine has no random bytes.
std::string randomSecret();

} // namespace psa::sandbox

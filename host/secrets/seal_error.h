#pragma once

#include <stdexcept>
#include <string>

namespace psa::secrets {

/// Sealed data cannot be opened, or nothing may be sealed; what() says what, and what to do. Never contains a secret.
class SealError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// It was sealed under a master key that the host was not given.
class KeyMissing : public SealError
{
public:
    KeyMissing(const std::string &what, std::string id) : SealError(what), keyId(std::move(id)) {}

    std::string keyId;
};

} // namespace psa::secrets

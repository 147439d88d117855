#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace psa::secrets {

/// The bytes are not a sealed record; what() says why.
class InvalidRecord : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Data sealed with AES-256-GCM, as stored:
///
///     1 byte    version, 1
///     1 byte    length n of the key id, 0 to 32
///     n bytes   id of the master key: ASCII letters, digits, '-', '_' and '.'; none in a field, which is sealed under
///     a data key
///     12 bytes  nonce
///     m bytes   ciphertext, as long as the plaintext
///     16 bytes  tag
///
/// The views refer to the bytes that it was parsed from.
struct SealedRecord
{
    static constexpr std::size_t maxBytes = 1 << 20; ///< Maximum size of the whole record.
    static constexpr std::size_t maxKeyIdBytes = 32;

    std::string_view keyId;
    std::string_view nonce;
    std::string_view ciphertext;
    std::string_view tag;

    /// Throws InvalidRecord.
    static SealedRecord parse(std::string_view bytes);
    /// Throws InvalidRecord if parse() would not accept the result.
    std::string bytes() const;
};

/// Whether `id` is a valid key id: 1 to 32 ASCII letters, digits, '-', '_' and '.'.
bool isKeyId(std::string_view id);

} // namespace psa::secrets

#pragma once

#include "host/secrets/crypto.h"
#include "host/secrets/secret_bytes.h"

#include <optional>
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
    static constexpr std::size_t maxBytes = 1 << 20; ///< Maximum size of the whole record, unless said otherwise.
    static constexpr std::size_t maxKeyIdBytes = 32;

    std::string_view keyId;
    std::string_view nonce;
    std::string_view ciphertext;
    std::string_view tag;

    /// Throws InvalidRecord.
    static SealedRecord parse(std::string_view bytes, std::size_t most = maxBytes);
    /// Throws InvalidRecord if parse() would not accept the result.
    std::string bytes(std::size_t most = maxBytes) const;
};

/// Whether `id` is a valid key id: 1 to 32 ASCII letters, digits, '-', '_' and '.'.
bool isKeyId(std::string_view id);

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

/// The bytes of a SealedRecord: `plaintext` under `key`, which must be derived for this single use. `keyId`: id of the
/// key that it was derived from, for the record; may be empty. `most`: maximum size of the record. Throws SealError if it
/// is too long.
std::string sealRecord(const SecretBytes &key, std::string_view keyId, const RandomSource &random,
                       std::string_view plaintext, std::size_t most = SealedRecord::maxBytes);

/// nullopt = `record`, which must be a valid record, cannot be opened with this key.
std::optional<SecretBytes> openRecord(const SecretBytes &key, const std::string &record,
                                      std::size_t most = SealedRecord::maxBytes);

} // namespace psa::secrets

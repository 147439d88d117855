#pragma once

#include "host/secrets/crypto.h"
#include "host/secrets/secret_bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::secrets {

/// A master key, which protects all other keys of the store. It is kept outside the store, in a key file of one line:
///
///     psa-key-1:ID:KEY
///
/// ID is valid for isKeyId(), KEY is the 32 bytes of the key in base64 (44 characters).
struct MasterKey
{
    static constexpr std::string_view format = "psa-key-1";

    std::string id;
    SecretBytes bytes; ///< aesGcm::keyBytes bytes.

    /// A new key with an id of eight random hex digits.
    static MasterKey generate(const RandomSource &random);
    /// `line`: trailing white space is ignored; `source` names it in errors. Throws SealError.
    static MasterKey parse(std::string_view line, const std::string &source);
    /// The line of a key file, including the line feed.
    SecretBytes line() const;
};

/// HMAC-SHA-256 of `context` under `key`, for use as a key. Each part is preceded by its length, so that different
/// lists of parts give different input. The first part is the purpose of the key.
SecretBytes deriveKey(const SecretBytes &key, const std::vector<std::string_view> &context);

} // namespace psa::secrets

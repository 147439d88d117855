#pragma once

#include "host/secrets/random_source.h"
#include "host/secrets/secret_bytes.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::secrets {

/// A master key: what all other keys of the store stand on. It is kept outside the store, in a key file of one line:
///
///     psa-key-1:ID:KEY
///
/// ID as isKeyId() has it, KEY the 32 bytes of the key in base64 (44 characters).
struct MasterKey
{
    static constexpr std::string_view format = "psa-key-1";

    std::string id;
    SecretBytes bytes; ///< aesGcm::keyBytes of them.

    /// A new key with an id of eight random hex digits.
    static MasterKey generate(const RandomSource &random);
    /// `line`: with whatever white space at its end; `source` names it in errors. Throws SealError.
    static MasterKey parse(std::string_view line, const std::string &source);
    /// The line of a key file, with its line feed.
    SecretBytes line() const;
};

/// HMAC-SHA-256 of `context` under `key`, for use as a key. Each part goes in with its length before it, so that no two
/// lists of parts read the same. The first part is what the key is for.
SecretBytes deriveKey(const SecretBytes &key, const std::vector<std::string_view> &context);

} // namespace psa::secrets

#pragma once

#include "host/secrets/random_source.h"
#include "host/secrets/secret_bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace psa::secrets {

/// The bytes of a SealedRecord: `plaintext` under `key`, which must be derived for this one place. `keyId`: what the
/// record says of the key that it was derived from; may be empty. Throws SealError if it is too long.
std::string sealRecord(const SecretBytes &key, std::string_view keyId, const RandomSource &random,
                       std::string_view plaintext);

/// nullopt = `record`, which must be one, does not open with this key.
std::optional<SecretBytes> openRecord(const SecretBytes &key, const std::string &record);

} // namespace psa::secrets

#pragma once

#include "host/secrets/random_source.h"
#include "host/secrets/secret_bytes.h"

#include <optional>
#include <string>
#include <string_view>

namespace psa::secrets {

/// The bytes of a SealedRecord: `plaintext` under `key`, which must be derived for this single use. `keyId`: id of the
/// key that it was derived from, for the record; may be empty. Throws SealError if it is too long.
std::string sealRecord(const SecretBytes &key, std::string_view keyId, const RandomSource &random,
                       std::string_view plaintext);

/// nullopt = `record`, which must be a valid record, cannot be opened with this key.
std::optional<SecretBytes> openRecord(const SecretBytes &key, const std::string &record);

} // namespace psa::secrets

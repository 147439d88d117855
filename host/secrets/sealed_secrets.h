#pragma once

#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/secret_bytes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace psa::secrets {

/// The owner of secrets. Data sealed for one owner cannot be opened for another.
struct SecretOwner
{
    std::string connection;    ///< Its name or uid in the store.
    std::string plugin;        ///< Id of the plugin, without a version; for other owners a constant.
    std::uint64_t version = 0; ///< Stored beside the sealed data; incremented whenever the secrets are sealed again.
    std::string label = "";    ///< For messages; "" = "connection NAME".
};

/// Secrets by the name of their field.
using Secrets = std::map<std::string, SecretBytes>;

/// All secrets of one connection as stored: opaque bytes. They are sealed and opened as a whole, so that a field can be
/// neither removed nor inserted; to change one, open them, change it and seal them with the next version.
struct SealedSecrets
{
    std::string dataKey; ///< The data key of the connection, under a master key. Empty = no secrets.
    std::map<std::string, std::string> fields; ///< Each under its own key, derived from the data key.
};

/// Seals under a new data key and the active master key. Throws SealError for a secret that is too long (1 MiB).
SealedSecrets sealSecrets(const KeyRing &keys, const RandomSource &random, const SecretOwner &owner,
                          const Secrets &secrets);

/// Throws KeyMissing if the master key is missing, SealError if anything was changed, truncated, removed, or sealed for
/// another owner.
Secrets openSecrets(const KeyRing &keys, const SecretOwner &owner, const SealedSecrets &sealed);

/// Id of the master key that `dataKey` of SealedSecrets needs. Throws SealError if it is not a sealed record.
std::string masterKeyIdOf(const std::string &dataKey);

/// One step of a rotation: the data key of `sealed` under the active master key; nullopt = it already is, or there are
/// no secrets. The fields do not change. The result may only replace the data key that it was created from: the secrets
/// may have been sealed again in between. Throws like openSecrets().
///
/// A complete rotation: start with the new key as active one and the old one as an old key, so that checkKeys() adds a
/// canary; do this step for each connection; then retireCanaries(). It can be interrupted anywhere and continued later,
/// because the remaining work is determined only by the rows.
std::optional<std::string> rewrapDataKey(const KeyRing &keys, const RandomSource &random, const SecretOwner &owner,
                                         const SealedSecrets &sealed);

} // namespace psa::secrets

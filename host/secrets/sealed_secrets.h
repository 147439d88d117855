#pragma once

#include "host/secrets/key_ring.h"
#include "host/secrets/random_source.h"
#include "host/secrets/secret_bytes.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace psa::secrets {

/// Whose secrets they are. What is sealed for one owner opens for no other.
struct SecretOwner
{
    std::string connection;    ///< Its name in the store.
    std::string plugin;        ///< Id of the plugin, whichever build.
    std::uint64_t version = 0; ///< Kept beside what is sealed; grows whenever the secrets are sealed again.
};

/// Secrets by the name of their field.
using Secrets = std::map<std::string, SecretBytes>;

/// All secrets of one connection as they rest in the store: opaque bytes. They are sealed and opened as a whole, so
/// that a field can be neither taken out nor brought in; to change one, open them, change it and seal them under the
/// next version.
struct SealedSecrets
{
    std::string dataKey; ///< The data key of the connection, under a master key. Empty = no secrets.
    std::map<std::string, std::string> fields; ///< Each under a key of its own, derived from the data key.
};

/// Seals under a new data key and the active master key. Throws SealError for a secret that is too long (1 MiB).
SealedSecrets sealSecrets(const KeyRing &keys, const RandomSource &random, const SecretOwner &owner,
                          const Secrets &secrets);

/// Throws KeyMissing if the master key is not there, SealError if anything was changed, cut, left out, or sealed for
/// another owner.
Secrets openSecrets(const KeyRing &keys, const SecretOwner &owner, const SealedSecrets &sealed);

/// Id of the master key that `dataKey` of SealedSecrets needs. Throws SealError if it is not a sealed record.
std::string masterKeyIdOf(const std::string &dataKey);

/// A rotation's step: the data key of `sealed` under the active master key; nullopt = it is there already, or there are
/// no secrets. The fields stay as they are. Write it only over the very data key it was made from: the secrets may have
/// been sealed again in between. Throws as openSecrets() does.
///
/// A rotation as a whole: start with the new key as active one and the old one beside it, so that checkKeys() adds a
/// canary; take this step for each connection; then retireCanaries(). It may stop anywhere and go on later, since what
/// is to be done shows in the rows alone.
std::optional<std::string> rewrapDataKey(const KeyRing &keys, const RandomSource &random, const SecretOwner &owner,
                                         const SealedSecrets &sealed);

} // namespace psa::secrets

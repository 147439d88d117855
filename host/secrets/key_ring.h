#pragma once

#include "host/secrets/crypto.h"
#include "host/secrets/master_key.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace psa::secrets {

/// The master keys that the host was given: the active one, which seals all new data, and old ones, which still open
/// older data. Immutable and thread-safe.
class KeyRing
{
public:
    /// Throws SealError if two different keys have the same id.
    explicit KeyRing(MasterKey active, std::vector<MasterKey> old = {});

    const MasterKey &active() const { return keys_.front(); }
    /// nullptr = not given.
    const MasterKey *find(std::string_view id) const;
    /// "3f9a12bc (active), 77ab0c11".
    std::string ids() const;

private:
    std::vector<MasterKey> keys_; ///< The active one first.
};

// A canary is a record that the store keeps for each master key that seals any data. It is empty; that it can be opened
// shows, before the first secret is needed, that the host was given the right key. The store keeps all canaries as one
// value, opaque to it: each record preceded by its length in two bytes.

/// The name of that value.
constexpr const char *canaryPlace = "key canaries";

/// Checks at the start that the host was given every master key that the store needs. Returns the canaries that must be
/// stored before anything else is sealed: those of the given keys and one for the active key, so equal to `canaries` if
/// there is nothing to write. For a store without sealed data it is a new one for the active key only.
///
/// `keys`: nullptr = none were given, which is valid as long as nothing is sealed. `canaries`: empty = the store never
/// had any. `sealedRows`: whether anything in the store is sealed. Throws KeyMissing, which names the missing key, or
/// SealError for a wrong key or for sealed rows without canaries. Never creates a key.
std::string checkKeys(const KeyRing *keys, const RandomSource &random, const std::string &canaries, bool sealedRows);

/// The canaries that remain after a rotation: those of `idsInUse`, the ids from masterKeyIdOf() of every row, and of
/// the active key. A key without a canary is not needed any more. `canaries`: must be accepted by checkKeys().
std::string retireCanaries(const KeyRing &keys, const std::string &canaries, const std::set<std::string> &idsInUse);

} // namespace psa::secrets

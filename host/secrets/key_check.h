#pragma once

#include "host/secrets/key_ring.h"
#include "host/secrets/random_source.h"

#include <set>
#include <string>

namespace psa::secrets {

// A canary is a record that the store keeps for each master key under which anything is sealed. It holds nothing; that it
// opens shows, before the first secret is needed, that the host was given the right key. The store keeps all of them as
// one value, opaque to it: each record with its length in two bytes before it.

/// Checks at start that the host was given every master key that the store needs. Returns the canaries that the store must
/// hold before anything more is sealed: those given and one for the active key, so equal to `canaries` if there is
/// nothing to write. Of a store in which nothing is sealed it is a new one for the active key alone.
///
/// `keys`: nullptr = the host was given none, which does as long as nothing is sealed. `canaries`: empty = the store never
/// had any. `sealedRows`: is anything in the store sealed? Throws KeyMissing, which names the key that must be brought
/// back, or SealError for a wrong key or for sealed rows without canaries. Never makes a key.
std::string checkKeys(const KeyRing *keys, const RandomSource &random, const std::string &canaries, bool sealedRows);

/// The canaries that are left once a rotation is through: those of `idsInUse`, the ids of masterKeyIdOf() of every row,
/// and of the active key. A key without a canary is needed no more. `canaries`: as checkKeys() accepts them.
std::string retireCanaries(const KeyRing &keys, const std::string &canaries, const std::set<std::string> &idsInUse);

} // namespace psa::secrets

#pragma once

#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/sealed_secrets.h"
#include "host/store/records.h"

namespace psa::plugin {
class LoadedPlugin;
} // namespace psa::plugin

namespace psa::connection {

// The secrets of a stored connection. All functions throw SealError.

/// The decrypted secrets. `keys`: null = none were given; then this works only for a connection without secrets.
secrets::Secrets openConnection(const secrets::KeyRing *keys, const store::StoredConnection &stored,
                                const plugin::LoadedPlugin &plugin);

/// Replaces the secrets of `stored` by `secrets`, under a new data key.
void sealConnection(const secrets::KeyRing *keys, const secrets::RandomSource &random,
                    const plugin::LoadedPlugin &plugin, const secrets::Secrets &secrets,
                    store::StoredConnection &stored);

/// Seals the data key under the active master key. False if it already is, or if there are no secrets.
bool rewrapConnection(const secrets::KeyRing &keys, const secrets::RandomSource &random,
                      const plugin::LoadedPlugin &plugin, store::StoredConnection &stored);

} // namespace psa::connection

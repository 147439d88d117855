#pragma once

#include "host/secrets/key_ring.h"
#include "host/secrets/random_source.h"
#include "host/secrets/sealed_secrets.h"
#include "host/store/stored_connection.h"

namespace psa::host {

class LoadedPlugin;

// The secrets of a stored connection. All of these throw SealError.

/// In plain. `keys`: null = none were given; then only a connection without secrets opens.
Secrets openConnection(const KeyRing *keys, const StoredConnection &stored, const LoadedPlugin &plugin);

/// Puts `secrets` in the place of those that `stored` has, under a new data key.
void sealConnection(const KeyRing *keys, const RandomSource &random, const LoadedPlugin &plugin, const Secrets &secrets,
                    StoredConnection &stored);

/// Seals the data key under the active master key. False if it is already, or if there are no secrets.
bool rewrapConnection(const KeyRing &keys, const RandomSource &random, const LoadedPlugin &plugin,
                      StoredConnection &stored);

} // namespace psa::host

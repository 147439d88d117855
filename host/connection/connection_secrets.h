#pragma once

#include "host/plugin/form.h"
#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/sealed_secrets.h"
#include "host/store/records.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

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

/// What a change of a connection's configuration means for its stored secrets.
struct StoredSecrets
{
    /// Labels of the changed fields that cause the secrets to be dropped; empty = they are kept.
    std::vector<std::string> changed;
    /// One error for each stored secret that is dropped and must be entered again.
    std::vector<plugin::FieldError> missing;

    bool kept() const { return changed.empty(); }
};

/// Decides whether stored secrets may still be used when the configuration changes from `before` to `after`. A secret
/// was entered for one destination and one user: somebody who may change the configuration but does not know the secret
/// must not be able to have it sent elsewhere. The host does not know which fields determine where requests go, and a
/// plugin that forgot to mark one would leak secrets; so a change of any field that is not secret drops them all.
///
/// Effective values are compared: with defaults filled in and without blank fields. `before` and `after` contain the
/// fields that are not secret; `after` also contains newly entered secrets. `stored` names the secret fields that have
/// a stored value.
StoredSecrets judgeStoredSecrets(const plugin::Form &configuration, const Poco::JSON::Object &before,
                                 const Poco::JSON::Object &after, const std::vector<std::string> &stored);

} // namespace psa::connection

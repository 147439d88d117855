#include "host/connection/connection_secrets.h"

#include "host/plugin/loaded_plugin.h"
#include "host/secrets/seal_error.h"

namespace psa::host {
namespace {

SecretOwner ownerOf(const StoredConnection &stored, const LoadedPlugin &plugin)
{
    return {stored.uid, plugin.id, static_cast<std::uint64_t>(stored.secretsVersion)};
}

} // namespace

Secrets openConnection(const KeyRing *keys, const StoredConnection &stored, const LoadedPlugin &plugin)
{
    if (stored.sealed.empty())
        return {};
    if (keys == nullptr)
        throw SealError("psa-host has no master key, and this connection has secrets. Configure the file of its master "
                        "key as described in docs/operations.md, and restart psa-host.");
    return openSecrets(*keys, ownerOf(stored, plugin), {stored.sealedDataKey, stored.sealed});
}

void sealConnection(const KeyRing *keys, const RandomSource &random, const LoadedPlugin &plugin, const Secrets &secrets,
                    StoredConnection &stored)
{
    if (!secrets.empty() && keys == nullptr)
        throw SealError(
            "psa-host has no master key, so it cannot store secrets. Generate one on its machine with psa-host keys "
            "generate FILE, configure it as described in docs/operations.md, and restart psa-host.");
    ++stored.secretsVersion;
    const SealedSecrets sealed =
        secrets.empty() ? SealedSecrets{} : sealSecrets(*keys, random, ownerOf(stored, plugin), secrets);
    stored.sealedDataKey = sealed.dataKey;
    stored.sealed = sealed.fields;
    stored.keyId = sealed.dataKey.empty() ? "" : masterKeyIdOf(sealed.dataKey);
}

bool rewrapConnection(const KeyRing &keys, const RandomSource &random, const LoadedPlugin &plugin,
                      StoredConnection &stored)
{
    if (stored.sealed.empty())
        return false;
    const auto dataKey = rewrapDataKey(keys, random, ownerOf(stored, plugin), {stored.sealedDataKey, stored.sealed});
    if (!dataKey)
        return false;
    stored.sealedDataKey = *dataKey;
    stored.keyId = keys.active().id;
    return true;
}

} // namespace psa::host

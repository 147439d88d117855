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
        throw SealError(
            "The host was given no master key, and this connection has secrets. Name the file of its master "
            "key in the configuration file, as docs/operations.md says, and start psa-host again.");
    return openSecrets(*keys, ownerOf(stored, plugin), {stored.sealedDataKey, stored.sealed});
}

void sealConnection(const KeyRing *keys, const RandomSource &random, const LoadedPlugin &plugin, const Secrets &secrets,
                    StoredConnection &stored)
{
    if (!secrets.empty() && keys == nullptr)
        throw SealError(
            "The host was given no master key, so it cannot store secrets. Make one on its machine with "
            "psa-host keys generate FILE, name it in the configuration file as docs/operations.md says, and "
            "start psa-host again.");
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

#include "host/connection/connection_secrets.h"

#include "host/plugin/loaded_plugin.h"
#include "host/secrets/sealed_record.h"

namespace psa::connection {
namespace {

secrets::SecretOwner ownerOf(const store::StoredConnection &stored, const plugin::LoadedPlugin &plugin)
{
    return {stored.uid, plugin.id, static_cast<std::uint64_t>(stored.secretsVersion)};
}

} // namespace

secrets::Secrets openConnection(const secrets::KeyRing *keys, const store::StoredConnection &stored,
                                const plugin::LoadedPlugin &plugin)
{
    if (stored.sealed.empty())
        return {};
    if (keys == nullptr)
        throw secrets::SealError(
            "psa-host has no master key, and this connection has secrets. Configure the file of its master "
            "key as described in docs/operations.md, and restart psa-host.");
    return secrets::openSecrets(*keys, ownerOf(stored, plugin), {stored.sealedDataKey, stored.sealed});
}

void sealConnection(const secrets::KeyRing *keys, const secrets::RandomSource &random,
                    const plugin::LoadedPlugin &plugin, const secrets::Secrets &secrets,
                    store::StoredConnection &stored)
{
    if (!secrets.empty() && keys == nullptr)
        throw secrets::SealError(
            "psa-host has no master key, so it cannot store secrets. Generate one on its machine with psa-host keys "
            "generate FILE, configure it as described in docs/operations.md, and restart psa-host.");
    ++stored.secretsVersion;
    const secrets::SealedSecrets sealed = secrets.empty()
                                              ? secrets::SealedSecrets{}
                                              : secrets::sealSecrets(*keys, random, ownerOf(stored, plugin), secrets);
    stored.sealedDataKey = sealed.dataKey;
    stored.sealed = sealed.fields;
    stored.keyId = sealed.dataKey.empty() ? "" : secrets::masterKeyIdOf(sealed.dataKey);
}

bool rewrapConnection(const secrets::KeyRing &keys, const secrets::RandomSource &random,
                      const plugin::LoadedPlugin &plugin, store::StoredConnection &stored)
{
    if (stored.sealed.empty())
        return false;
    const auto dataKey =
        secrets::rewrapDataKey(keys, random, ownerOf(stored, plugin), {stored.sealedDataKey, stored.sealed});
    if (!dataKey)
        return false;
    stored.sealedDataKey = *dataKey;
    stored.keyId = keys.active().id;
    return true;
}

} // namespace psa::connection

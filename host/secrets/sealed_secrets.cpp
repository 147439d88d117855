#include "host/secrets/sealed_secrets.h"

#include "host/secrets/crypto.h"
#include "host/secrets/sealed_record.h"

#include <vector>

namespace psa::secrets {
namespace {

/// Runs `work`; an InvalidRecord becomes a SealError about `what`.
template <class Work>
auto reading(const std::string &what, const Work &work)
try
{
    return work();
}
catch (const InvalidRecord &error)
{
    throw SealError(what + " is damaged (" + error.what() + "); restore a backup, or enter the secrets again");
}

std::string labelOf(const SecretOwner &owner)
{
    return owner.label.empty() ? "connection " + owner.connection : owner.label;
}

std::string nameOf(const SecretOwner &owner)
{
    return "the stored data key of " + labelOf(owner);
}

std::string nameOf(const SecretOwner &owner, const std::string &field)
{
    return "the stored secret " + field + " of " + labelOf(owner);
}

[[noreturn]] void refuse(const std::string &what)
{
    throw SealError(what + " cannot be decrypted: it was changed, or belongs to another connection, plugin, field or "
                           "version; restore a backup, or enter the secrets again");
}

/// The key that wraps the data key of `owner`; it depends on `fields`, so that none can be removed.
SecretBytes wrappingKey(const MasterKey &master, const SecretOwner &owner,
                        const std::map<std::string, std::string> &fields)
{
    const std::string version = std::to_string(owner.version);
    std::vector<std::string_view> context{"psa-host/1 data key", master.id, owner.connection, owner.plugin, version};
    for (const auto &[field, sealed] : fields)
        context.emplace_back(field);
    return deriveKey(master.bytes, context);
}

SecretBytes fieldKey(const SecretBytes &dataKey, const SecretOwner &owner, const std::string &field)
{
    const std::string version = std::to_string(owner.version);
    return deriveKey(dataKey, {"psa-host/1 field", owner.connection, owner.plugin, field, version});
}

SecretBytes openDataKey(const KeyRing &keys, const SecretOwner &owner, const SealedSecrets &sealed)
{
    const std::string id =
        reading(nameOf(owner), [&] { return std::string(SealedRecord::parse(sealed.dataKey).keyId); });
    const MasterKey *master = keys.find(id);
    if (master == nullptr)
        throw KeyMissing(nameOf(owner) + " needs the master key " + id + ", which is missing; available: " +
                             keys.ids() + ". Name its file under old_key_files of [secrets]",
                         id);
    auto dataKey = openRecord(wrappingKey(*master, owner, sealed.fields), sealed.dataKey);
    if (!dataKey || dataKey->size() != aesGcm::keyBytes)
        refuse(nameOf(owner));
    return std::move(*dataKey);
}

std::string wrapDataKey(const KeyRing &keys, const RandomSource &random, const SecretOwner &owner,
                        const std::map<std::string, std::string> &fields, const SecretBytes &dataKey)
{
    const MasterKey &master = keys.active();
    return sealRecord(wrappingKey(master, owner, fields), master.id, random, dataKey.view());
}

} // namespace

SealedSecrets sealSecrets(const KeyRing &keys, const RandomSource &random, const SecretOwner &owner,
                          const Secrets &secrets)
{
    SealedSecrets sealed;
    if (secrets.empty())
        return sealed;
    SecretBytes dataKey(aesGcm::keyBytes);
    random(dataKey.data(), dataKey.size());
    for (const auto &[field, secret] : secrets)
        sealed.fields[field] = sealRecord(fieldKey(dataKey, owner, field), {}, random, secret.view());
    sealed.dataKey = wrapDataKey(keys, random, owner, sealed.fields, dataKey);
    return sealed;
}

Secrets openSecrets(const KeyRing &keys, const SecretOwner &owner, const SealedSecrets &sealed)
{
    Secrets secrets;
    if (sealed.dataKey.empty() && sealed.fields.empty())
        return secrets;
    const SecretBytes dataKey = openDataKey(keys, owner, sealed);
    for (const auto &[field, record] : sealed.fields)
    {
        const std::string name = nameOf(owner, field);
        const std::string_view keyId = reading(name, [&record = record] { return SealedRecord::parse(record).keyId; });
        auto secret = openRecord(fieldKey(dataKey, owner, field), record);
        if (!keyId.empty() || !secret)
            refuse(name);
        secrets.emplace(field, std::move(*secret));
    }
    return secrets;
}

std::string masterKeyIdOf(const std::string &dataKey)
{
    return reading("a stored data key", [&] { return std::string(SealedRecord::parse(dataKey).keyId); });
}

std::optional<std::string> rewrapDataKey(const KeyRing &keys, const RandomSource &random, const SecretOwner &owner,
                                         const SealedSecrets &sealed)
{
    if (sealed.dataKey.empty() && sealed.fields.empty())
        return std::nullopt;
    const SecretBytes dataKey = openDataKey(keys, owner, sealed);
    if (masterKeyIdOf(sealed.dataKey) == keys.active().id)
        return std::nullopt;
    return wrapDataKey(keys, random, owner, sealed.fields, dataKey);
}

} // namespace psa::secrets

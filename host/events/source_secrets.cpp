#include "host/events/source_secrets.h"

#include "host/json/base64.h"
#include "host/json/json_text.h"
#include "host/secrets/sealed_record.h"

#include <Poco/Exception.h>

namespace psa::events {
namespace {

using Poco::JSON::Object;

constexpr const char *sourceOwner = "source"; ///< Where connections have the id of their plugin.
/// Random bytes before a sealed body, which make its key.
constexpr std::size_t saltBytes = 16;
/// A record is little longer than what it seals.
constexpr std::size_t maxBodyRecord = maxDelivery + 64;

secrets::SecretOwner ownerOf(const store::StoredDefinition &source, const SourceSecrets &stored)
{
    return {source.uid, sourceOwner, stored.sealedVersion, "source " + source.name};
}

[[noreturn]] void refuseDamagedSource(const std::string &name, const std::string &why)
{
    throw secrets::SealError("the stored secrets of source " + name + " are damaged (" + why +
                             "); restore a backup, or remove the source and add it again");
}

/// The bytes of a member in base64. Throws Poco::Exception.
std::string bytesIn(const Object &object, const std::string &name)
{
    auto bytes = json::fromBase64(object.getValue<std::string>(name));
    if (!bytes)
        throw Poco::DataFormatException("\"" + name + "\" is not base64");
    return std::move(*bytes);
}

secrets::SecretBytes bodyKeyOf(const secrets::SecretBytes &key, std::string_view salt)
{
    return secrets::deriveKey(key, {"psa-host/1 delivery", salt});
}

} // namespace

std::string toDocument(const SourceSecrets &secrets)
{
    Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    if (!secrets.tokenDigest.empty())
        document.set("token", secrets.tokenDigest);
    if (!secrets.urlDigest.empty())
        document.set("url", secrets.urlDigest);
    document.set("version", secrets.sealedVersion);
    if (secrets.isSealed())
    {
        Object::Ptr fields = new Object;
        for (const auto &[name, bytes] : secrets.sealed.fields)
            fields->set(name, json::toBase64(bytes));
        document.set("dataKey", json::toBase64(secrets.sealed.dataKey));
        document.set("fields", fields);
    }
    return json::toText(document);
}

SourceSecrets sourceSecretsFrom(const store::StoredDefinition &source)
try
{
    SourceSecrets secrets;
    std::string damage;
    const Object::Ptr document = json::parseStored(source.secretsJson, damage);
    if (!damage.empty())
        refuseDamagedSource(source.name, damage);
    secrets.tokenDigest = document->optValue<std::string>("token", "");
    secrets.urlDigest = document->optValue<std::string>("url", "");
    secrets.sealedVersion = document->optValue<std::uint64_t>("version", 0);
    if (document->has("dataKey"))
        secrets.sealed.dataKey = bytesIn(*document, "dataKey");
    if (const Object::Ptr fields = document->getObject("fields"))
        for (const std::string &name : fields->getNames())
            secrets.sealed.fields[name] = bytesIn(*fields, name);
    return secrets;
}
catch (const Poco::Exception &error)
{
    refuseDamagedSource(source.name, error.displayText());
}

secrets::Secrets openSource(const secrets::KeyRing *keys, const store::StoredDefinition &source,
                            const SourceSecrets &stored)
{
    if (!stored.isSealed())
        return {};
    if (keys == nullptr)
        throw secrets::SealError("psa-host has no master key, and the source " + source.name +
                                 " has secrets. Configure the file of its master key as described in "
                                 "docs/operations.md, and restart psa-host");
    return secrets::openSecrets(*keys, ownerOf(source, stored), stored.sealed);
}

void sealSource(const secrets::KeyRing *keys, const secrets::RandomSource &random,
                const store::StoredDefinition &source, const secrets::Secrets &opened, SourceSecrets &stored)
{
    if (!opened.empty() && keys == nullptr)
        throw secrets::SealError(
            "psa-host has no master key, so it cannot store the secret of a source. Generate one on its machine with "
            "psa-host keys generate FILE, configure it as described in docs/operations.md, and restart psa-host");
    ++stored.sealedVersion;
    stored.sealed = opened.empty() ? secrets::SealedSecrets{}
                                   : secrets::sealSecrets(*keys, random, ownerOf(source, stored), opened);
}

bool rewrapSource(const secrets::KeyRing &keys, const secrets::RandomSource &random,
                  const store::StoredDefinition &source, SourceSecrets &stored)
{
    const auto dataKey = secrets::rewrapDataKey(keys, random, ownerOf(source, stored), stored.sealed);
    if (!dataKey)
        return false;
    stored.sealed.dataKey = *dataKey;
    return true;
}

std::string sealBody(const secrets::SecretBytes &key, const secrets::RandomSource &random, std::string_view body)
{
    std::string salt(saltBytes, '\0');
    random(reinterpret_cast<unsigned char *>(salt.data()), salt.size());
    return salt + secrets::sealRecord(bodyKeyOf(key, salt), {}, random, body, maxBodyRecord);
}

std::string openBody(const secrets::SecretBytes &key, const std::string &sealed)
try
{
    const std::string salt = sealed.substr(0, saltBytes);
    if (const auto body = secrets::openRecord(bodyKeyOf(key, salt), sealed.substr(salt.size()), maxBodyRecord))
        return std::string(body->view());
    throw secrets::SealError("the stored body of the delivery cannot be decrypted: it was changed, or belongs to "
                             "another source");
}
catch (const secrets::InvalidRecord &error)
{
    throw secrets::SealError(std::string("the stored body of the delivery is damaged (") + error.what() + ")");
}

} // namespace psa::events

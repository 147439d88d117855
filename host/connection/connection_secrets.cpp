#include "host/connection/connection_secrets.h"

#include "host/plugin/loaded_plugin.h"
#include "host/secrets/sealed_record.h"

#include <Poco/JSON/Stringifier.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace psa::connection {
namespace {

secrets::SecretOwner ownerOf(const store::StoredConnection &stored, const plugin::LoadedPlugin &plugin)
{
    return {stored.uid, plugin.id, static_cast<std::uint64_t>(stored.secretsVersion)};
}

using Poco::Dynamic::Var;
using Poco::JSON::Object;

/// The effective value of `name`, as JSON; empty = none.
std::string effective(const Object &values, const std::string &name, const plugin::FormField *field)
{
    Var value = values.has(name) ? values.get(name) : Var();
    if (json::isBlank(value))
        value = field == nullptr ? Var() : field->defaultValue;
    if (value.isEmpty())
        return {};
    std::ostringstream text;
    Poco::JSON::Stringifier::stringify(value, text);
    return text.str();
}

std::set<std::string> namesOf(const plugin::Form &form, const Object &before, const Object &after)
{
    std::set<std::string> names;
    for (const plugin::FormField &field : form.fields())
        names.insert(field.name);
    for (const Object *values : {&before, &after}) // an older version of the plugin may have had other fields
        for (const auto &[name, value] : *values)
            names.insert(name);
    return names;
}

std::string joined(const std::vector<std::string> &texts)
{
    std::string all;
    for (const std::string &text : texts)
        all += (all.empty() ? "" : ", ") + text;
    return all;
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

StoredSecrets judgeStoredSecrets(const plugin::Form &configuration, const Object &before, const Object &after,
                                 const std::vector<std::string> &stored)
{
    StoredSecrets verdict;
    for (const std::string &name : namesOf(configuration, before, after))
    {
        const plugin::FormField *field = configuration.find(name);
        if (field != nullptr && field->secret)
            continue;
        if (effective(before, name, field) != effective(after, name, field))
            verdict.changed.push_back(field == nullptr ? name : field->label());
    }
    if (verdict.kept())
        return verdict;
    for (const std::string &name : stored)
        if (const plugin::FormField *field = configuration.find(name);
            field != nullptr && effective(after, name, field).empty())
            verdict.missing.push_back(
                {name, field->title,
                 field->label() +
                     " must be entered again, because what it belongs to has changed: " + joined(verdict.changed)});
    return verdict;
}

} // namespace psa::connection

#include "host/events/sources.h"

#include "host/events/presets.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/secrets/sealed_record.h"
#include "host/store/audit_entry.h"

#include <algorithm>

namespace psa::events {
namespace {

using Poco::JSON::Object;
using store::DefinitionKind;
using store::StoreError;

constexpr std::size_t secretBytes = 32;
constexpr std::size_t sourceUidBytes = 16;
/// Its refusal log and everybody else's recognize them by these.
constexpr const char *tokenPrefix = "psas_";
constexpr const char *urlPrefix = "psau_";
constexpr std::size_t minSignatureKey = 8;
constexpr std::size_t maxSignatureKey = 1000;

store::AuditEntry entryOfSource(const std::string &who, const char *action, const std::string &name)
{
    Object detail;
    detail.set("source", name);
    return store::auditEntry(who, action, "", json::toText(detail));
}

std::vector<store::StoredDefinition> sourcesIn(const store::StoreReader &reader)
{
    return reader.definitions(DefinitionKind::source);
}

/// The id of its newest delivery; 0 = it has none.
std::int64_t lastDeliveryOf(const store::StoreReader &reader, std::int64_t source)
{
    store::DeliveryQuery query;
    query.sourceId = source;
    query.limit = 1;
    const auto page = reader.listDeliveries(query);
    return page.deliveries.empty() ? 0 : page.deliveries.front().id;
}

void checkSignatureKey(const std::string &key)
{
    if (key.size() < minSignatureKey || key.size() > maxSignatureKey)
        throw SourceInvalid("/signatureSecret", "must have " + std::to_string(minSignatureKey) + " to " +
                                                    std::to_string(maxSignatureKey) + " bytes");
}

} // namespace

UnknownSource::UnknownSource(const std::string &name)
    : std::runtime_error("There is no source \"" + name + "\". psa-host source list shows all of them.")
{
}

std::set<std::string> keyIdsOf(const std::vector<store::StoredDefinition> &sources)
{
    std::set<std::string> ids;
    for (const store::StoredDefinition &each : sources)
        try
        {
            if (std::string id = sourceSecretsFrom(each).keyId(); !id.empty())
                ids.insert(std::move(id));
        }
        catch (const secrets::SealError &) // damaged: no key can open them
        {
        }
    return ids;
}

// In use.

void Sources::load()
{
    {
        const std::lock_guard changing(changing_);
        addBodyKeys();
    }
    refresh();
    parts_.wake();
}

void Sources::refresh()
{
    const std::lock_guard loading(loading_);
    const auto all = parts_.store.read([](const store::StoreReader &reader) { return sourcesIn(reader); });
    Map next;
    for (const store::StoredDefinition &each : all)
        next[each.name] = liveOf(each, find(each.id));
    const std::lock_guard lock(mutex_);
    live_ = std::move(next);
}

void Sources::follow(std::int64_t id)
{
    const std::lock_guard loading(loading_);
    const Live before = find(id);
    if (!before)
        return;
    const auto stored = parts_.store.read([&](const store::StoreReader &reader) {
        return reader.definition(DefinitionKind::source, before->stored.name);
    });
    if (!stored || stored->id != id)
        return; // removed meanwhile, which takes it out of use
    Live next = liveOf(*stored, before);
    const std::lock_guard lock(mutex_);
    live_[stored->name] = std::move(next);
}

Sources::Live Sources::liveOf(const store::StoredDefinition &stored, const Live &before) const
{
    auto live = std::make_shared<LiveSource>();
    live->stored = stored;
    live->state = SourceState(stored.stateJson);
    live->tally = before ? before->tally : std::make_shared<SourceTally>();
    std::string damage;
    const Object::Ptr document = json::parseStored(stored.documentJson, damage);
    try
    {
        live->secrets = sourceSecretsFrom(stored);
        if (!damage.empty())
            throw SourceInvalid("", "cannot be read (" + damage + ")");
        live->settings = sourceSettingsFrom(*document);
        openSecrets(*live);
    }
    catch (const std::runtime_error &error) // SourceInvalid, SealError
    {
        live->trouble = error.what();
    }
    live->settings.name = stored.name;
    live->settings.id = stored.id;
    live->settings.uid = stored.uid;
    live->settings.version = stored.version;
    return live;
}

/// Without their key, signatures cannot be checked: then the source takes nothing. Without a key for bodies it works.
void Sources::openSecrets(LiveSource &live) const
{
    if (parts_.keys == nullptr && !live.secrets.sealed.fields.contains(signatureSecret))
        return;
    secrets::Secrets opened = openSource(parts_.keys, live.stored, live.secrets);
    if (const auto key = opened.find(bodyKey); key != opened.end())
        live.bodyKey = std::make_shared<const secrets::SecretBytes>(std::move(key->second));
    if (const auto key = opened.find(signatureSecret); key != opened.end())
        live.signatureKey = std::make_shared<const std::string>(key->second.view());
}

/// Sources that were added while there was no master key get a key for the bodies of their deliveries. Requires the lock.
void Sources::addBodyKeys()
{
    if (parts_.keys == nullptr)
        return;
    for (const store::StoredDefinition &each :
         parts_.store.read([](const store::StoreReader &reader) { return sourcesIn(reader); }))
        try
        {
            SourceSecrets stored = sourceSecretsFrom(each);
            if (stored.sealed.fields.contains(bodyKey))
                continue;
            secrets::Secrets opened = openSource(parts_.keys, each, stored);
            opened.emplace(bodyKey, newBodyKey());
            sealSource(parts_.keys, parts_.random, each, opened, stored);
            parts_.store.write([&](store::StoreWriter &writer) {
                writer.setDefinitionSecrets(DefinitionKind::source, each.id, toDocument(stored));
            });
        }
        catch (const secrets::SealError &error)
        {
            parts_.log("The source " + each.name + " cannot keep the bodies of its deliveries: " + error.what());
        }
}

secrets::SecretBytes Sources::newBodyKey() const
{
    secrets::SecretBytes key(secrets::aesGcm::keyBytes);
    parts_.random(key.data(), key.size());
    return key;
}

Sources::Live Sources::find(const std::string &name) const
{
    const std::lock_guard lock(mutex_);
    const auto at = live_.find(name);
    return at == live_.end() ? nullptr : at->second;
}

Sources::Live Sources::find(std::int64_t id) const
{
    const std::lock_guard lock(mutex_);
    const auto at =
        std::find_if(live_.begin(), live_.end(), [&](const auto &each) { return each.second->stored.id == id; });
    return at == live_.end() ? nullptr : at->second;
}

Sources::Live Sources::get(const std::string &name) const
{
    Live live = find(name);
    if (!live)
        throw UnknownSource(name);
    return live;
}

std::vector<Sources::Live> Sources::all() const
{
    std::vector<Live> all;
    const std::lock_guard lock(mutex_);
    for (const auto &[name, live] : live_)
        all.push_back(live);
    return all;
}

// Changes.

/// The secrets of `source` with a key for bodies, if there is a master key, and this key for signatures.
std::string Sources::sealedFor(const store::StoredDefinition &source, SourceSecrets stored,
                               const std::optional<std::string> &signature) const
{
    secrets::Secrets opened = openSource(parts_.keys, source, stored);
    if (!opened.contains(bodyKey) && parts_.keys != nullptr)
        opened.emplace(bodyKey, newBodyKey());
    if (signature)
        opened.insert_or_assign(signatureSecret, secrets::SecretBytes::copyOf(*signature));
    sealSource(parts_.keys, parts_.random, source, opened, stored);
    return toDocument(stored);
}

SourceSettings Sources::checked(const Object &document) const
{
    SourceSettings settings = sourceSettingsFrom(document);
    if (settings.reader == presets().at(settings.preset).readerJq)
        return settings; // it works, and trying it could fail on a busy machine
    std::string problem = parts_.checkReader(settings.reader);
    if (problem.empty())
        return settings;
    if (problem.ends_with('.'))
        problem.pop_back();
    throw SourceInvalid("/reader", "cannot be used: " + problem);
}

Sources::Prepared Sources::prepare(const Object &document, const Live &before,
                                   const std::optional<std::string> &signature) const
{
    const SourceSettings settings = checked(document);
    if (before && before->stored.name != settings.name)
        throw SourceInvalid("/name", "cannot be changed, because it is part of the URL: add another source");
    if (signature && !settings.signature)
        throw SourceInvalid("/signature", "is missing: it says which header has the signature");
    if (signature)
        checkSignatureKey(*signature);
    Prepared next;
    if (before)
        next.definition = before->stored;
    else
        next.definition.uid = secrets::randomHex(parts_.random, sourceUidBytes);
    next.definition.kind = DefinitionKind::source;
    next.definition.name = settings.name;
    next.definition.documentJson = json::toText(*json::givenValues(document));
    if (signature || !before)
        next.secretsJson = sealedFor(next.definition, before ? before->secrets : SourceSecrets(), signature);
    next.readsAgain = before && (before->settings.reader != settings.reader || !before->trouble.empty() ||
                                 before->settings.zone != settings.zone ||
                                 json::jsonText(before->settings.settings) != json::jsonText(settings.settings));
    return next;
}

store::StoredDefinition Sources::save(store::StoreWriter &writer, const Prepared &prepared, const std::string &who)
{
    const bool isNew = prepared.definition.id == 0;
    if (const auto now = writer.definition(DefinitionKind::source, prepared.definition.name);
        !isNew && prepared.secretsJson && now && now->secretsJson != prepared.definition.secretsJson)
        throw StoreError(StoreError::Kind::conflict,
                         "The secrets of the source " + now->name + " were changed by someone else. Try again.");
    store::StoredDefinition stored =
        isNew ? writer.addDefinition(prepared.definition, who) : writer.updateDefinition(prepared.definition, who);
    if (prepared.secretsJson)
        writer.setDefinitionSecrets(DefinitionKind::source, stored.id, *prepared.secretsJson);
    if (prepared.readsAgain)
        changeState(writer, stored.id, [&](SourceState &state) { state.readAgain(lastDeliveryOf(writer, stored.id)); });
    writer.appendAudit(entryOfSource(who, isNew ? "source.add" : "source.change", stored.name));
    return stored;
}

void Sources::remove(store::StoreWriter &writer, const std::string &name, const std::string &who)
{
    writer.removeDefinition(DefinitionKind::source, name);
    writer.appendAudit(entryOfSource(who, "source.remove", name));
}

Sources::Added Sources::add(const Object &document, const std::optional<std::string> &signature, const std::string &who)
{
    const std::lock_guard changing(changing_);
    Prepared next = prepare(document, nullptr, signature);
    const std::string token = newSecret(tokenPrefix);
    next.definition.secretsJson = *next.secretsJson;
    SourceSecrets secrets = sourceSecretsFrom(next.definition);
    secrets.tokenDigest = secrets::digestOf(token);
    next.secretsJson = toDocument(secrets);
    parts_.store.write([&](store::StoreWriter &writer) { save(writer, next, who); });
    refresh();
    return {get(next.definition.name), token};
}

Sources::Live Sources::change(const std::string &name, const Object &document,
                              const std::optional<std::string> &signature, std::optional<std::int64_t> version,
                              const std::string &who)
{
    const std::lock_guard changing(changing_);
    const Live before = get(name);
    Prepared next = prepare(document, before, signature);
    if (version)
        next.definition.version = *version;
    parts_.store.write([&](store::StoreWriter &writer) { save(writer, next, who); });
    refresh();
    parts_.wake();
    return get(name);
}

void Sources::remove(const std::string &name, const std::string &who)
{
    const std::lock_guard changing(changing_);
    get(name);
    parts_.store.write([&](store::StoreWriter &writer) { remove(writer, name, who); });
    refresh();
}

std::string Sources::newSecret(const char *prefix) const
{
    return prefix + secrets::randomHex(parts_.random, secretBytes);
}

void Sources::changeSecrets(const std::string &name, const char *action, const std::string &who,
                            const std::function<void(SourceSecrets &)> &change)
{
    const std::lock_guard changing(changing_);
    const std::int64_t id = get(name)->stored.id;
    parts_.store.write([&](store::StoreWriter &writer) {
        const auto stored = writer.definition(DefinitionKind::source, name);
        if (!stored || stored->id != id)
            throw UnknownSource(name);
        SourceSecrets secrets = sourceSecretsFrom(*stored);
        change(secrets);
        writer.setDefinitionSecrets(DefinitionKind::source, id, toDocument(secrets));
        writer.appendAudit(entryOfSource(who, action, name));
    });
    refresh();
}

std::string Sources::renewToken(const std::string &name, const std::string &who)
{
    const std::string token = newSecret(tokenPrefix);
    changeSecrets(name, "source.token", who,
                  [&](SourceSecrets &secrets) { secrets.tokenDigest = secrets::digestOf(token); });
    return token;
}

void Sources::revokeToken(const std::string &name, const std::string &who)
{
    changeSecrets(name, "source.token.revoke", who, [](SourceSecrets &secrets) { secrets.tokenDigest.clear(); });
}

std::string Sources::renewUrlSecret(const std::string &name, const std::string &who)
{
    const std::string secret = newSecret(urlPrefix);
    changeSecrets(name, "source.url", who,
                  [&](SourceSecrets &secrets) { secrets.urlDigest = secrets::digestOf(secret); });
    return secret;
}

void Sources::revokeUrlSecret(const std::string &name, const std::string &who)
{
    changeSecrets(name, "source.url.revoke", who, [](SourceSecrets &secrets) { secrets.urlDigest.clear(); });
}

void Sources::removeSignatureKey(const std::string &name, const std::string &who)
{
    const Live before = get(name);
    changeSecrets(name, "source.signature.remove", who, [&](SourceSecrets &secrets) {
        secrets::Secrets opened = openSource(parts_.keys, before->stored, secrets);
        opened.erase(signatureSecret);
        sealSource(parts_.keys, parts_.random, before->stored, opened, secrets);
    });
}

Sources::Live Sources::resume(const std::string &name, const std::string &who)
{
    const std::lock_guard changing(changing_);
    const std::int64_t id = get(name)->stored.id;
    parts_.store.write([&](store::StoreWriter &writer) {
        changeState(writer, id, [&](SourceState &state) { state.readAgain(lastDeliveryOf(writer, id)); });
        writer.appendAudit(entryOfSource(who, "source.resume", name));
    });
    refresh();
    parts_.wake();
    return get(name);
}

/// False if it has no sealed secrets, or they are damaged: then no key can open them.
bool Sources::rewrap(const store::StoredDefinition &source, const std::string &who)
{
    SourceSecrets secrets;
    try
    {
        secrets = sourceSecretsFrom(source);
    }
    catch (const secrets::SealError &error)
    {
        parts_.log(error.what());
        return false;
    }
    if (!rewrapSource(*parts_.keys, parts_.random, source, secrets))
        return false;
    parts_.store.write([&](store::StoreWriter &writer) {
        writer.setDefinitionSecrets(DefinitionKind::source, source.id, toDocument(secrets));
        writer.appendAudit(entryOfSource(who, "source.rewrap", source.name));
    });
    return true;
}

std::size_t Sources::rotateKeys(const std::string &who)
{
    std::size_t count = 0;
    if (parts_.keys == nullptr)
        return count;
    const std::lock_guard changing(changing_);
    for (const store::StoredDefinition &each :
         parts_.store.read([](const store::StoreReader &reader) { return sourcesIn(reader); }))
        count += rewrap(each, who) ? 1 : 0;
    refresh();
    return count;
}

void Sources::changeState(store::StoreWriter &writer, std::int64_t id, const std::function<void(SourceState &)> &change)
{
    const auto ever = writer.definitionById(DefinitionKind::source, id);
    const auto stored = ever ? writer.definition(DefinitionKind::source, ever->name) : std::nullopt;
    if (!stored || stored->id != id)
        return;
    SourceState state(stored->stateJson);
    change(state);
    if (std::string document = state.toDocument(); document != stored->stateJson)
        writer.setDefinitionState(DefinitionKind::source, id, document);
}

} // namespace psa::events

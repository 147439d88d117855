#include "host/connection/connections.h"

#include "host/connection/stored_secrets.h"
#include "host/intake/ticket_builder.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"
#include "host/secrets/seal_error.h"

#include <Poco/DigestEngine.h>

#include <algorithm>
#include <sstream>

namespace psa::host {
namespace {

using Poco::JSON::Object;
using Wrong = ConnectionRefused::Wrong;

std::string listOf(const std::vector<Wrong> &wrong)
{
    std::string text;
    for (const Wrong &each : wrong)
        text += (text.empty() ? "" : "; ") + each.error.message;
    return text;
}

std::string toText(const Object &object)
{
    std::ostringstream text;
    object.stringify(text);
    return text.str();
}

Object::Ptr parseObject(const std::string &json)
{
    return json.empty() ? Object::Ptr(new Object) : parseStrict(json).extract<Object::Ptr>();
}

bool isName(const std::string &name)
{
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    return !name.empty() && name.size() <= 100 && name.front() != '.' && std::all_of(name.begin(), name.end(), good);
}

std::string randomUid(const RandomSource &random)
{
    Poco::DigestEngine::Digest bytes(16);
    random(bytes.data(), bytes.size());
    return Poco::DigestEngine::digestToHex(bytes);
}

AuditEntry entryOf(const std::string &who, const char *action, const std::string &connection, const Object &detail)
{
    AuditEntry entry;
    entry.who = who;
    entry.action = action;
    entry.connection = connection;
    entry.detailJson = toText(detail);
    return entry;
}

SecretOwner ownerOf(const StoredConnection &stored, const LoadedPlugin &plugin)
{
    return {stored.uid, plugin.id, static_cast<std::uint64_t>(stored.secretsVersion)};
}

SealedSecrets sealedOf(const StoredConnection &stored)
{
    return {stored.sealedDataKey, stored.sealed};
}

Secrets openStored(const KeyRing *keys, const StoredConnection &stored, const LoadedPlugin &plugin)
{
    if (stored.sealed.empty())
        return {};
    if (keys == nullptr)
        throw SealError("The host was given no master key, and this connection has secrets. See docs/operations.md.");
    return openSecrets(*keys, ownerOf(stored, plugin), sealedOf(stored));
}

} // namespace

ConnectionRefused::ConnectionRefused(std::vector<Wrong> wrong)
    : std::runtime_error("The connection is not accepted: " + listOf(wrong)), wrong_(std::move(wrong))
{
}

UnknownConnection::UnknownConnection(const std::string &name)
    : std::runtime_error("There is no connection \"" + name +
                         "\". See those that there are with: psa-host connection list")
{
}

/// A connection as it would be after a change, checked.
struct Connections::Prepared
{
    StoredConnection stored; ///< Without the sealed secrets, unless they stay as they are.
    std::shared_ptr<const LoadedPlugin> plugin;
    Object::Ptr values; ///< As the form gives them: complete, with secrets.
    bool secretsChanged = false;

    ConnectionSettings settings() const { return {stored.name, plugin, values}; }
    /// Takes the secrets out of `values` and seals them into `stored`.
    void seal(const KeyRing *keys, const RandomSource &random);
};

void Connections::Prepared::seal(const KeyRing *keys, const RandomSource &random)
{
    Object plain(*values);
    Secrets secrets;
    for (const std::string &field : plugin->forms.configuration.secretFields())
        if (values->has(field))
        {
            secrets.emplace(field, SecretBytes(values->get(field).convert<std::string>()));
            plain.remove(field);
        }
    stored.configurationJson = toText(plain);
    if (!secretsChanged)
        return;
    if (!secrets.empty() && keys == nullptr)
        throw SealError("The host was given no master key, so it cannot store secrets. Make one with: psa-host keys "
                        "generate; docs/operations.md says where to name it.");
    ++stored.secretsVersion;
    const SealedSecrets sealed =
        secrets.empty() ? SealedSecrets{} : sealSecrets(*keys, random, ownerOf(stored, *plugin), secrets);
    stored.sealedDataKey = sealed.dataKey;
    stored.sealed = sealed.fields;
    stored.keyId = sealed.dataKey.empty() ? "" : masterKeyIdOf(sealed.dataKey);
}

Connections::Prepared Connections::prepare(const std::string &name, const Live &before,
                                           const ConnectionInput &input) const
{
    Prepared next;
    if (before)
        next.stored = before->stored;
    next.stored.name = name;
    if (!input.plugin.empty())
        next.stored.plugin = input.plugin;
    std::string why;
    next.plugin = parts_.pick(next.stored.plugin, why);
    if (!next.plugin)
        throw ConnectionRefused({{"plugin", {"plugin", "", why}}});
    const Form &form = next.plugin->forms.configuration;
    const std::vector<std::string> secretFields = form.secretFields();
    const auto isSecret = [&](const std::string &field) {
        return std::find(secretFields.begin(), secretFields.end(), field) != secretFields.end();
    };

    const Object::Ptr base = parseObject(next.stored.configurationJson);
    Object::Ptr after = new Object(*base);
    if (!input.configuration.isNull())
        for (const auto &[field, value] : *input.configuration)
        {
            after->set(field, value);
            next.secretsChanged = next.secretsChanged || isSecret(field);
        }
    std::vector<std::string> storedFields;
    for (const auto &[field, blob] : next.stored.sealed)
        storedFields.push_back(field);
    const bool otherPlugin = before && before->plugin && before->plugin->id != next.plugin->id;
    std::vector<Wrong> wrong;
    if (!storedFields.empty() && !otherPlugin)
    {
        const StoredSecrets judged = judgeStoredSecrets(form, *base, *after, storedFields);
        for (const FieldError &error : judged.missing)
            wrong.push_back({"configuration", error});
        if (judged.kept())
        {
            for (auto &[field, secret] : openStored(parts_.keys, next.stored, *next.plugin))
                if (!after->has(field))
                    after->set(field, std::string(secret.view()));
        }
        else
            next.secretsChanged = true;
    }
    next.secretsChanged = next.secretsChanged || !before || otherPlugin;
    FormResult checked = form.check(*after);
    for (const FieldError &error : checked.errors)
        if (std::none_of(wrong.begin(), wrong.end(), [&](const Wrong &w) { return w.error.field == error.field; }))
            wrong.push_back({"configuration", error});
    const Object::Ptr defaults = input.defaults.isNull() ? parseObject(next.stored.defaultsJson) : input.defaults;
    for (const FieldError &error : checkTicketDefaults(*next.plugin, *defaults))
        wrong.push_back({"defaults", error});
    if (!wrong.empty())
        throw ConnectionRefused(std::move(wrong));
    next.values = checked.values;
    next.stored.defaultsJson = toText(*defaults);
    return next;
}

Connections::Live Connections::activate(const StoredConnection &stored) const
{
    auto live = std::make_shared<LiveConnection>();
    live->stored = stored;
    live->configuration = parseObject(stored.configurationJson);
    live->defaults = parseObject(stored.defaultsJson);
    live->plugin = parts_.pick(stored.plugin, live->trouble);
    if (!live->plugin)
        return live;
    try
    {
        Object values(*live->configuration);
        for (auto &[field, secret] : openStored(parts_.keys, stored, *live->plugin))
            values.set(field, std::string(secret.view()));
        FormResult checked = live->plugin->forms.configuration.check(values);
        for (const FieldError &error : checked.errors)
            live->trouble += (live->trouble.empty() ? "" : "; ") + error.message;
        if (checked.ok())
            live->connection = std::make_shared<Connection>(
                parts_.runtime, ConnectionSettings{stored.name, live->plugin, checked.values}, parts_.log);
    }
    catch (const SealError &error)
    {
        live->trouble = error.what();
    }
    catch (const std::invalid_argument &error)
    {
        live->trouble = error.what();
    }
    return live;
}

void Connections::put(const Live &live)
{
    {
        const std::lock_guard lock(mutex_);
        live_[live->stored.name] = live;
    }
    if (live->connection)
        parts_.ready(live);
}

void Connections::load()
{
    const std::lock_guard changing(changing_);
    for (const StoredConnection &stored :
         parts_.store.read([](const StoreReader &reader) { return reader.connections(); }))
        put(activate(stored));
}

Connections::Live Connections::find(const std::string &name) const
{
    const std::lock_guard lock(mutex_);
    const auto at = live_.find(name);
    return at == live_.end() ? nullptr : at->second;
}

Connections::Live Connections::get(const std::string &name) const
{
    if (auto live = find(name))
        return live;
    throw UnknownConnection(name);
}

std::vector<Connections::Live> Connections::all() const
{
    const std::lock_guard lock(mutex_);
    std::vector<Live> all;
    for (const auto &[name, live] : live_)
        all.push_back(live);
    return all;
}

Connections::Live Connections::add(const std::string &name, const ConnectionInput &input, const std::string &who)
{
    const std::lock_guard changing(changing_);
    if (!isName(name))
        throw ConnectionRefused({{"name",
                                  {"name", "",
                                   "A connection is named with 1 to 100 letters, digits, '-', '_' and "
                                   "'.', not with \"" +
                                       name + "\""}}});
    if (find(name))
        throw ConnectionRefused({{"name",
                                  {"name", "",
                                   "There is a connection \"" + name +
                                       "\" already; change it with: "
                                       "psa-host connection set " +
                                       name}}});
    Prepared next = prepare(name, nullptr, input);
    next.stored.uid = randomUid(parts_.random);
    next.seal(parts_.keys, parts_.random);
    Object detail;
    detail.set("plugin", next.plugin->id + "@" + next.plugin->version);
    const StoredConnection stored = parts_.store.write([&](StoreWriter &writer) {
        writer.appendAudit(entryOf(who, "connection.add", name, detail));
        return writer.addConnection(next.stored);
    });
    Live live = activate(stored);
    put(live);
    return live;
}

Connections::Live Connections::change(const std::string &name, const ConnectionInput &input, const std::string &who)
{
    const std::lock_guard changing(changing_);
    Prepared next = prepare(name, get(name), input);
    next.seal(parts_.keys, parts_.random);
    Object detail;
    detail.set("plugin", next.plugin->id + "@" + next.plugin->version);
    detail.set("secretsChanged", next.secretsChanged);
    const StoredConnection stored = parts_.store.write([&](StoreWriter &writer) {
        writer.appendAudit(entryOf(who, "connection.change", name, detail));
        return writer.updateConnection(next.stored);
    });
    Live live = activate(stored);
    put(live);
    return live;
}

void Connections::remove(const std::string &name, const std::string &who)
{
    const std::lock_guard changing(changing_);
    get(name);
    parts_.store.write([&](StoreWriter &writer) {
        writer.removeConnection(name);
        writer.appendAudit(entryOf(who, "connection.remove", name, Object()));
    });
    {
        const std::lock_guard lock(mutex_);
        live_.erase(name);
    }
    parts_.gone(name);
}

std::size_t Connections::rotateKeys(const std::string &who)
{
    const std::lock_guard changing(changing_);
    std::size_t count = 0;
    for (const Live &live : all())
        count += rewrap(live, who) ? 1 : 0;
    return count;
}

bool Connections::rewrap(const Live &live, const std::string &who)
{
    StoredConnection next = live->stored;
    if (next.sealed.empty())
        return false;
    if (parts_.keys == nullptr || !live->plugin)
        throw SealError("The secrets of " + next.name + " cannot be sealed anew: " +
                        (live->trouble.empty() ? "the host was given no master key" : live->trouble));
    const auto dataKey = rewrapDataKey(*parts_.keys, parts_.random, ownerOf(next, *live->plugin), sealedOf(next));
    if (!dataKey)
        return false;
    Object detail;
    detail.set("from", next.keyId);
    detail.set("to", parts_.keys->active().id);
    next.sealedDataKey = *dataKey;
    next.keyId = parts_.keys->active().id;
    auto rewrapped = std::make_shared<LiveConnection>(*live); // what works goes on to work
    rewrapped->stored = parts_.store.write([&](StoreWriter &writer) {
        writer.appendAudit(entryOf(who, "connection.rewrap", next.name, detail));
        return writer.updateConnection(next);
    });
    const std::lock_guard lock(mutex_);
    live_[next.name] = rewrapped;
    return true;
}

CallOutcome Connections::test(const std::string &name, const CallOptions &options, const std::string &who)
{
    const Live live = get(name);
    if (!live->connection)
        return failed(PSA_UNAVAILABLE, "The connection " + name + " cannot work: " + live->trouble, "");
    CallOutcome outcome = live->connection->test(options);
    noteTest(name, outcome, true, who);
    if (outcome.ok())
        parts_.ready(live);
    return outcome;
}

CallOutcome Connections::testUnsaved(const std::string &name, const ConnectionInput &input, const CallOptions &options,
                                     const std::string &who)
{
    const Prepared next = prepare(name, find(name), input);
    CallOutcome outcome = Connection(parts_.runtime, next.settings(), parts_.log).test(options);
    noteTest(name, outcome, false, who);
    return outcome;
}

void Connections::noteTest(const std::string &name, const CallOutcome &outcome, bool saved, const std::string &who)
{
    Object detail;
    detail.set("saved", saved);
    detail.set("status", outcome.ok() ? "ok" : statusName(outcome.error->status));
    if (!outcome.ok())
        detail.set("message", outcome.error->message);
    parts_.store.write([&](StoreWriter &writer) { writer.appendAudit(entryOf(who, "connection.test", name, detail)); });
}

} // namespace psa::host

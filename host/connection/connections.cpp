#include "host/connection/connections.h"

#include "host/connection/connection_secrets.h"
#include "host/connection/prepared_connection.h"
#include "host/json/json_text.h"
#include "host/plugin/loaded_plugin.h"
#include "host/secrets/sealed_record.h"
#include "host/ticket/transitions.h"

#include <algorithm>
#include <limits>
#include <set>

namespace psa::connection {
namespace {

using Poco::JSON::Object;
using Wrong = ConnectionRefused::Wrong;

constexpr std::size_t uidBytes = 16;
/// For creating and configuring an instance of a new build, which needs no network.
constexpr std::chrono::seconds startTime(5);

std::string listOf(const std::vector<Wrong> &wrong)
{
    std::string text;
    for (const Wrong &each : wrong)
        text += (text.empty() ? "" : "; ") + each.error.message;
    return text;
}

bool isName(const std::string &name)
{
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    };
    return !name.empty() && name.size() <= 100 && name.front() != '.' && std::all_of(name.begin(), name.end(), good);
}

void checkName(const std::string &name)
{
    if (!isName(name))
        throw ConnectionRefused(
            {{"name",
              {"name", "",
               "The name of a connection consists of 1 to 100 letters, digits, '-', '_' and '.'; invalid: \"" + name +
                   "\""}}});
}

/// What a connection consists of, without secrets.
Object comparable(const store::StoredConnection &stored, const Object::Ptr &configuration)
{
    std::string damage; // then it differs
    Object all;
    all.set("plugin", stored.plugin);
    all.set("configuration", configuration.isNull() ? Object::Ptr(new Object) : configuration);
    all.set("ticketDefaults", json::parseStored(stored.defaultsJson, damage));
    all.set("updates", json::parseStored(stored.updatesJson, damage));
    return all;
}

CallOptions byOperator(CallOptions options)
{
    options.despiteRefusal = true;
    return options;
}

/// The company whose label the warnings of tickets use; "" = none.
std::string defaultCompany(const store::StoredConnection &connection)
{
    const auto company = json::parseObject(connection.defaultsJson)->get("company");
    return company.isEmpty() ? "" : company.convert<std::string>();
}

/// Which of the stored documents cannot be read, and what to do; "" = all can. Without them no ticket can be built.
std::string readDocuments(const store::StoredConnection &stored, LiveConnection &live)
{
    std::string damage;
    live.configuration = json::parseStored(stored.configurationJson, damage);
    std::string what = damage.empty() ? "" : "The configuration";
    std::string why = damage;
    live.defaults = json::parseStored(stored.defaultsJson, damage);
    if (!damage.empty())
    {
        what += what.empty() ? "The ticket defaults" : " and the ticket defaults";
        why += (why.empty() ? "" : "; ") + damage;
    }
    return what.empty() ? ""
                        : what + " stored for this connection cannot be read: " + why +
                              ". Enter them again on the page or with psa-host connection set " + stored.name + ".";
}

} // namespace

ConnectionRefused::ConnectionRefused(std::vector<Wrong> wrong)
    : std::runtime_error("The connection is not accepted: " + listOf(wrong)), wrong_(std::move(wrong))
{
}

UnknownConnection::UnknownConnection(const std::string &name)
    : std::runtime_error("There is no connection \"" + name + "\". The list of connections shows all names.")
{
}

PreparedConnection Connections::prepare(const std::string &name, const Live &before, const ConnectionInput &input) const
{
    store::StoredConnection stored = before ? before->stored : store::StoredConnection();
    stored.name = name;
    if (!input.plugin.empty())
        stored.plugin = input.plugin;
    const plugin::BuildChoice choice = parts_.choose(stored.plugin);
    if (!choice.plugin)
        throw ConnectionRefused({{"plugin", {"plugin", "", choice.why}}});
    return prepareConnection(stored, before.get(), choice.plugin, input, parts_.keys);
}

Connections::Live Connections::activate(const store::StoredConnection &stored) const
{
    auto live = std::make_shared<LiveConnection>();
    live->stored = stored;
    live->trouble = readDocuments(stored, *live);
    if (!live->trouble.empty())
        return live;
    const plugin::BuildChoice choice = parts_.choose(stored.plugin);
    live->plugin = choice.plugin;
    live->trouble = choice.why;
    if (choice.kind == plugin::BuildChoice::Kind::several)
        live->trouble += " This connection sends nothing until you select one with: psa-host connection set " +
                         stored.name + " --plugin ID@VERSION";
    if (!live->plugin)
        return live;
    try
    {
        Object values(*live->configuration);
        for (auto &[field, secret] : openConnection(parts_.keys, stored, *live->plugin))
            values.set(field, std::string(secret.view()));
        plugin::FormResult checked = live->plugin->forms.configuration.check(values);
        for (const plugin::FieldError &error : checked.errors)
            live->trouble += (live->trouble.empty() ? "" : "; ") + error.message;
        if (checked.ok())
        {
            live->connection = std::make_shared<Connection>(
                parts_.runtime, ConnectionSettings{stored.name, live->plugin, checked.values}, parts_.log);
            if (const auto test = testFrom(stored.testJson))
                live->connection->login().tested(*test);
        }
    }
    catch (const secrets::SealError &error)
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
    for (const store::StoredConnection &stored :
         parts_.store.read([](const store::StoreReader &reader) { return reader.connections(); }))
        put(activate(stored));
}

void Connections::follow()
{
    const std::lock_guard changing(changing_);
    std::set<std::string> gone;
    for (const Live &live : all())
        gone.insert(live->stored.name);
    for (const store::StoredConnection &stored :
         parts_.store.read([](const store::StoreReader &reader) { return reader.connections(); }))
    {
        gone.erase(stored.name);
        const Live live = find(stored.name);
        const bool same = live && live->stored.uid == stored.uid && live->stored.version == stored.version;
        if (live && live->stored.uid != stored.uid)
            parts_.gone(stored.name);
        if (!same)
            put(activate(stored));
    }
    for (const std::string &name : gone)
        drop(name);
}

void Connections::drop(const std::string &name)
{
    {
        const std::lock_guard lock(mutex_);
        live_.erase(name);
    }
    parts_.gone(name);
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
    checkName(name);
    if (find(name))
        throw ConnectionRefused(
            {{"name",
              {"name", "", "There is a connection \"" + name + "\" already; change it, or choose another name"}}});
    PreparedConnection next = prepare(name, nullptr, input);
    next.stored.uid = secrets::randomHex(parts_.random, uidBytes);
    const std::string test = testJsonOf(next);
    next.seal(parts_.keys, parts_.random);
    Object detail;
    detail.set("plugin", next.plugin->build());
    const store::StoredConnection stored = parts_.store.write([&](store::StoreWriter &writer) {
        writer.appendAudit(store::auditEntry(who, "connection.add", name, json::toText(detail)));
        writer.addConnection(next.stored);
        writer.setTest(name, test);
        writer.requestCompanyLabel(name, defaultCompany(next.stored));
        return writer.connection(name).value();
    });
    Live live = activate(stored);
    put(live);
    return live;
}

std::vector<json::JsonDifference> Connections::differences(const std::string &name, const ConnectionInput &input) const
{
    const Live before = find(name);
    checkName(name);
    const PreparedConnection next = prepare(name, before, input);
    secrets::Secrets stored;
    Object old;
    if (before)
    {
        if (before->plugin)
            stored = openConnection(parts_.keys, before->stored, *before->plugin);
        old = comparable(before->stored, before->configuration);
    }
    Object::Ptr plain = new Object(*next.values);
    std::vector<json::JsonDifference> all;
    for (const std::string &field : next.plugin->forms.configuration.secretFields())
    {
        const auto had = stored.find(field);
        const std::string was = had == stored.end() ? std::string() : std::string(had->second.view());
        if (was != plain->optValue<std::string>(field, ""))
            all.push_back({json::memberPointer("/configuration", field), "", ""});
        plain->remove(field);
    }
    for (json::JsonDifference &each :
         json::diffJson(Object::Ptr(new Object(old)), Object::Ptr(new Object(comparable(next.stored, plain)))))
        all.push_back(std::move(each));
    return all;
}

Connections::Live Connections::change(const std::string &name, const ConnectionInput &input, const std::string &who)
{
    const std::lock_guard changing(changing_);
    PreparedConnection next = prepare(name, get(name), input);
    const std::string test = testJsonOf(next);
    next.seal(parts_.keys, parts_.random);
    Object detail;
    detail.set("plugin", next.plugin->build());
    detail.set("secretsChanged", next.secretsChanged);
    const store::StoredConnection stored = parts_.store.write([&](store::StoreWriter &writer) {
        writer.appendAudit(store::auditEntry(who, "connection.change", name, json::toText(detail)));
        writer.updateConnection(next.stored);
        writer.setTest(name, test);
        writer.requestCompanyLabel(name, defaultCompany(next.stored));
        return writer.connection(name).value();
    });
    Live live = activate(stored);
    put(live);
    return live;
}

std::vector<Connections::Swapped> Connections::followPlugins(const std::string &who)
{
    const std::lock_guard changing(changing_);
    std::vector<Swapped> swapped;
    for (const Live &live : all())
        if (auto one = followPlugin(live, who))
            swapped.push_back(std::move(*one));
    return swapped;
}

std::optional<Connections::Swapped> Connections::followPlugin(const Live &live, const std::string &who)
{
    const std::string &name = live->stored.name;
    const plugin::BuildChoice choice = parts_.choose(live->stored.plugin);
    if (choice.plugin == live->plugin && (choice.plugin || choice.why == live->trouble))
        return {};
    Swapped swapped{name, live->plugin ? live->plugin->build() : "", "", choice.why};
    Live next = activate(live->stored);
    if (next->connection)
    {
        const plugin::CallOutcome outcome = next->connection->start(startTime);
        swapped.trouble = outcome.ok() ? "" : outcome.error->message;
    }
    else if (choice.plugin)
        swapped.trouble = next->trouble;
    if (!swapped.trouble.empty() && live->connection)
        return swapped;
    if (swapped.trouble.empty())
    {
        swapped.to = next->plugin->build();
        Object detail;
        detail.set("from", swapped.from);
        detail.set("to", swapped.to);
        detail.set("sha256", next->plugin->sha256);
        parts_.store.write([&](store::StoreWriter &writer) {
            writer.appendAudit(store::auditEntry(who, "connection.swap", name, json::toText(detail)));
        });
    }
    put(next);
    return swapped;
}

void removeConnection(store::StoreWriter &writer, const std::string &name)
{
    const std::vector<store::ConnectionCounts> counts = writer.counts();
    if (std::any_of(counts.begin(), counts.end(),
                    [&](const auto &each) { return each.connection == name && each.hasOpen(); }))
        throw store::StoreError(
            store::StoreError::Kind::notAllowed,
            "the connection \"" + name +
                "\" has unfinished tickets, notes or changes; wait for them, or discard or link them"
                " first");
    constexpr std::size_t all = std::numeric_limits<std::int32_t>::max();
    for (ticket::StoredTicket &ticket : writer.ticketsToReconcile(name, all))
    {
        ticket::endReconciliation(ticket, writer.now());
        writer.saveTicket(ticket);
    }
    for (ticket::StoredOperation &operation : writer.operationsToReconcile(name, all))
    {
        ticket::endReconciliation(operation, writer.now());
        writer.saveOperation(operation);
    }
    writer.removeConnection(name);
}

void Connections::remove(const std::string &name, const std::string &who)
{
    const std::lock_guard changing(changing_);
    get(name);
    parts_.store.write([&](store::StoreWriter &writer) {
        removeConnection(writer, name);
        writer.appendAudit(store::auditEntry(who, "connection.remove", name, json::toText(Object())));
    });
    drop(name);
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
    store::StoredConnection next = live->stored;
    if (next.sealed.empty())
        return false;
    if (parts_.keys == nullptr || !live->plugin)
        throw secrets::SealError("The secrets of " + next.name + " cannot be encrypted again: " +
                                 (live->trouble.empty() ? "psa-host has no master key" : live->trouble));
    if (!rewrapConnection(*parts_.keys, parts_.random, *live->plugin, next))
        return false;
    Object detail;
    detail.set("from", live->stored.keyId);
    detail.set("to", next.keyId);
    auto rewrapped = std::make_shared<LiveConnection>(*live); // what works continues to work
    rewrapped->stored = parts_.store.write([&](store::StoreWriter &writer) {
        writer.appendAudit(store::auditEntry(who, "connection.rewrap", next.name, json::toText(detail)));
        return writer.updateConnection(next);
    });
    const std::lock_guard lock(mutex_);
    live_[next.name] = rewrapped;
    return true;
}

Connections::Tested Connections::test(const std::string &name, const CallOptions &options, const std::string &who)
{
    const Live live = get(name);
    if (!live->connection)
        return {plugin::failed(PSA_UNAVAILABLE, "The connection " + name + " cannot work: " + live->trouble, ""),
                live->plugin};
    plugin::CallOutcome outcome = live->connection->test(byOperator(options));
    keepTest(live->connection->login(), outcome);
    noteTest(name, outcome, true, who);
    if (outcome.ok())
        parts_.ready(live);
    return {std::move(outcome), live->plugin};
}

Connections::Tested Connections::testUnsaved(const std::string &name, const ConnectionInput &input,
                                             const CallOptions &options, const std::string &who)
{
    const PreparedConnection next = prepare(name, find(name), input);
    Connection connection(parts_.runtime, next.settings(), parts_.log);
    plugin::CallOutcome outcome = connection.test(byOperator(options));
    keepTest(connection.login(), outcome);
    noteTest(name, outcome, false, who);
    return {std::move(outcome), next.plugin};
}

/// Testing values and then saving them counts as a test of the connection.
std::string Connections::testJsonOf(const PreparedConnection &next) const
{
    if (!parts_.runtime.logins)
        return {};
    const auto test = parts_.runtime.logins->of(next.plugin->id, *next.values)->lastTest();
    return test ? toDocument(*test) : "";
}

/// Stores the result for every connection with exactly these credentials.
void Connections::keepTest(Login &login, const plugin::CallOutcome &outcome)
{
    const ConnectionTest test = testOf(outcome, parts_.runtime.clock->wallNow());
    login.tested(test);
    const std::lock_guard changing(changing_);
    parts_.store.write([&](store::StoreWriter &writer) {
        for (const Live &live : all())
            if (live->connection && &live->connection->login() == &login)
                writer.setTest(live->stored.name, toDocument(test));
    });
}

void Connections::noteTest(const std::string &name, const plugin::CallOutcome &outcome, bool saved,
                           const std::string &who)
{
    Object detail;
    detail.set("saved", saved);
    detail.set("status", outcome.ok() ? "ok" : plugin::statusName(outcome.error->status));
    if (!outcome.ok())
        detail.set("message", outcome.error->message);
    parts_.store.write([&](store::StoreWriter &writer) {
        writer.appendAudit(store::auditEntry(who, "connection.test", name, json::toText(detail)));
    });
}

} // namespace psa::connection

#include "host/events/definitions.h"

#include "host/events/psa_values.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/near_words.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <set>

namespace psa::events {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DefinitionKind;
using Wrong = DefinitionRefused::Wrong;

constexpr std::size_t definitionUidBytes = 16;
constexpr std::size_t longestNameBytes = 100;
constexpr std::size_t shownInAudit = 300; ///< Bytes of a value before and after a change.
/// The member of a rule's state that holds the uid of its connection.
constexpr const char *uidMember = "connectionUid";

std::string listOf(const std::vector<Wrong> &wrong)
{
    std::string text;
    for (const Wrong &each : wrong)
        text += (text.empty() ? "" : "; ") + (each.pointer.empty() ? "" : each.pointer + ": ") + each.problem;
    return text;
}

/// The store's limit is in bytes.
void checkName(DefinitionKind kind, const std::string &name)
{
    if (name.size() > longestNameBytes)
        throw DefinitionRefused(kind, {{"/name", "has more than " + std::to_string(longestNameBytes) + " bytes"}});
}

/// The member "ticket" of a rule; nullptr = it makes no tickets.
Object::Ptr ticketOf(const Object &document)
{
    return document.isObject("ticket") ? document.getObject("ticket") : nullptr;
}

std::string uidIn(const std::string &stateJson)
{
    std::string damage; // then it has to be saved again, as if it had none
    return json::parseStored(stateJson, damage)->optValue<std::string>(uidMember, "");
}

Wrong noConnection(const connection::Connections &connections, const std::string &name, const std::string &pointer)
{
    std::vector<std::string> known;
    for (const auto &live : connections.all())
        known.push_back(live->stored.name);
    return {pointer, "there is no connection \"" + json::printableLine(name) + "\"." + json::similarText(name, known)};
}

void take(const ValueFindings &findings, const std::string &pointer, std::vector<Wrong> &wrong,
          std::vector<std::string> &warnings)
{
    for (const ValueFindings::Wrong &each : findings.wrong)
        wrong.push_back({pointer + each.pointer, each.problem});
    for (const std::string &each : findings.warnings)
        if (std::find(warnings.begin(), warnings.end(), each) == warnings.end())
            warnings.push_back(each);
}

/// Runs `parse`, which throws RuleInvalid.
template <class Parse>
auto parsed(DefinitionKind kind, const Parse &parse)
try
{
    return parse();
}
catch (const rules::RuleInvalid &error)
{
    throw DefinitionRefused(kind, {{error.pointer(), error.problem()}});
}

bool takesAll(const rules::Rule &rule)
{
    return rule.conditions.isEmpty() && !rule.during;
}

Array::Ptr changesBetween(const std::string &before, const std::string &after)
{
    std::string damage; // a damaged document is replaced as a whole
    const auto cut = [](const std::string &text) { return std::string(json::cutUtf8(text, shownInAudit)); };
    return json::arrayOf(json::diffJson(json::parseStored(before, damage), json::parseObject(after)),
                         [&](const json::JsonDifference &each) {
                             Object::Ptr change = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
                             change->set("path", each.path);
                             if (!each.before.empty())
                                 change->set("before", cut(each.before));
                             if (!each.after.empty())
                                 change->set("after", cut(each.after));
                             return change;
                         });
}

void audit(store::StoreWriter &writer, DefinitionKind kind, const char *action, const std::string &who,
           const Object &detail)
{
    writer.appendAudit(store::auditEntry(who, std::string(toText(kind)) + "." + action, "", json::toText(detail)));
}

LiveRule liveRule(const store::StoredDefinition &stored)
{
    LiveRule live;
    live.id = stored.id;
    live.name = stored.name;
    live.version = stored.version;
    live.position = stored.position;
    live.connectionUid = uidIn(stored.stateJson);
    try
    {
        const Object::Ptr document = json::parseStored(stored.documentJson, live.damage);
        if (live.damage.empty())
            live.rule = rules::Rule::parse(*document);
    }
    catch (const rules::RuleInvalid &error)
    {
        live.damage = error.what();
    }
    return live;
}

/// Parses the documents of windows or customers; those that cannot be read are added to `damaged`.
template <class Type>
std::vector<Type> readable(const std::vector<store::StoredDefinition> &all, std::vector<DamagedDefinition> &damaged)
{
    std::vector<Type> read;
    for (const store::StoredDefinition &each : all)
    {
        std::string damage;
        try
        {
            const Object::Ptr document = json::parseStored(each.documentJson, damage);
            if (damage.empty())
                read.push_back(Type::parse(*document));
        }
        catch (const rules::RuleInvalid &error)
        {
            damage = error.what();
        }
        if (!damage.empty())
            damaged.push_back({each.kind, each.name, damage});
    }
    return read;
}

/// Leaves out customers whose aliases an earlier one has.
rules::CustomerTable tableOf(const std::vector<rules::Customer> &customers, std::vector<DamagedDefinition> &damaged)
try
{
    return rules::CustomerTable(customers);
}
catch (const rules::RuleInvalid &)
{
    std::vector<rules::Customer> good;
    for (const rules::Customer &each : customers)
    {
        good.push_back(each);
        try
        {
            const rules::CustomerTable tried(good);
        }
        catch (const rules::RuleInvalid &error)
        {
            damaged.push_back({DefinitionKind::customer, each.name, error.what()});
            good.pop_back();
        }
    }
    return rules::CustomerTable(std::move(good));
}

store::StoredDefinition existing(const store::StoreReader &reader, DefinitionKind kind, const std::string &name)
{
    if (auto stored = reader.definition(kind, name))
        return *stored;
    throw UnknownDefinition(kind, name);
}

store::StoreError changedMeanwhile(const store::StoredDefinition &row)
{
    return {store::StoreError::Kind::conflict, std::string("the ") + toText(row.kind) + " \"" + row.name +
                                                   "\" was changed meanwhile: its version is now " +
                                                   std::to_string(row.version) +
                                                   ". Load it again, and repeat your change."};
}

/// The names of all rules in their order, with the new one in its place.
std::vector<std::string> orderWith(const std::vector<LiveRule> &all, const PreparedDefinition &added)
{
    std::vector<std::string> names;
    names.reserve(all.size() + 1);
    for (const LiveRule &each : all)
        names.push_back(each.name);
    const std::size_t place = placeOfNew(all, rules::Rule::parse(*json::parseObject(added.documentJson)));
    names.insert(names.begin() + static_cast<std::ptrdiff_t>(place), added.name);
    return names;
}

} // namespace

std::size_t placeOfNew(const std::vector<LiveRule> &all, const rules::Rule &added)
{
    std::size_t place = all.size();
    while (!takesAll(added) && place > 0 && all[place - 1].damage.empty() && takesAll(all[place - 1].rule))
        --place;
    return place;
}

DefinitionRefused::DefinitionRefused(DefinitionKind kind, std::vector<Wrong> wrong)
    : std::runtime_error(std::string("The ") + toText(kind) + " is not accepted: " + listOf(wrong)), kind_(kind),
      wrong_(std::move(wrong))
{
}

UnknownDefinition::UnknownDefinition(DefinitionKind kind, const std::string &name)
    : std::runtime_error(std::string("There is no ") + toText(kind) + " \"" + json::printableLine(name) +
                         "\". The list shows all names."),
      kind_(kind)
{
}

std::shared_ptr<const Ruleset> Definitions::current() const
{
    const std::lock_guard lock(mutex_);
    return current_;
}

void Definitions::load()
{
    struct Stored
    {
        std::vector<store::StoredDefinition> rules;
        std::vector<store::StoredDefinition> windows;
        std::vector<store::StoredDefinition> customers;
    };
    const Stored stored = parts_.store.read([](const store::StoreReader &reader) {
        return Stored{reader.definitions(DefinitionKind::rule), reader.definitions(DefinitionKind::window),
                      reader.definitions(DefinitionKind::customer)};
    });
    auto next = std::make_shared<Ruleset>();
    for (const store::StoredDefinition &each : stored.rules)
        next->rules.push_back(liveRule(each));
    next->windows = readable<rules::Window>(stored.windows, next->damaged);
    next->customers = tableOf(readable<rules::Customer>(stored.customers, next->damaged), next->damaged);
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
}

void Definitions::prepareRule(const Object &document, const store::StoredDefinition *before,
                              const std::set<std::string> &coming, PreparedDefinition &prepared) const
{
    const rules::Rule rule = parsed(DefinitionKind::rule, [&] { return rules::Rule::parse(document); });
    const Object::Ptr normalized = rule.toJson();
    prepared.name = rule.name;
    prepared.documentJson = json::toText(*normalized);
    prepared.warnings = rule.warnings();
    if (rule.action != rules::RuleAction::ticket)
        return;
    const std::string &name = rule.ticket.connection;
    const auto live = parts_.connections.find(name);
    if (!live && coming.contains(name))
        return;
    if (!live)
        throw DefinitionRefused(DefinitionKind::rule, {noConnection(parts_.connections, name, "/ticket/connection")});
    Object state;
    state.set(uidMember, live->stored.uid);
    prepared.stateJson = json::toText(state);
    const Object::Ptr ticket = ticketOf(*normalized);
    std::string damage;
    if (before != nullptr && uidIn(before->stateJson) == live->stored.uid)
        if (const Object::Ptr old = ticketOf(*json::parseStored(before->documentJson, damage));
            !old.isNull() && json::jsonText(old) == json::jsonText(ticket))
            return;
    std::vector<Wrong> wrong;
    take(checkTicketSection(*live, *ticket), "/ticket", wrong, prepared.warnings);
    if (!wrong.empty())
        throw DefinitionRefused(DefinitionKind::rule, std::move(wrong));
}

void Definitions::prepareCustomer(const Object &document, const store::StoredDefinition *before,
                                  const std::set<std::string> &coming, PreparedDefinition &prepared) const
{
    const rules::Customer customer = parsed(DefinitionKind::customer, [&] { return rules::Customer::parse(document); });
    prepared.name = customer.name;
    prepared.documentJson = json::toText(*customer.toJson());
    prepared.warnings = customer.warnings();
    std::string damage;
    const Object::Ptr old = json::parseStored(before == nullptr ? "" : before->documentJson, damage);
    const Object::Ptr known = old->isObject("companies") ? old->getObject("companies") : Object::Ptr(new Object);
    std::vector<Wrong> wrong;
    for (const auto &[connection, company] : customer.companies)
    {
        const std::string pointer = json::memberPointer("/companies", connection);
        if (known->optValue<std::string>(connection, "") == company)
            continue;
        if (const auto live = parts_.connections.find(connection))
            take(checkCompany(*live, company, pointer), "", wrong, prepared.warnings);
        else if (!coming.contains(connection))
            wrong.push_back(noConnection(parts_.connections, connection, pointer));
    }
    if (!wrong.empty())
        throw DefinitionRefused(DefinitionKind::customer, std::move(wrong));
}

PreparedDefinition Definitions::prepare(DefinitionKind kind, const Object &document,
                                        const store::StoredDefinition *before,
                                        const std::set<std::string> &coming) const
{
    PreparedDefinition prepared;
    prepared.kind = kind;
    if (kind == DefinitionKind::rule)
        prepareRule(document, before, coming, prepared);
    else if (kind == DefinitionKind::customer)
        prepareCustomer(document, before, coming, prepared);
    else
    {
        const rules::Window window = parsed(kind, [&] { return rules::Window::parse(document); });
        prepared.name = window.name;
        prepared.documentJson = json::toText(*window.toJson());
        prepared.warnings = window.warnings();
    }
    checkName(kind, prepared.name);
    return prepared;
}

void Definitions::settleCustomers(store::StoreWriter &writer, const std::string &changed)
{
    std::vector<DamagedDefinition> damaged; // they are not used
    std::vector<rules::Customer> all = readable<rules::Customer>(writer.definitions(DefinitionKind::customer), damaged);
    // An error of the table points into the last of those that conflict.
    std::stable_partition(all.begin(), all.end(), [&](const rules::Customer &each) { return each.name != changed; });
    const rules::CustomerTable table =
        parsed(DefinitionKind::customer, [&] { return rules::CustomerTable(std::move(all)); });
    for (const store::UnknownCustomer &each : writer.unknownCustomers(store::StoreWriter::maxUnknownCustomers))
        if (table.find(each.source, {each.id, each.name}) != nullptr)
            writer.forgetUnknownCustomer(each.source, each.id, each.name);
}

store::StoredDefinition Definitions::insert(store::StoreWriter &writer, const PreparedDefinition &prepared,
                                            const std::string &uid, const std::string &who)
{
    store::StoredDefinition row;
    row.kind = prepared.kind;
    row.uid = uid;
    row.name = prepared.name;
    row.documentJson = prepared.documentJson;
    row.stateJson = prepared.stateJson;
    const store::StoredDefinition stored = writer.addDefinition(row, who);
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    detail.set("name", prepared.name);
    audit(writer, prepared.kind, "add", who, detail);
    return stored;
}

store::StoredDefinition Definitions::update(store::StoreWriter &writer, const store::StoredDefinition &before,
                                            const PreparedDefinition &prepared, const std::string &who)
{
    const bool sameState = before.stateJson == prepared.stateJson;
    if (sameState && before.documentJson == prepared.documentJson)
        return before;
    store::StoredDefinition row = before;
    row.name = prepared.name;
    row.documentJson = prepared.documentJson;
    row.stateJson = prepared.stateJson;
    store::StoredDefinition stored = writer.updateDefinition(row, who);
    if (!sameState)
        writer.setDefinitionState(prepared.kind, stored.id, prepared.stateJson);
    stored.stateJson = prepared.stateJson;
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    detail.set("name", before.name);
    detail.set("version", stored.version);
    detail.set("changes", changesBetween(before.documentJson, prepared.documentJson));
    audit(writer, prepared.kind, "change", who, detail);
    return stored;
}

void Definitions::erase(store::StoreWriter &writer, DefinitionKind kind, const std::string &name,
                        const std::string &who)
{
    existing(writer, kind, name);
    writer.removeDefinition(kind, name);
    Object detail;
    detail.set("name", name);
    audit(writer, kind, "remove", who, detail);
}

void Definitions::reorder(store::StoreWriter &writer, const std::vector<std::string> &names, const std::string &who)
{
    const std::vector<store::StoredDefinition> all = writer.definitions(DefinitionKind::rule);
    std::vector<std::string> before;
    before.reserve(all.size());
    for (const store::StoredDefinition &each : all)
        before.push_back(each.name);
    if (before == names)
        return;
    std::set<std::string> known(before.begin(), before.end());
    for (std::size_t i = 0; i < names.size(); ++i)
        if (known.erase(names[i]) == 0)
            throw DefinitionRefused(
                DefinitionKind::rule,
                {{"/names/" + std::to_string(i), "there is no rule \"" + names[i] + "\", or it is named twice"}});
    if (!known.empty())
        throw DefinitionRefused(DefinitionKind::rule,
                                {{"/names", "the rule \"" + *known.begin() + "\" is missing: name every rule once"}});
    writer.setRuleOrder(names);
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    detail.set("before", json::arrayOf(before));
    detail.set("after", json::arrayOf(names));
    audit(writer, DefinitionKind::rule, "order", who, detail);
}

std::string Definitions::newUid() const
{
    return secrets::randomHex(parts_.random, definitionUidBytes);
}

SavedDefinition Definitions::add(DefinitionKind kind, const Object &document, const std::string &who)
{
    const PreparedDefinition prepared = prepare(kind, document);
    const auto lock = lockChanges();
    const std::string uid = newUid();
    const std::vector<std::string> order =
        kind == DefinitionKind::rule ? orderWith(current()->rules, prepared) : std::vector<std::string>();
    SavedDefinition saved{parts_.store.write([&](store::StoreWriter &writer) {
                              const auto stored = insert(writer, prepared, uid, who);
                              if (!order.empty())
                                  writer.setRuleOrder(order);
                              if (kind == DefinitionKind::customer)
                                  settleCustomers(writer, prepared.name);
                              return existing(writer, kind, stored.name);
                          }),
                          prepared.warnings};
    load();
    return saved;
}

SavedDefinition Definitions::change(DefinitionKind kind, const std::string &name, const Object &document,
                                    std::optional<std::int64_t> version, const std::string &who)
{
    const store::StoredDefinition before =
        parts_.store.read([&](const store::StoreReader &reader) { return existing(reader, kind, name); });
    const PreparedDefinition prepared = prepare(kind, document, &before);
    const auto lock = lockChanges();
    SavedDefinition saved{parts_.store.write([&](store::StoreWriter &writer) {
                              const store::StoredDefinition row = existing(writer, kind, name);
                              if (version && *version != row.version)
                                  throw changedMeanwhile(row);
                              auto stored = update(writer, row, prepared, who);
                              if (kind == DefinitionKind::customer)
                                  settleCustomers(writer, prepared.name);
                              return stored;
                          }),
                          prepared.warnings};
    load();
    return saved;
}

void Definitions::remove(DefinitionKind kind, const std::string &name, const std::string &who)
{
    const auto lock = lockChanges();
    parts_.store.write([&](store::StoreWriter &writer) { erase(writer, kind, name, who); });
    load();
}

void Definitions::order(const std::vector<std::string> &names, const std::string &who)
{
    const auto lock = lockChanges();
    parts_.store.write([&](store::StoreWriter &writer) { reorder(writer, names, who); });
    load();
}

} // namespace psa::events

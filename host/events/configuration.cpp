#include "host/events/configuration.h"

#include "host/events/source_settings.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace psa::events {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DefinitionKind;
using What = ConfigurationChange::What;
using WrongPlace = ConfigurationRefused::Wrong;

constexpr const char *signatureMember = "signatureSecret";

std::string listOfWrong(const std::vector<WrongPlace> &wrong)
{
    std::string text;
    for (const WrongPlace &each : wrong)
        text += (text.empty() ? "" : "; ") + (each.pointer.empty() ? "" : each.pointer + ": ") + each.problem;
    return text;
}

/// An entry of one of the lists.
struct Entry
{
    std::string name;
    std::string pointer; ///< "/rules/2".
    Object::Ptr document;
};

/// The list `member` of the configuration; nullopt = it is missing.
std::optional<std::vector<Entry>> entriesIn(const Object &configuration, const std::string &member)
{
    if (!configuration.has(member) || configuration.isNull(member))
        return std::nullopt;
    const Array::Ptr list = configuration.isArray(member) ? configuration.getArray(member) : nullptr;
    if (list.isNull())
        throw ConfigurationRefused({{"/" + member, "must be a list"}});
    std::vector<Entry> entries;
    std::set<std::string> names;
    for (unsigned i = 0; i < list->size(); ++i)
    {
        Entry entry{"", "/" + member + "/" + std::to_string(i), list->isObject(i) ? list->getObject(i) : nullptr};
        if (entry.document.isNull())
            throw ConfigurationRefused({{entry.pointer, "must be an object"}});
        if (!entry.document->has("name") || !entry.document->get("name").isString())
            throw ConfigurationRefused({{entry.pointer + "/name", "is missing"}});
        entry.name = entry.document->getValue<std::string>("name");
        if (!names.insert(entry.name).second)
            throw ConfigurationRefused({{entry.pointer + "/name", "is there twice: \"" + entry.name + "\""}});
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// `{"stored": true}`, in the place of a secret.
bool isPlaceholder(const Var &value)
{
    return value.type() == typeid(Object::Ptr) && value.extract<Object::Ptr>()->size() == 1 &&
           value.extract<Object::Ptr>()->optValue("stored", false);
}

Object::Ptr placeholder()
{
    Object::Ptr stored = new Object;
    stored->set("stored", true);
    return stored;
}

const std::string noSecret = R"(the secret is not in the file: write {"file": "/path"} or {"env": "NAME"})";

/// Differences between two documents of definitions.
std::vector<json::JsonDifference> differencesOf(const std::string &before, const std::string &after)
{
    std::string damage; // then everything differs
    return json::diffJson(json::parseStored(before, damage), json::parseObject(after));
}

json::JsonDifference secretDiffers(const std::string &path)
{
    return {path, "", ""};
}

/// Whether `entries` has this name.
bool has(const std::vector<Entry> &entries, const std::string &name)
{
    return std::any_of(entries.begin(), entries.end(), [&](const Entry &each) { return each.name == name; });
}

/// The order of the rules `before`, with the `listed` ones among them in their new order, and new ones behind those that
/// precede them in the list. `placeOfFirst`: of the first new one if none that exists is listed.
std::vector<std::string> mergedOrder(const std::vector<std::string> &before, const std::vector<std::string> &listed,
                                     std::size_t placeOfFirst)
{
    const std::set<std::string> existing(before.begin(), before.end());
    const std::set<std::string> wanted(listed.begin(), listed.end());
    std::vector<std::string> moved;
    std::copy_if(listed.begin(), listed.end(), std::back_inserter(moved),
                 [&](const std::string &each) { return existing.contains(each); });
    std::vector<std::string> order = before;
    auto next = moved.begin();
    for (std::string &each : order)
        if (wanted.contains(each))
            each = *next++;
    for (std::size_t i = 0; i < listed.size(); ++i)
        if (!existing.contains(listed[i]))
        {
            auto place = order.begin() + static_cast<std::ptrdiff_t>(std::min(placeOfFirst, order.size()));
            if (i > 0)
                place = std::next(std::find(order.begin(), order.end(), listed[i - 1]));
            else if (!moved.empty())
                place = std::find(order.begin(), order.end(), moved.front());
            order.insert(place, listed[i]);
        }
    return order;
}

} // namespace

ConfigurationRefused::ConfigurationRefused(std::vector<Wrong> wrong)
    : std::runtime_error("The configuration is not accepted, and nothing was changed: " + listOfWrong(wrong)),
      wrong_(std::move(wrong))
{
}

const char *toText(ConfigurationChange::What what)
{
    static constexpr std::array names = {"add", "change", "remove", "order"};
    return names.at(static_cast<std::size_t>(what));
}

/// What has to be done to apply one configuration.
class Configuration::Plan
{
public:
    Plan(const Parts &parts, const Object &document) : parts_(parts)
    {
        static const std::set<std::string> known = {"connections", "sources", "rules", "windows", "customers", "prune"};
        for (const std::string &name : document.getNames())
            if (!known.contains(name))
                throw ConfigurationRefused(
                    {{"/" + name, "is not known; known are connections, sources, rules, windows, "
                                  "customers and prune"}});
        prune_ = document.optValue("prune", false);
        connections_ = entriesIn(document, "connections");
        sources_ = entriesIn(document, "sources");
        for (const auto &[kind, member] :
             {std::pair(DefinitionKind::window, "windows"), std::pair(DefinitionKind::customer, "customers"),
              std::pair(DefinitionKind::rule, "rules")})
            if (auto entries = entriesIn(document, member))
                definitions_.emplace_back(kind, std::move(*entries));
    }

    /// Finds what differs in connections.
    void planConnections()
    {
        for (const Entry &entry : connections_.value_or(std::vector<Entry>()))
        {
            collect(entry.pointer, [&] { planConnection(entry); });
            coming_.insert(entry.name);
        }
        if (connections_ && prune_)
            for (const auto &live : parts_.connections.all())
                if (!has(*connections_, live->stored.name))
                    removedConnections_.push_back(live->stored.name);
        refuseIfWrong();
    }

    bool changesConnections() const { return !changedConnections_.empty(); }

    void changeConnections(const std::string &who)
    {
        for (const auto &[name, input] : changedConnections_)
            if (parts_.connections.find(name))
                parts_.connections.change(name, input, who);
            else
                parts_.connections.add(name, input, who);
    }

    /// Finds what differs in everything else.
    void planDefinitions(bool dryRun)
    {
        for (const Entry &entry : sources_.value_or(std::vector<Entry>()))
            collect(entry.pointer, [&] { planSource(entry); });
        if (sources_ && prune_)
            for (const auto &live : parts_.sources.all())
                if (!has(*sources_, live->stored.name))
                    remove("source", live->stored.name);
        for (const auto &[kind, entries] : definitions_)
            planKind(kind, entries, dryRun);
        refuseIfWrong();
    }

    void writeDefinitions(const std::string &who)
    {
        if (!hasDefinitions())
            return;
        std::vector<std::string> uids;
        for (std::size_t i = 0; i < prepared_.size(); ++i)
            uids.push_back(parts_.definitions.newUid());
        parts_.store.write([&](store::StoreWriter &writer) { write(writer, uids, who); });
        parts_.definitions.load();
        parts_.sources.load();
    }

    void removeConnections(const std::string &who)
    {
        for (const std::string &name : removedConnections_)
            parts_.connections.remove(name, who);
    }

    ConfigurationResult result(bool applied)
    {
        for (const std::string &name : removedConnections_)
            result_.changes.push_back({"connection", name, What::remove, {}});
        result_.applied = applied;
        return std::move(result_);
    }

private:
    struct PreparedEntry
    {
        PreparedDefinition prepared;
        std::optional<store::StoredDefinition> before; ///< nullopt = it is new.
    };

    /// Runs `work`, whose errors are about the entry at `pointer`; they are reported together.
    template <class Work>
    void collect(const std::string &pointer, const Work &work)
    try
    {
        work();
    }
    catch (const DefinitionRefused &error)
    {
        for (const DefinitionRefused::Wrong &each : error.wrong())
            wrong_.push_back({pointer + each.pointer, each.problem});
    }
    catch (const SourceInvalid &error)
    {
        wrong_.push_back({pointer + error.pointer(), error.problem()});
    }
    catch (const connection::ConnectionRefused &error)
    {
        for (const auto &each : error.wrong())
        {
            const std::string section = each.section == "defaults" ? "ticketDefaults" : each.section;
            const bool isMember = section == "plugin" || section == "name";
            wrong_.push_back({pointer + "/" + section + (isMember ? "" : "/" + each.error.field), each.error.message});
        }
    }
    catch (const ConfigurationRefused &error)
    {
        wrong_.insert(wrong_.end(), error.wrong().begin(), error.wrong().end());
    }

    void refuseIfWrong()
    {
        if (!wrong_.empty())
            throw ConfigurationRefused(std::move(wrong_));
    }

    /// The member `name` of a connection as an object; nullptr if it is missing.
    static Object::Ptr section(const Entry &entry, const char *name)
    {
        if (!entry.document->has(name) || entry.document->isNull(name))
            return nullptr;
        if (!entry.document->isObject(name))
            throw ConfigurationRefused({{entry.pointer + "/" + name, "must be an object"}});
        return entry.document->getObject(name);
    }

    /// What is entered for a connection: a section that is given replaces all of the stored one, except for secrets.
    static connection::ConnectionInput inputOf(const Entry &entry, const connection::LiveConnection *before)
    {
        static const std::set<std::string> known = {"name", "plugin", "configuration", "ticketDefaults", "updates"};
        for (const std::string &name : entry.document->getNames())
            if (!known.contains(name))
                throw ConfigurationRefused({{entry.pointer + "/" + name, "is not known"}});
        connection::ConnectionInput input;
        input.plugin = entry.document->optValue<std::string>("plugin", "");
        input.defaults = section(entry, "ticketDefaults");
        input.updates = section(entry, "updates");
        const Object::Ptr given = section(entry, "configuration");
        if (given.isNull())
            return input;
        input.configuration = new Object;
        if (before != nullptr && !before->configuration.isNull())
            for (const std::string &field : before->configuration->getNames())
                input.configuration->set(field, Var());
        for (const auto &[field, value] : *given)
            if (!isPlaceholder(value))
                input.configuration->set(field, value);
            else if (before == nullptr || !before->stored.sealed.contains(field))
                throw ConfigurationRefused({{json::memberPointer(entry.pointer + "/configuration", field), noSecret}});
        return input;
    }

    void planConnection(const Entry &entry)
    {
        const auto before = parts_.connections.find(entry.name);
        const connection::ConnectionInput input = inputOf(entry, before.get());
        auto fields = parts_.connections.differences(entry.name, input);
        if (before && fields.empty())
            return;
        result_.changes.push_back({"connection", entry.name, before ? What::change : What::add,
                                   before ? std::move(fields) : decltype(fields)()});
        changedConnections_.emplace_back(entry.name, input);
    }

    void planSource(const Entry &entry)
    {
        const Sources::Live before = parts_.sources.find(entry.name);
        Object::Ptr document = new Object(*entry.document);
        std::optional<std::string> signature;
        std::vector<json::JsonDifference> fields;
        if (document->has(signatureMember))
        {
            const Var given = document->get(signatureMember);
            document->remove(signatureMember);
            const bool isStored = before && before->signatureKey;
            if (isPlaceholder(given) && !isStored)
                throw ConfigurationRefused({{entry.pointer + "/" + signatureMember, noSecret}});
            if (!isPlaceholder(given) && !given.isEmpty())
                signature = given.convert<std::string>();
            if (signature && isStored && *before->signatureKey == *signature)
                signature.reset();
            if (signature)
                fields.push_back(secretDiffers(std::string("/") + signatureMember));
        }
        Sources::Prepared prepared = parts_.sources.prepare(*document, before, signature);
        if (before)
            for (json::JsonDifference &each :
                 differencesOf(before->stored.documentJson, prepared.definition.documentJson))
                fields.push_back(std::move(each));
        if (before && fields.empty())
            return;
        result_.changes.push_back({"source", entry.name, before ? What::change : What::add, std::move(fields)});
        if (!before)
            result_.warnings.push_back("The source \"" + entry.name +
                                       "\" has no token yet. Create one with: psa-host source token " + entry.name);
        preparedSources_.push_back(std::move(prepared));
    }

    void planKind(DefinitionKind kind, const std::vector<Entry> &entries, bool dryRun)
    {
        const auto stored =
            parts_.store.read([&](const store::StoreReader &reader) { return reader.definitions(kind); });
        for (const Entry &entry : entries)
            collect(entry.pointer, [&] { planDefinition(kind, entry, stored, dryRun); });
        if (prune_)
            for (const store::StoredDefinition &each : stored)
                if (!has(entries, each.name))
                    remove(toText(kind), each.name);
        if (kind == DefinitionKind::rule)
            planOrder(stored, entries);
    }

    void planDefinition(DefinitionKind kind, const Entry &entry, const std::vector<store::StoredDefinition> &stored,
                        bool dryRun)
    {
        const auto at = std::find_if(stored.begin(), stored.end(),
                                     [&](const store::StoredDefinition &each) { return each.name == entry.name; });
        PreparedEntry one;
        if (at != stored.end())
            one.before = *at;
        one.prepared = parts_.definitions.prepare(kind, *entry.document, one.before ? &*one.before : nullptr,
                                                  dryRun ? coming_ : std::set<std::string>());
        for (const std::string &each : one.prepared.warnings)
            result_.warnings.push_back(entry.name + ": " + each);
        std::vector<json::JsonDifference> fields;
        if (one.before)
            fields = differencesOf(one.before->documentJson, one.prepared.documentJson);
        const bool rebinds = one.before && one.before->stateJson != one.prepared.stateJson;
        if (one.before && fields.empty() && !rebinds)
            return;
        if (rebinds && fields.empty())
            fields.push_back({"/ticket/connection", "", ""}); // made again under its name
        result_.changes.push_back({toText(kind), entry.name, one.before ? What::change : What::add, std::move(fields)});
        prepared_.push_back(std::move(one));
    }

    void planOrder(const std::vector<store::StoredDefinition> &stored, const std::vector<Entry> &entries)
    {
        std::vector<std::string> before;
        before.reserve(stored.size());
        for (const store::StoredDefinition &each : stored)
            before.push_back(each.name);
        std::vector<std::string> listed;
        listed.reserve(entries.size());
        for (const Entry &each : entries)
            listed.push_back(each.name);
        order_ = prune_ ? listed : mergedOrder(before, listed, placeOfFirst(entries));
        // What is only added or removed is not a change of the order.
        const std::set<std::string> old(before.begin(), before.end());
        const std::set<std::string> now(order_.begin(), order_.end());
        std::erase_if(before, [&](const std::string &each) { return !now.contains(each); });
        std::vector<std::string> kept = order_;
        std::erase_if(kept, [&](const std::string &each) { return !old.contains(each); });
        if (before != kept)
            result_.changes.push_back(
                {"rule",
                 "",
                 What::order,
                 {{"", json::jsonText(json::arrayOf(before)), json::jsonText(json::arrayOf(kept))}}});
    }

    /// Where the first entry belongs if it is new. What is wrong with it is found elsewhere.
    std::size_t placeOfFirst(const std::vector<Entry> &entries) const
    try
    {
        const auto current = parts_.definitions.current();
        return entries.empty() ? 0 : placeOfNew(current->rules, rules::Rule::parse(*entries.front().document));
    }
    catch (const rules::RuleInvalid &)
    {
        return 0;
    }

    void remove(const std::string &kind, const std::string &name)
    {
        result_.changes.push_back({kind, name, What::remove, {}});
    }

    bool hasDefinitions() const
    {
        return std::any_of(result_.changes.begin(), result_.changes.end(),
                           [](const ConfigurationChange &each) { return each.kind != "connection"; });
    }

    void write(store::StoreWriter &writer, const std::vector<std::string> &uids, const std::string &who) const
    {
        for (const ConfigurationChange &each : result_.changes)
            if (each.what == What::remove && each.kind == "source")
                Sources::remove(writer, each.name, who);
            else if (each.what == What::remove && each.kind != "connection")
                Definitions::erase(writer, kindOf(each.kind), each.name, who);
        for (const Sources::Prepared &each : preparedSources_)
            Sources::save(writer, each, who);
        std::string customer;
        for (std::size_t i = 0; i < prepared_.size(); ++i)
        {
            const PreparedEntry &each = prepared_[i];
            if (each.before)
                Definitions::update(writer, *each.before, each.prepared, who);
            else
                Definitions::insert(writer, each.prepared, uids[i], who);
            if (each.prepared.kind == DefinitionKind::customer)
                customer = each.prepared.name;
        }
        if (!order_.empty())
            Definitions::reorder(writer, order_, who);
        if (!customer.empty())
            Definitions::settleCustomers(writer, customer);
    }

    static DefinitionKind kindOf(const std::string &kind)
    {
        return kind == "rule"     ? DefinitionKind::rule
               : kind == "window" ? DefinitionKind::window
                                  : DefinitionKind::customer;
    }

    const Parts &parts_;
    bool prune_ = false;
    std::optional<std::vector<Entry>> connections_;
    std::optional<std::vector<Entry>> sources_;
    std::vector<std::pair<DefinitionKind, std::vector<Entry>>> definitions_;

    std::set<std::string> coming_; ///< Connections that the configuration has.
    std::vector<std::pair<std::string, connection::ConnectionInput>> changedConnections_;
    std::vector<std::string> removedConnections_;
    std::vector<Sources::Prepared> preparedSources_;
    std::vector<PreparedEntry> prepared_;
    std::vector<std::string> order_; ///< Of all rules; empty = it stays.
    std::vector<WrongPlace> wrong_;
    ConfigurationResult result_;
};

ConfigurationResult Configuration::apply(const Object &document, bool dryRun, const std::string &who)
{
    const auto lock = parts_.definitions.lockChanges();
    Plan plan(parts_, document);
    plan.planConnections();
    if (dryRun)
    {
        plan.planDefinitions(true);
        return plan.result(false);
    }
    if (plan.changesConnections())
    {
        // What is wrong anyway is found before the connections are changed.
        Plan tried(parts_, document);
        tried.planConnections();
        tried.planDefinitions(true);
        plan.changeConnections(who);
    }
    plan.planDefinitions(false);
    plan.writeDefinitions(who);
    plan.removeConnections(who);
    return plan.result(true);
}

namespace {

Array::Ptr documentsOf(const store::StoreReader &reader, DefinitionKind kind)
{
    return json::arrayOf(reader.definitions(kind), [](const store::StoredDefinition &each) {
        std::string damage;
        Object::Ptr document = json::parseStored(each.documentJson, damage);
        document->set("name", each.name);
        return document;
    });
}

Object::Ptr connectionDocument(const connection::LiveConnection &live)
{
    Object::Ptr document = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    document->set("name", live.stored.name);
    document->set("plugin", live.stored.plugin);
    Object::Ptr configuration =
        live.configuration.isNull() ? Object::Ptr(new Object) : Object::Ptr(new Object(*live.configuration));
    for (const auto &[field, sealed] : live.stored.sealed)
        configuration->set(field, placeholder());
    document->set("configuration", configuration);
    document->set("ticketDefaults", live.defaults.isNull() ? Object::Ptr(new Object) : live.defaults);
    std::string damage;
    document->set("updates", json::parseStored(live.stored.updatesJson, damage));
    return document;
}

Object::Ptr sourceDocument(const LiveSource &live)
{
    std::string damage;
    Object::Ptr document = json::parseStored(live.stored.documentJson, damage);
    document->set("name", live.stored.name);
    if (live.signatureKey)
        document->set(signatureMember, placeholder());
    return document;
}

} // namespace

Object::Ptr Configuration::current() const
{
    Object::Ptr all = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    all->set("connections",
             json::arrayOf(parts_.connections.all(), [](const auto &live) { return connectionDocument(*live); }));
    all->set("sources", json::arrayOf(parts_.sources.all(), [](const auto &live) { return sourceDocument(*live); }));
    parts_.store.read([&](const store::StoreReader &reader) {
        all->set("rules", documentsOf(reader, DefinitionKind::rule));
        all->set("windows", documentsOf(reader, DefinitionKind::window));
        all->set("customers", documentsOf(reader, DefinitionKind::customer));
    });
    return all;
}

} // namespace psa::events

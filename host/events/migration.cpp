#include "host/events/migration.h"

#include "host/events/episode.h"
#include "host/events/rules/rule.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"
#include "host/plugin/request_fields.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <map>
#include <set>

namespace psa::events {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DefinitionKind;

constexpr std::size_t longestMigratedName = 100; ///< Bytes, as in the store.
constexpr std::size_t mostRules = 60; ///< For one connection; a larger table loses its values, with a warning.
constexpr const char *migrating = "migration";
const std::string labelPrefix = "label:";
const std::string annotationPrefix = "annotation:";

/// A field of release 0.1's mapping.
struct LegacyField
{
    std::string name;
    std::vector<std::string> from; ///< "label:NAME" or "annotation:NAME".
    std::map<std::string, std::string> values;
    std::string fallback;
};

std::vector<LegacyField> fieldsOf(const Object &mapping)
{
    std::vector<LegacyField> fields;
    if (!mapping.isObject("fields"))
        return fields;
    for (const auto &[name, value] : *mapping.getObject("fields"))
    {
        if (value.type() != typeid(Object::Ptr))
            continue;
        const Object::Ptr object = value.extract<Object::Ptr>();
        LegacyField field{name, {}, {}, object->optValue<std::string>("default", "")};
        const Array::Ptr from = object->getArray("from");
        for (unsigned i = 0; !from.isNull() && i < from->size(); ++i)
            field.from.push_back(from->getElement<std::string>(i));
        if (object->isObject("values"))
            for (const auto &[given, translated] : *object->getObject("values"))
                field.values[given] = translated.convert<std::string>();
        fields.push_back(std::move(field));
    }
    return fields;
}

/// What the events of the source call it; "" = they do not have it.
std::string valueName(const std::string &from)
{
    if (from.starts_with(labelPrefix))
        return "labels." + from.substr(labelPrefix.size());
    const std::string annotation = from.substr(annotationPrefix.size());
    return annotation == "summary" ? "title" : annotation == "description" ? "text" : "";
}

std::string quotedForMatcher(const std::string &text)
{
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' || c == '\\' ? std::string("\\") + c : c == '\n' ? std::string("\\n") : std::string(1, c);
    return quoted + '"';
}

/// Translates the mapping of one connection.
class Translation
{
public:
    Translation(std::string connection, std::string source, std::string defaultCompany)
        : connection_(std::move(connection)), source_(std::move(source)), defaultCompany_(std::move(defaultCompany))
    {
    }

    MigratedRules translate(const std::vector<LegacyField> &fields)
    {
        for (const LegacyField &field : fields)
            take(field);
        std::vector<std::size_t> chosen(tables_.size(), 0);
        for (;;)
        {
            result_.rules.push_back(rule(chosen));
            // Like the digits of a number, so that the fallback of each table comes after its values.
            std::size_t at = tables_.size();
            while (at > 0 && ++chosen[at - 1] > tables_[at - 1].values.size())
                chosen[--at] = 0;
            if (at == 0)
                return std::move(result_);
        }
    }

private:
    struct Value
    {
        Object::Ptr condition;
        std::string text;
    };
    struct Table
    {
        std::string field;
        std::vector<Value> values;
        std::string fallback;
    };

    void warn(const std::string &field, const std::string &problem)
    {
        result_.warnings.push_back("The alert mapping of " + connection_ + " for the field \"" + field + "\" " +
                                   problem);
    }

    void take(const LegacyField &field)
    {
        std::vector<std::string> names;
        for (const std::string &from : field.from)
            if (const std::string name = valueName(from); !name.empty())
                names.push_back(name);
            else
                warn(field.name,
                     "uses " + from + ", which events do not have. Add it in the rule from a label instead.");
        if (field.values.empty() || names.empty())
            plain_[field.name] = templateOf(names, field.fallback, field.values.empty());
        else if (ruleCount_ * (field.values.size() + 1) <= mostRules)
        {
            ruleCount_ *= field.values.size() + 1;
            tables_.push_back(tableOf(field, names));
        }
        else
        {
            warn(field.name,
                 "has too many values to become rules. The rule has its default only: add rules for the values "
                 "that you need.");
            plain_[field.name] = field.fallback;
        }
    }

    /// The first of the values that is set, otherwise `fallback`.
    static std::string templateOf(const std::vector<std::string> &names, const std::string &fallback, bool inserts)
    {
        std::string text = fallback;
        for (auto name = names.rbegin(); inserts && name != names.rend(); ++name)
            text =
                "{{#" + *name + "}}{{" + *name + "}}{{/" + *name + "}}{{^" + *name + "}}" + text + "{{/" + *name + "}}";
        return text;
    }

    /// The value that is set first decides, even if it is not in the table.
    static Table tableOf(const LegacyField &field, const std::vector<std::string> &names)
    {
        Table table{field.name, {}, field.fallback};
        for (const auto &[from, to] : field.values)
        {
            Array::Ptr any = new Array;
            for (std::size_t i = 0; i < names.size(); ++i)
            {
                Array::Ptr all = new Array;
                for (std::size_t before = 0; before < i; ++before)
                    all->add(names[before] + "=\"\"");
                all->add(names[i] + "=" + quotedForMatcher(from));
                Object::Ptr group = new Object;
                group->set("all", all);
                any->add(group);
            }
            Object::Ptr condition = new Object;
            condition->set("any", any);
            table.values.push_back({condition, to});
        }
        return table;
    }

    /// The rule for these values of the tables; the number of values = the fallback.
    Object::Ptr rule(const std::vector<std::size_t> &chosen)
    {
        Array::Ptr all = new Array;
        all->add("source=" + quotedForMatcher(source_));
        std::map<std::string, std::string> fields = plain_;
        std::string suffix;
        for (std::size_t i = 0; i < chosen.size(); ++i)
        {
            const Table &table = tables_[i];
            const bool isFallback = chosen[i] == table.values.size();
            fields[table.field] = isFallback ? table.fallback : table.values[chosen[i]].text;
            suffix +=
                (suffix.empty() ? "" : ", ") + table.field + " " + (isFallback ? "otherwise" : fields[table.field]);
            if (!isFallback)
                all->add(table.values[chosen[i]].condition);
        }
        const bool isLast = std::equal(chosen.begin(), chosen.end(), tables_.begin(),
                                       [](std::size_t one, const Table &table) { return one == table.values.size(); });
        Object::Ptr conditions = new Object;
        conditions->set("all", all);
        Object::Ptr document = new Object;
        document->set("name", isLast ? "Alerts for " + connection_ : "Alerts for " + connection_ + ": " + suffix);
        document->set("description", "Taken over from the alert mapping of release 0.1.");
        document->set("mode", "on");
        document->set("conditions", conditions);
        document->set("ticket", ticket(fields));
        document->set("onRecovery", "nothing"); // release 0.1 left tickets alone, and had no limit for storms
        Object::Ptr storm = new Object;
        storm->set("tickets", 0);
        document->set("storm", storm);
        return document;
    }

    Object::Ptr ticket(const std::map<std::string, std::string> &fields)
    {
        Object::Ptr common = new Object;
        Object::Ptr own = new Object;
        for (const auto &[name, text] : fields)
            if (json::isBlankText(text))
                continue;
            else if (isTemplate(text))
                (plugin::findRequestField(name) != nullptr ? common : own)->set(name, text);
            else if (told_.insert(name).second)
                warn(name, "cannot be a template. The rule leaves it out.");
        if (own->size() > 0)
            common->set("fields", own);
        Object::Ptr ticket = new Object;
        ticket->set("connection", connection_);
        ticket->set("fields", common);
        if (!defaultCompany_.empty() && !common->has("company"))
        {
            Object::Ptr company = new Object;
            company->set("company", defaultCompany_);
            ticket->set("unknownCustomer", company);
        }
        return ticket;
    }

    static bool isTemplate(const std::string &text)
    try
    {
        rules::Template tried(text);
        return true;
    }
    catch (const rules::TemplateInvalid &)
    {
        return false;
    }

    std::string connection_;
    std::string source_;
    std::string defaultCompany_;
    std::map<std::string, std::string> plain_;
    std::vector<Table> tables_;
    std::size_t ruleCount_ = 1;
    std::set<std::string> told_;
    MigratedRules result_;
};

/// `wanted`, changed if it is too long or `taken`; it is taken from then on.
std::string freeName(const std::string &wanted, std::set<std::string> &taken)
{
    std::string name(json::cutUtf8(wanted, longestMigratedName));
    for (int i = 2; !taken.insert(name).second; ++i)
    {
        const std::string end = "-" + std::to_string(i);
        name = std::string(json::cutUtf8(wanted, longestMigratedName - end.size())) + end;
    }
    return name;
}

std::set<std::string> namesOf(const store::StoreReader &reader, DefinitionKind kind)
{
    std::set<std::string> names;
    for (const store::StoredDefinition &each : reader.definitions(kind))
        names.insert(each.name);
    return names;
}

/// What release 0.1 left for one connection.
struct Left
{
    connection::Connections::Live connection;
    std::string mappingJson;
    std::vector<store::LegacyEpisode> episodes;
};

/// Takes over what was left for one connection, inside the transaction.
class Takeover
{
public:
    Takeover(store::StoreWriter &writer, const Left &left, const secrets::RandomSource &random,
             std::vector<std::string> &remarks)
        : writer_(writer), left_(left), random_(random), remarks_(remarks), name_(left.connection->stored.name)
    {
        std::string damage;
        mapping_ = json::parseStored(left.mappingJson, damage);
        if (!damage.empty())
            remarks_.push_back("The alert mapping of " + name_ + " could not be read and was not taken over: " +
                               damage + ". Change the rule for its alerts.");
    }

    void run()
    {
        addSource();
        addRules();
        for (const store::LegacyEpisode &each : left_.episodes)
            addEpisode(each);
        Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
        detail.set("source", source_.name);
        detail.set("rule", rule_.name);
        detail.set("open", left_.episodes.size());
        writer_.appendAudit(store::auditEntry(migrating, "alerts.migrated", name_, json::toText(detail)));
        remarks_.push_back("Alerts for " + name_ + " now come in through the source " + source_.name +
                           ". Give it a token with: psa-host source token " + source_.name +
                           ", and let Alertmanager send to /v1/hooks/" + source_.name + " with it.");
    }

private:
    store::StoredDefinition add(DefinitionKind kind, const std::string &name, Object &document,
                                const std::string &state)
    {
        store::StoredDefinition row;
        row.kind = kind;
        row.uid = secrets::randomHex(random_, 16);
        row.name = name;
        document.set("name", name);
        row.documentJson = json::toText(document);
        row.stateJson = state;
        return writer_.addDefinition(row, migrating);
    }

    void addSource()
    {
        std::set<std::string> taken = namesOf(writer_, DefinitionKind::source);
        Object document;
        document.set("preset", "alertmanager");
        if (const auto minutes = silenceMinutes(); minutes > 0)
        {
            document.set("recoveredAfterSilenceMinutes", minutes);
            silence_ = std::chrono::minutes(minutes);
        }
        if (!left_.episodes.empty())
        {
            // So that groups have the keys that they had.
            Object::Ptr settings = new Object;
            settings->set("customerLabels", Array::Ptr(new Array));
            document.set("settings", settings);
            remarks_.push_back(
                "A group of alerts for " + name_ +
                " with several customers makes one ticket, as in release 0.1, since some are open. Set the "
                "customer labels of the source when these are over.");
        }
        const std::string name = freeName("alertmanager-" + name_, taken);
        document.set("name", name);
        Object::Ptr normalized = toJson(sourceSettingsFrom(document));
        source_ = add(DefinitionKind::source, name, *normalized, "");
    }

    void addRules()
    {
        std::string damage;
        const auto company =
            json::parseStored(left_.connection->stored.defaultsJson, damage)->optValue<std::string>("company", "");
        const MigratedRules migrated = migratedRules(name_, source_.name, *mapping_, company);
        remarks_.insert(remarks_.end(), migrated.warnings.begin(), migrated.warnings.end());
        std::set<std::string> taken = namesOf(writer_, DefinitionKind::rule);
        Object state;
        state.set("connectionUid", left_.connection->stored.uid);
        for (const Object::Ptr &each : migrated.rules)
        {
            const std::string name = freeName(each->getValue<std::string>("name"), taken);
            Object::Ptr document = new Object(*each);
            document->set("name", name);
            Object::Ptr normalized = normalizedRule(document);
            rule_ = add(DefinitionKind::rule, name, *normalized, json::toText(state));
        }
    }

    /// A rule without fields is better than alerts without a ticket.
    Object::Ptr normalizedRule(const Object::Ptr &document)
    try
    {
        return rules::Rule::parse(*document).toJson();
    }
    catch (const rules::RuleInvalid &error)
    {
        remarks_.push_back("The fields of the rule \"" + document->getValue<std::string>("name") +
                           "\" were not taken over: " + error.what() + ". Enter them in the rule.");
        Object::Ptr plain = new Object(*document);
        Object::Ptr ticket = new Object;
        ticket->set("connection", name_);
        plain->set("ticket", ticket);
        return rules::Rule::parse(*plain).toJson();
    }

    /// 0 = the source reports the end of its alerts.
    std::int64_t silenceMinutes() const
    {
        const Poco::Dynamic::Var minutes = mapping_->get("resolvedAfterMinutes");
        return minutes.isInteger() && !minutes.isBoolean() ? minutes.convert<std::int64_t>() : 0;
    }

    void addEpisode(const store::LegacyEpisode &left)
    {
        store::StoredEpisode episode;
        episode.sourceId = source_.id;
        episode.source = source_.name;
        episode.key = left.group;
        episode.opened = left.opened;
        episode.seen = left.seen;
        for (const std::string &alert : left.alerts) // "FINGERPRINT@START"
            episode.parts.insert(alert.substr(0, alert.find('@')));
        episode.parts.erase("");
        episode.ruleId = rule_.id;
        episode.ruleVersion = rule_.version;
        episode.connection = name_;
        episode.connectionUid = left_.connection->stored.uid;
        episode.ticketId = left.ticketId;
        episode.ownsTicket = true;
        episode.events = 1;
        EpisodeMemory memory;
        memory.problems = 1;
        SourceSettings settings;
        settings.recoveredAfterSilence = silence_;
        remember(episode, memory, settings);
        writer_.addEpisode(episode);
    }

    store::StoreWriter &writer_;
    const Left &left_;
    const secrets::RandomSource &random_;
    std::vector<std::string> &remarks_;
    std::string name_;
    Object::Ptr mapping_;
    std::optional<std::chrono::minutes> silence_;
    store::StoredDefinition source_;
    store::StoredDefinition rule_; ///< The last one.
};

std::map<std::string, Left> leftBehind(const store::StoreReader &reader, const connection::Connections &connections)
{
    std::map<std::string, Left> all;
    for (const store::LegacyAlertSettings &each : reader.legacyAlertSettings())
        all[each.connection].mappingJson = each.documentJson;
    for (store::LegacyEpisode &each : reader.legacyEpisodes())
        all[each.connection].episodes.push_back(std::move(each));
    for (auto &[name, left] : all)
        left.connection = connections.find(name);
    std::erase_if(all, [](const auto &each) { return each.second.connection == nullptr; });
    return all;
}

} // namespace

MigratedRules migratedRules(const std::string &connection, const std::string &source, const Object &mapping,
                            const std::string &defaultCompany)
{
    return Translation(connection, source, defaultCompany).translate(fieldsOf(mapping));
}

std::vector<std::string> migrateLegacyAlerts(store::Store &store, const connection::Connections &connections,
                                             const secrets::RandomSource &random)
{
    const bool isNeeded = store.read([](const store::StoreReader &reader) {
        return !reader.legacyAlertSettings().empty() || !reader.legacyEpisodes().empty();
    });
    std::vector<std::string> remarks;
    if (isNeeded)
        store.write([&](store::StoreWriter &writer) {
            remarks.clear(); // it may run more than once
            for (const auto &[name, left] : leftBehind(writer, connections))
                Takeover(writer, left, random, remarks).run();
            writer.dropLegacyAlerts();
        });
    return remarks;
}

} // namespace psa::events

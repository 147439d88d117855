#include "host/events/rules/rule.h"

#include "host/json/json_values.h"
#include "host/json/near_words.h"
#include "host/json/utf8.h"
#include "host/plugin/request_fields.h"

#include <algorithm>

namespace psa::events::rules {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Object;
using std::chrono::minutes;

constexpr std::size_t maxName = 100;         ///< Characters, as in the store.
constexpr std::size_t maxDescription = 2000; ///< Characters.
constexpr std::size_t maxOwnFields = 100;
constexpr std::int64_t maxMinutes = std::int64_t{7} * 24 * 60; ///< Of hold-downs, notes and storms.
constexpr std::int64_t maxReopenHours = std::int64_t{365} * 24;

constexpr const char *defaultTitle = "{{title}}";
constexpr const char *defaultDescription = R"({{#text}}
{{text}}

{{/text}}
{{#severity}}
Severity: {{severity}}
{{/severity}}
{{#customer}}
Customer: {{customer}}
{{/customer}}
{{#device}}
Device: {{device}}
{{/device}}
{{#startedAt}}
Since: {{startedAt}}
{{/startedAt}}
Source: {{source}}
{{#links}}
{{label}}: {{url}}
{{/links}})";

const Choices<RuleMode> modes{{"off", RuleMode::off}, {"dry_run", RuleMode::dryRun}, {"on", RuleMode::on}};
const Choices<RuleAction> actions{{"ticket", RuleAction::ticket}, {"suppress", RuleAction::suppress}};
const Choices<OnRepeat> repeats{{"nothing", OnRepeat::nothing}, {"count", OnRepeat::count}, {"note", OnRepeat::note}};
const Choices<OnRecovery> recoveries{{"nothing", OnRecovery::nothing},
                                     {"note", OnRecovery::note},
                                     {"resolve_if_untouched", OnRecovery::resolveIfUntouched},
                                     {"resolve", OnRecovery::resolve}};
const Choices<IfClosedByHuman> closings{
    {"leave", IfClosedByHuman::leave}, {"reopen", IfClosedByHuman::reopen}, {"new", IfClosedByHuman::newTicket}};

const std::vector<std::string> membersOfAll{"name", "description", "mode", "conditions", "during", "do"};
const std::vector<std::string> membersOfTickets{"ticket",   "holdDown",        "onRepeat", "onRecovery",
                                                "onReturn", "ifClosedByHuman", "storm"};

Template templateFrom(const Var &value, const std::string &pointer)
try
{
    return Template(textFrom(value, pointer));
}
catch (const TemplateInvalid &error)
{
    throw RuleInvalid(pointer, error.what());
}

/// The fields of ticket requests that can have any text.
std::vector<std::string> textFields()
{
    std::vector<std::string> names;
    for (const plugin::RequestField &field : plugin::requestFields())
        if (field.isFreeText)
            names.push_back(field.name);
    return names;
}

std::map<std::string, Template> ownFieldsFrom(const Object &fields, const std::string &pointer)
{
    if (fields.size() > maxOwnFields)
        throw RuleInvalid(pointer, "has more than " + std::to_string(maxOwnFields) + " members");
    std::map<std::string, Template> own;
    for (const auto &[name, value] : fields)
        own.emplace(name, templateFrom(value, json::memberPointer(pointer, name)));
    return own;
}

void readFields(const ObjectReader &ticket, TicketAction &action)
{
    action.fields.emplace("title", Template(defaultTitle));
    action.fields.emplace("description", Template(defaultDescription));
    const Object::Ptr given = ticket.object("fields");
    if (given.isNull())
        return;
    std::vector<std::string> known = textFields();
    known.emplace_back("fields");
    const ObjectReader fields(given, ticket.pointerTo("fields"), known);
    for (const auto &[name, value] : *given)
        if (name != "fields")
            action.fields[name] = templateFrom(value, fields.pointerTo(name));
    if (json::isBlankText(action.fields["title"].text()))
        fields.refuse("title", "is empty");
    if (const Object::Ptr own = fields.object("fields"))
        action.ownFields = ownFieldsFrom(*own, fields.pointerTo("fields"));
}

TicketAction ticketFrom(const ObjectReader &rule)
{
    if (!rule.has("ticket"))
        rule.refuse("ticket", "is missing: it says which connection gets the tickets");
    const ObjectReader ticket(rule.object("ticket"), rule.pointerTo("ticket"),
                              {"connection", "fields", "unknownCustomer"});
    TicketAction action;
    action.connection = ticket.requiredLine("connection", maxName);
    readFields(ticket, action);
    if (!ticket.has("unknownCustomer"))
        return action;
    const Var unknown = ticket.get("unknownCustomer");
    if (unknown.isString() && unknown.extract<std::string>() == "review")
        return action;
    if (unknown.type() != typeid(Object::Ptr))
        ticket.refuse("unknownCustomer", R"(is neither "review" nor a company such as {"company": "175"})");
    const auto &company = unknown.extract<Object::Ptr>();
    const ObjectReader chosen(company, ticket.pointerTo("unknownCustomer"), {"company"});
    if (!chosen.has("company"))
        chosen.refuse("company", "is missing");
    action.unknownCustomerCompany = textFrom(chosen.get("company"), chosen.pointerTo("company"));
    if (json::isBlankText(action.unknownCustomerCompany))
        chosen.refuse("company", "is empty");
    return action;
}

HoldDown holdDownFrom(const ObjectReader &rule)
{
    HoldDown holdDown;
    const Object::Ptr given = rule.object("holdDown");
    if (given.isNull())
        return holdDown;
    const ObjectReader reader(given, rule.pointerTo("holdDown"), {"minutes", "problems"});
    holdDown.length = minutes(reader.integer("minutes", 0, maxMinutes, 0));
    holdDown.problems = static_cast<int>(reader.integer("problems", 1, 1000, 1));
    return holdDown;
}

void readOnRepeat(const ObjectReader &rule, Rule &result)
{
    const Object::Ptr given = rule.object("onRepeat");
    if (given.isNull())
        return;
    const ObjectReader reader(given, rule.pointerTo("onRepeat"), {"do", "everyMinutes"});
    result.onRepeat = reader.choice("do", repeats, OnRepeat::count);
    if (reader.has("everyMinutes") && result.onRepeat != OnRepeat::note)
        reader.refuse("everyMinutes", R"(is possible with "do": "note" only)");
    result.noteEvery = minutes(reader.integer("everyMinutes", 1, maxMinutes, result.noteEvery.count()));
}

std::optional<std::chrono::hours> reopenWithinFrom(const ObjectReader &rule)
{
    const Object::Ptr given = rule.object("onReturn");
    if (given.isNull())
        return std::nullopt;
    const ObjectReader reader(given, rule.pointerTo("onReturn"), {"reopenWithinHours"});
    if (!reader.has("reopenWithinHours"))
        return std::nullopt;
    return std::chrono::hours(reader.integer("reopenWithinHours", 1, maxReopenHours, 0));
}

/// Missing = the default; `{"tickets": 0}` = no limit, since null counts as missing.
std::optional<StormLimit> stormFrom(const ObjectReader &rule)
{
    StormLimit storm;
    const Object::Ptr given = rule.object("storm");
    if (given.isNull())
        return storm;
    const ObjectReader reader(given, rule.pointerTo("storm"), {"tickets", "minutes"});
    storm.tickets = static_cast<int>(reader.integer("tickets", 0, 1000, storm.tickets));
    storm.length = minutes(reader.integer("minutes", 1, maxMinutes, storm.length.count()));
    return storm.tickets == 0 ? std::nullopt : std::optional(storm);
}

void readTicketMembers(const ObjectReader &reader, Rule &rule)
{
    rule.ticket = ticketFrom(reader);
    rule.holdDown = holdDownFrom(reader);
    readOnRepeat(reader, rule);
    rule.onRecovery = reader.choice("onRecovery", recoveries, rule.onRecovery);
    rule.reopenWithin = reopenWithinFrom(reader);
    rule.ifClosedByHuman = reader.choice("ifClosedByHuman", closings, rule.ifClosedByHuman);
    rule.storm = stormFrom(reader);
}

Object::Ptr texts(const std::map<std::string, Template> &fields)
{
    Object::Ptr object = new Object;
    for (const auto &[name, field] : fields)
        object->set(name, field.text());
    return object;
}

Object::Ptr objectOf(const std::vector<std::pair<std::string, Var>> &members)
{
    Object::Ptr object = new Object;
    for (const auto &[name, value] : members)
        object->set(name, value);
    return object;
}

Object::Ptr toJson(const TicketAction &action)
{
    Object::Ptr ticket = new Object;
    ticket->set("connection", action.connection);
    Object::Ptr fields = texts(action.fields);
    if (!action.ownFields.empty())
        fields->set("fields", texts(action.ownFields));
    ticket->set("fields", fields);
    if (action.unknownCustomerCompany.empty())
        ticket->set("unknownCustomer", "review");
    else
        ticket->set("unknownCustomer", objectOf({{"company", action.unknownCustomerCompany}}));
    return ticket;
}

void addTicketMembers(const Rule &rule, Object &document)
{
    document.set("ticket", toJson(rule.ticket));
    document.set("holdDown",
                 objectOf({{"minutes", rule.holdDown.length.count()}, {"problems", rule.holdDown.problems}}));
    Object::Ptr onRepeat = objectOf({{"do", toText(rule.onRepeat)}});
    if (rule.onRepeat == OnRepeat::note)
        onRepeat->set("everyMinutes", rule.noteEvery.count());
    document.set("onRepeat", onRepeat);
    document.set("onRecovery", toText(rule.onRecovery));
    document.set("onReturn",
                 objectOf({{"reopenWithinHours", rule.reopenWithin ? Var(rule.reopenWithin->count()) : Var()}}));
    document.set("ifClosedByHuman", toText(rule.ifClosedByHuman));
    const StormLimit limit = rule.storm.value_or(StormLimit{0, StormLimit().length});
    document.set("storm", objectOf({{"tickets", limit.tickets}, {"minutes", limit.length.count()}}));
}

} // namespace

Rule Rule::parse(const Object &written)
{
    const Object::Ptr given = json::givenValues(written);
    std::vector<std::string> known = membersOfAll;
    known.insert(known.end(), membersOfTickets.begin(), membersOfTickets.end());
    const ObjectReader reader(given, "", known);
    Rule rule;
    rule.name = reader.requiredLine("name", maxName);
    rule.description = reader.text("description", maxDescription);
    rule.mode = reader.choice("mode", modes, rule.mode);
    rule.conditions = Conditions::parse(reader.get("conditions"));
    if (const Object::Ptr during = reader.object("during"))
        rule.during = WeeklyHours::parse(during, "/during");
    rule.action = reader.choice("do", actions, rule.action);
    if (rule.action == RuleAction::ticket)
        readTicketMembers(reader, rule);
    else
        for (const std::string &name : membersOfTickets)
            if (reader.has(name))
                reader.refuse(name, R"(is not possible with "do": "suppress")");
    return rule;
}

Object::Ptr Rule::toJson() const
{
    Object::Ptr document = new Object;
    document->set("name", name);
    document->set("description", description);
    document->set("mode", toText(mode));
    document->set("conditions", conditions.toJson());
    if (during)
        document->set("during", during->toJson());
    document->set("do", toText(action));
    if (action == RuleAction::ticket)
        addTicketMembers(*this, *document);
    return document;
}

std::vector<std::string> Rule::warnings() const
{
    std::vector<std::string> all;
    if (conditions.isEmpty() && !during && action == RuleAction::suppress)
        all.emplace_back("The rule has no conditions: no event that reaches it can become a ticket.");
    else if (conditions.isEmpty() && !during)
        all.emplace_back("The rule has no conditions: it takes every event that no rule before it takes, and the rules "
                         "after it get none.");
    if (action == RuleAction::ticket && ticket.fields.contains("company") &&
        !ticket.fields.at("company").text().empty())
        all.emplace_back("The rule sets the company: the customers table is not used for its tickets.");
    return all;
}

bool Rule::appliesTo(const Facts &facts) const
{
    return conditions.hold(facts) && (!during || during->contain(facts.now));
}

std::string toText(RuleMode mode)
{
    return textOf(modes, mode);
}

std::string toText(RuleAction action)
{
    return textOf(actions, action);
}

std::string toText(OnRepeat what)
{
    return textOf(repeats, what);
}

std::string toText(OnRecovery what)
{
    return textOf(recoveries, what);
}

std::string toText(IfClosedByHuman what)
{
    return textOf(closings, what);
}

RuleResult evaluate(const Rule &rule, const Facts &facts)
try
{
    using Outcome = RuleResult::Outcome;
    if (rule.mode == RuleMode::off)
        return {rule.name, Outcome::off, "the rule is off"};
    const std::string why = rule.conditions.why(facts);
    if (!rule.conditions.hold(facts))
        return {rule.name, Outcome::notMatched, why};
    if (!rule.during)
        return {rule.name, Outcome::matched, why};
    return {rule.name, rule.during->contain(facts.now) ? Outcome::matched : Outcome::notMatched,
            why + ", and " + rule.during->why(facts.now)};
}
catch (const std::exception &error)
{
    return {rule.name, RuleResult::Outcome::failed, error.what()};
}

} // namespace psa::events::rules

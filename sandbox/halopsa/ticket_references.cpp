#include "sandbox/halopsa/entities.h"
#include "sandbox/halopsa/ticket_rules.h"
#include "sandbox/halopsa/write_values.h"

#include <algorithm>
#include <array>

namespace psa::sandbox::halopsa {
namespace {

constexpr std::array categories{"category_1", "category_2", "category_3", "category_4"};

/// Rejects the written field, or drops it, as the switch says.
void refuse(const Core &core, Object &ticket, const char *field, const char *policy, const std::string &message)
{
    if (core.switches.is(policy, "reject"))
        throw invalid(core.switches, message);
    ticket.remove(field);
}

bool isActive(const Row &row)
{
    for (const char *gone : {"inactive", "isdisabled", "_hidden"})
        if (flag(*row.values, gone))
            return false;
    return true;
}

void checkExists(const Core &core, Object &ticket, const Field &field)
{
    const std::int64_t id = idIn(ticket, field.name);
    const Row *row = core.rows.find(field.target, id);
    if (row == nullptr || !isActive(*row))
        refuse(core, ticket, field.name, "ticket.unknownValue",
               std::string("The ") + field.label + " " + std::to_string(id) + " is not valid.");
}

/// A team is written by name, or by the id that is not in the schema and works.
void resolveTeam(const Core &core, Object &ticket)
{
    if (isSet(ticket, "team_id"))
    {
        ticket.set("team", textOf(core.rows, "Team", idIn(ticket, "team_id")));
        ticket.remove("team_id");
    }
    const std::string name = isSet(ticket, "team") ? ticket.get("team").toString() : "";
    for (const auto &[id, row] : core.rows.table("Team"))
        if (equalNoCase(textIn(row, "name"), name) && isActive(row))
        {
            ticket.set("team", row.values->get("name"));
            return;
        }
    if (!name.empty())
        refuse(core, ticket, "team", "ticket.unknownValue", "The Team " + name + " is not valid.");
}

void checkCategory(const Core &core, Object &ticket, std::size_t index)
{
    const std::string value = ticket.get(categories[index]).toString();
    const Table &all = core.rows.table("Category");
    const bool known = std::any_of(all.begin(), all.end(), [&](const auto &entry) {
        const Object &row = *entry.second.values;
        return idIn(row, "type_id") == static_cast<std::int64_t>(index) + 1 &&
               equalNoCase(row.get("value").toString(), value) && listHas(row, "_types", idIn(ticket, "tickettype_id"));
    });
    if (!known)
        refuse(core, ticket, categories[index], "ticket.unknownValue", "The Category " + value + " is not valid.");
}

std::int64_t slaOf(const Core &core, const Object &ticket)
{
    if (isSet(ticket, "sla_id"))
        return idIn(ticket, "sla_id");
    const Row *type = core.rows.find("TicketType", idIn(ticket, "tickettype_id"));
    return type == nullptr ? 0 : idIn(*type->values, "default_sla");
}

/// The priorities of an SLA, or of none.
bool hasPriority(const Core &core, std::int64_t sla, std::int64_t priority)
{
    const Table &all = core.rows.table("Priority");
    return std::any_of(all.begin(), all.end(), [&](const auto &entry) {
        return sla != 0 && idIn(*entry.second.values, "slaid") == sla &&
               idIn(*entry.second.values, "priorityid") == priority;
    });
}

void checkStatus(const Core &core, Object &ticket)
{
    const Row *status = core.rows.find("Status", idIn(ticket, "status_id"));
    if (status != nullptr && !listHas(*status->values, "_types", idIn(ticket, "tickettype_id")))
        refuse(core, ticket, "status_id", "ticket.unknownValue",
               "The Status " + textIn(*status, "name") + " is not allowed for this Ticket Type.");
}

/// Assets are written as [{"id"}]; the ticket keeps their ids.
void resolveAssets(const Core &core, Object &ticket)
{
    const Array::Ptr written = ticket.getArray("assets");
    Array::Ptr ids = new Array;
    for (unsigned i = 0; written && i < written->size(); ++i)
    {
        const Object::Ptr one = written->getObject(i);
        const std::int64_t id = one ? integerIn(*one, "id") : 0;
        const Row *row = core.rows.find("Asset", id);
        const bool fits = row != nullptr && idIn(*row->values, "client_id") == idIn(ticket, "client_id");
        if (row != nullptr && (fits || core.switches.is("ticket.unfit", "accept")))
            ids->add(id);
        else if (core.switches.is(row == nullptr ? "ticket.unknownValue" : "ticket.unfit", "reject"))
            throw invalid(core.switches, "The Asset " + std::to_string(id) + " is not valid for this Client.");
    }
    ticket.set("assets", ids);
}

/// Site and user must be those of the client, and a user needs a site.
void checkPlace(const Core &core, Object &ticket)
{
    const std::int64_t client = idIn(ticket, "client_id");
    const std::int64_t site = idIn(ticket, "site_id");
    const std::int64_t user = idIn(ticket, "user_id");
    if (user != 0 && site == 0)
        throw invalid(core.switches, "A Site must be selected when a User is specified.");
    const Row *siteRow = core.rows.find("Site", site);
    if (siteRow != nullptr && client != 0 && idIn(*siteRow->values, "client_id") != client)
        refuse(core, ticket, "site_id", "ticket.unfit",
               "The Site " + textIn(*siteRow, "name") + " does not belong to this Client.");
    const Row *userRow = core.rows.find("Users", user);
    if (userRow != nullptr && idIn(*userRow->values, "site_id") != site)
        refuse(core, ticket, "user_id", "ticket.unfit",
               "The User " + textIn(*userRow, "name") + " does not belong to this Site.");
    if (siteRow != nullptr && client == 0)
        ticket.set("client_id", siteRow->values->get("client_id"));
}

void setDefault(Object &ticket, const char *field, const Var &value)
{
    if (!isSet(ticket, field) && !value.isEmpty())
        ticket.set(field, value);
}

Var defaultPriority(const Core &core, std::int64_t sla)
{
    for (const auto &[id, row] : core.rows.table("Priority"))
        if (idIn(*row.values, "slaid") == sla && flag(*row.values, "_default"))
            return row.values->get("priorityid");
    return {};
}

/// The id of a chosen value; an empty Var if the field does not have it.
Var choiceIn(const Row &field, const Var &value)
{
    const Array::Ptr values = field.values->getArray("values");
    for (unsigned i = 0; values && i < values->size(); ++i)
        if (values->getObject(i)->get("id").toString() == value.toString() ||
            equalNoCase(values->getObject(i)->get("name").toString(), value.toString()))
            return values->getObject(i)->get("id");
    return {};
}

const Row *customField(const Core &core, const Object &written)
{
    const std::int64_t id = integerIn(written, "id");
    const std::string name = textMember(written, "name");
    for (const auto &[key, row] : core.rows.table("FieldInfo"))
        if (id != 0 ? key == id : equalNoCase(textIn(row, "name"), name))
            return &row;
    return nullptr;
}

/// Collects the fields that a ticket lacks.
class Missing
{
public:
    Missing(const Core &core, const Object &ticket) : core_(core), ticket_(ticket) {}

    void need(const std::string &name, const std::string &label)
    {
        if (!isSet(ticket_, name) || ticket_.get(name).toString().empty())
            labels_ += (labels_.empty() ? "" : ", ") + label;
    }
    /// The field that a switch names, if it names one.
    void needAsSwitched(const char *name)
    {
        for (const Field &field : ticketFields)
            if (core_.switches.is(name, field.name))
                need(field.name, field.label);
    }
    void raise() const
    {
        if (!labels_.empty())
            throw invalid(core_.switches, "Please complete the following required fields: " + labels_ + ".");
    }

private:
    const Core &core_;
    const Object &ticket_;
    std::string labels_;
};

} // namespace

void resolveReferences(const Core &core, Object &ticket, const Object &written, bool isNew)
{
    for (const Field &field : ticketFields)
        if (field.type == FieldType::reference && idIn(ticket, field.name) == 0)
            ticket.remove(field.name);
        else if (field.type == FieldType::reference && isSet(written, field.name))
            checkExists(core, ticket, field);
    resolveTeam(core, ticket);
    for (std::size_t i = 0; i < categories.size(); ++i)
        if (isSet(written, categories[i]) && !written.get(categories[i]).toString().empty())
            checkCategory(core, ticket, i);
    if (isSet(written, "status_id"))
        checkStatus(core, ticket);
    if (isNew)
        checkPlace(core, ticket);
    const bool priority = isSet(written, "priority_id") && idIn(ticket, "priority_id") != 0;
    if (priority && !hasPriority(core, slaOf(core, ticket), idIn(ticket, "priority_id")))
        refuse(core, ticket, "priority_id", "ticket.wrongPriority",
               "The Priority " + ticket.get("priority_id").toString() + " is not valid for the SLA of this Ticket.");
    if (isSet(written, "assets"))
        resolveAssets(core, ticket);
}

void applyDefaults(const Core &core, Object &ticket)
{
    const Row *type = core.rows.find("TicketType", idIn(ticket, "tickettype_id"));
    if (type != nullptr)
    {
        setDefault(ticket, "status_id", type->values->get("initial_status"));
        setDefault(ticket, "team", type->values->get("default_team"));
    }
    setDefault(ticket, "client_id", core.tenant.defaultClient());
    for (const auto &[id, row] : core.rows.table("Site"))
        if (idIn(*row.values, "client_id") == idIn(ticket, "client_id"))
            setDefault(ticket, "site_id", id);
    if (const std::int64_t sla = slaOf(core, ticket); sla != 0)
    {
        setDefault(ticket, "sla_id", sla);
        setDefault(ticket, "priority_id", defaultPriority(core, sla));
    }
    setDefault(ticket, "agent_id", 1); // Unassigned
    setDefault(ticket, "dateoccurred", idIn(ticket, "datecreated"));
    for (const char *none : {"impact", "urgency", "source", "merged_into_id"})
        setDefault(ticket, none, 0);
    for (const char *no : {"deleted", "hasbeenclosed"})
        setDefault(ticket, no, false);
}

void resolveCustomFields(const Core &core, Object &ticket, const Object::Ptr &before)
{
    constexpr std::int64_t selection = 2;
    const Array::Ptr written = asArray(ticket.get("customfields"));
    if (!written)
        return;
    Object::Ptr values = before ? copy(*before) : newObject();
    for (unsigned i = 0; i < written->size(); ++i)
    {
        const Object::Ptr one = written->getObject(i);
        const Row *field = one ? customField(core, *one) : nullptr;
        if (field == nullptr)
            continue; // a field that the tenant does not have is ignored
        const std::string name = textIn(*field, "name");
        Var value = member(*one, "value");
        if (!value.isEmpty() && idIn(*field->values, "type") == selection)
        {
            value = choiceIn(*field, value);
            if (value.isEmpty() && core.switches.is("ticket.unknownValue", "reject"))
                throw invalid(core.switches, "The value of " + textIn(*field, "label") + " is not valid.");
        }
        values->set(name, value);
    }
    ticket.set("customfields", values);
}

void checkMandatory(const Core &core, const Object &ticket, bool validates)
{
    Missing missing(core, ticket);
    missing.need("summary", "Summary");
    missing.need("tickettype_id", "Ticket Type");
    const Row *type = core.rows.find("TicketType", idIn(ticket, "tickettype_id"));
    const Array::Ptr fields = type == nullptr ? Array::Ptr() : type->values->getArray("_fields");
    constexpr std::int64_t mandatory = 2;
    for (unsigned i = 0; validates && fields && i < fields->size(); ++i)
        if (idIn(*fields->getObject(i), "technew") == mandatory)
            missing.need(fields->getObject(i)->get("fieldname").toString(),
                         fields->getObject(i)->get("label").toString());
    if (validates)
        missing.needAsSwitched("ticket.mandatory");
    missing.raise();
}

void checkClosing(const Core &core, const Object &ticket)
{
    Missing missing(core, ticket);
    missing.needAsSwitched("ticket.closeRequires");
    missing.raise();
}

} // namespace psa::sandbox::halopsa

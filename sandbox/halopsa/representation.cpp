#include "sandbox/halopsa/representation.h"

#include "sandbox/halopsa/entities.h"
#include "sandbox/halopsa/listing.h"

#include <Poco/String.h>

namespace psa::sandbox::halopsa {
namespace {

/// What stands for no date.
Var noDate(const Core &core)
{
    const std::string year = core.switches.text("dates.empty");
    if (year == "null")
        return {};
    return year + (year == "1899" ? "-12-30T00:00:00" : "-01-01T00:00:00");
}

/// All custom fields of the tenant, with the ticket's values.
Array::Ptr customFieldsOnWire(const Core &core, const Object &values)
{
    const Object::Ptr set = values.getObject("customfields");
    Array::Ptr all = new Array;
    for (const auto &[id, row] : core.rows.table("FieldInfo"))
    {
        Object::Ptr field = newObject();
        for (const char *name : {"id", "name", "label", "type"})
            field->set(name, row.values->get(name));
        const Var value = set ? set->get(textIn(row, "name")) : Var();
        field->set("value", value);
        field->set("display", value.isEmpty() ? Var() : Var(value.toString()));
        const Array::Ptr choices = row.values->getArray("values");
        for (unsigned i = 0; choices && i < choices->size(); ++i)
            if (!value.isEmpty() && choices->getObject(i)->get("id").toString() == value.toString())
                field->set("display", choices->getObject(i)->get("name"));
        all->add(field);
    }
    return all;
}

Array::Ptr assetsOnWire(const Core &core, const Object &values)
{
    const Array::Ptr ids = values.getArray("assets");
    Array::Ptr all = new Array;
    for (unsigned i = 0; ids && i < ids->size(); ++i)
        if (const Row *row = core.rows.find("Asset", ids->getElement<std::int64_t>(i)))
            all->add(toWire(*row->values));
    return all;
}

/// A site and user of another client, as a change of the client alone leaves them, are shown as unknown.
void setNames(const Core &core, const Object &values, Object &ticket)
{
    ticket.set("client_name", textOf(core.rows, "Client", idIn(values, "client_id")));
    for (const auto &[field, entity, shown] :
         {std::tuple("site_id", "Site", "site_name"), std::tuple("user_id", "Users", "user_name")})
    {
        const Row *row = core.rows.find(entity, idIn(values, field));
        const bool fits = row == nullptr || idIn(*row->values, "client_id") == idIn(values, "client_id");
        ticket.set(shown, fits ? textOf(core.rows, entity, idIn(values, field)) : "Unknown");
    }
    for (const auto &[id, row] : core.rows.table("Team"))
        if (values.has("team") && textIn(row, "name") == values.get("team").toString())
            ticket.set("team_id", id);
}

void setDates(const Core &core, const Object &values, Object &ticket)
{
    for (const std::string &name : ticketDates())
        ticket.set(name, isSet(values, name) ? Var(dateOnWire(idIn(values, name))) : noDate(core));
}

} // namespace

Object::Ptr ticketOnWire(const Core &core, std::int64_t id, const Object &values, Detail detail)
{
    Object::Ptr ticket = newObject();
    ticket->set("id", id);
    for (const Field &field : ticketFields)
        if (field.type != FieldType::list && std::string(field.name).rfind("details", 0) != 0)
            ticket->set(field.name, values.get(field.name));
    for (const char *name : {"hasbeenclosed", "closure_agent_id", "merged_into_id", "deleted"})
        ticket->set(name, values.get(name));
    setNames(core, values, *ticket);
    setDates(core, values, *ticket);
    if (detail == Detail::row && !core.switches.on("list.reference"))
        ticket->remove("third_party_id_string");
    if (detail != Detail::row)
        ticket->set("assets", assetsOnWire(core, values));
    if (const std::int64_t bytes = core.switches.number("ticket.padding"); bytes > 0)
        ticket->set("padding", std::string(static_cast<std::size_t>(bytes), 'x'));
    if (detail == Detail::full)
    {
        const std::string text = values.get("details").isEmpty() ? "" : values.get("details").toString();
        ticket->set("details", text);
        ticket->set("details_html",
                    isSet(values, "details_html")
                        ? values.get("details_html")
                        : Var("<p>" + Poco::replace(text, std::string("\n"), std::string("<br>")) + "</p>"));
        ticket->set("customfields", customFieldsOnWire(core, values));
    }
    return ticket;
}

Object::Ptr actionOnWire(const Core &core, const Object &values)
{
    Object::Ptr action = toWire(values);
    const std::chrono::milliseconds offset = std::chrono::minutes(core.switches.number("dates.actionOffset"));
    for (const char *date : {"datetime", "actiondatecreated"})
        action->set(date, dateOnWire(idIn(values, date) + offset.count()));
    std::string note = values.get("note").toString();
    const std::string how = core.switches.text("note.shown");
    if (how == "trailing")
        note += "\r\n";
    else if (how == "preamble")
        note = values.get("outcome").toString() + ":\r\n" + note;
    else if (how == "glued")
        note = Poco::remove(Poco::remove(note, '\n'), '\r');
    action->set("note", note);
    return action;
}

Object::Ptr deletedOnWire(std::int64_t id)
{
    Object::Ptr deleted = newObject();
    deleted->set("id", id);
    return deleted;
}

Array::Ptr auditOnWire(const Core &core, std::int64_t ticket)
{
    Array::Ptr all = new Array;
    std::int64_t id = 0;
    for (const AuditEntry &entry : core.journal.audit)
    {
        ++id;
        if (entry.change.ticket != ticket)
            continue;
        Object::Ptr row = newObject();
        row->set("id", id);
        row->set("ticket_id", ticket);
        row->set("date", dateOnWire(entry.at));
        row->set("agent_id", entry.actor.agent);
        row->set("who", entry.actor.name);
        row->set("application_id", entry.actor.application);
        row->set("value", entry.change.field);
        row->set("from", entry.change.from);
        row->set("to", entry.change.to);
        all->add(row);
    }
    return all;
}

} // namespace psa::sandbox::halopsa

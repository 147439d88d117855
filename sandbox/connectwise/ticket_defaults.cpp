#include "sandbox/connectwise/ticket_rules.h"

#include "sandbox/common/dates.h"

namespace psa::sandbox::connectwise {
namespace {

void setDefault(Object &ticket, const std::string &field, const Var &value)
{
    if (!isSet(ticket, field) && !value.isEmpty())
        ticket.set(field, value);
}

/// The row with defaultFlag, among those whose `parent` is `owner` if that is set; empty if there is none.
Var defaultOf(const Core &core, const char *entity, const char *parent = "", std::int64_t owner = 0)
{
    for (const auto &[id, row] : core.rows.table(entity))
        if (flag(*row.values, "defaultFlag") && (*parent == '\0' || idIn(*row.values, parent) == owner))
            return id;
    return {};
}

void applySite(const Core &core, Object &ticket)
{
    for (const auto &[id, row] : core.rows.table("Sites"))
        if (idIn(*row.values, "company") == idIn(ticket, "company"))
            setDefault(ticket, "site", id);
    if (const Row *site = core.rows.find("Sites", idIn(ticket, "site")))
        setDefault(ticket, "siteName", nameOf(*site));
}

/// Looks the contact up by its e-mail address, if the ticket has one; sets name, telephone and address.
void applyContact(const Core &core, Object &ticket)
{
    const auto address = [](const Row &contact, const std::string &kind) -> Var {
        const Array::Ptr items = contact.values->getArray("communicationItems");
        for (unsigned i = 0; items && i < items->size(); ++i)
            if (items->getObject(i)->getValue<std::string>("communicationType") == kind)
                return items->getObject(i)->get("value");
        return {};
    };
    const std::string wanted = isSet(ticket, "contactEmailLookup") ? ticket.get("contactEmailLookup").toString() : "";
    for (const auto &[id, row] : core.rows.table("Contacts"))
        if (!wanted.empty() && idIn(*row.values, "company") == idIn(ticket, "company") &&
            !address(row, "Email").isEmpty() && equalNoCase(address(row, "Email").toString(), wanted))
            setDefault(ticket, "contact", id);
    const Row *contact = core.rows.find("Contacts", idIn(ticket, "contact"));
    if (contact == nullptr)
        return;
    setDefault(ticket, "contactName", nameOf(*contact));
    setDefault(ticket, "contactPhoneNumber", address(*contact, "Phone"));
    setDefault(ticket, "contactEmailAddress", address(*contact, "Email"));
}

} // namespace

void applyDefaultBoard(const Core &core, Object &ticket)
{
    if (isSet(ticket, "board"))
        return;
    Object::Ptr board = newObject();
    board->set("id", core.tenant.number("defaultBoard"));
    ticket.set("board", board);
}

void applyDefaults(const Core &core, Object &ticket)
{
    const std::int64_t board = idIn(ticket, "board");
    setDefault(ticket, "recordType", "ServiceTicket");
    setDefault(ticket, "status", defaultOf(core, "Statuses", "board", board));
    setDefault(ticket, "type", defaultOf(core, "Types", "board", board));
    setDefault(ticket, "team", defaultOf(core, "Teams", "boardId", board));
    setDefault(ticket, "priority", defaultOf(core, "Priorities"));
    setDefault(ticket, "source", defaultOf(core, "Sources"));
    setDefault(ticket, "serviceLocation", defaultOf(core, "ServiceLocations"));
    if (const Row *row = core.rows.find("Boards", board))
    {
        setDefault(ticket, "location", row->values->get("location"));
        setDefault(ticket, "department", row->values->get("department"));
    }
    for (const char *level : {"severity", "impact"})
        setDefault(ticket, level, "Medium");
    for (const char *no :
         {"allowAllClientsPortalView", "customerUpdatedFlag", "automaticEmailContactFlag", "automaticEmailResourceFlag",
          "automaticEmailCcFlag", "hasChildTicket", "hasMergedChildTicketFlag"})
        setDefault(ticket, no, false);
    setDefault(ticket, "approved", true);
    setDefault(ticket, "actualHours", 0);
    applySite(core, ticket);
    applyContact(core, ticket);
}

void applyStatus(const Core &core, Object &ticket)
{
    const Row *status = core.rows.find("Statuses", idIn(ticket, "status"));
    const bool closed = status != nullptr && flag(*status->values, "closedStatus");
    const bool resolved = closed || (status != nullptr && textIn(*status, "escalationStatus") == "Resolved");
    const auto stamp = [&](bool done, const char *date, const char *by) {
        if (!done)
        {
            ticket.remove(date);
            ticket.remove(by);
        }
        else if (!isSet(ticket, date))
        {
            ticket.set(date, toMillis(core.now));
            ticket.set(by, core.actor.name);
        }
    };
    stamp(closed, "closedDate", "closedBy");
    stamp(resolved, "dateResolved", "resolvedBy");
    ticket.set("closedFlag", closed);
}

} // namespace psa::sandbox::connectwise

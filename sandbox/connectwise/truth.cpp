#include "sandbox/connectwise/truth.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/core.h"
#include "sandbox/connectwise/ticket_rules.h"

#include <algorithm>

namespace psa::sandbox::connectwise {

namespace {

TicketTruth ticketTruth(const Rows &rows, std::int64_t id, const Row &row)
{
    const auto text = [&rows](const char *entity, std::int64_t of, const char *field) {
        const Row *found = rows.find(entity, of);
        return found == nullptr ? std::string() : textIn(*found, field);
    };
    const Object &ticket = *row.values;
    const std::int64_t company = idIn(ticket, "company");
    TicketTruth truth{id,
                      textIn(row, "externalXRef"),
                      company,
                      text("Companies", company, "identifier"),
                      text("Boards", idIn(ticket, "board"), "name"),
                      text("Statuses", idIn(ticket, "status"), "name"),
                      textIn(row, "summary"),
                      isSet(ticket, "dateEntered") ? formatDate(idIn(ticket, "dateEntered"), true) : "",
                      row.request};
    truth.priority = text("Priorities", idIn(ticket, "priority"), "name");
    truth.type = text("Types", idIn(ticket, "type"), "name");
    truth.owner = text("Members", idIn(ticket, "owner"), "identifier");
    truth.closed = flag(ticket, "closedFlag");
    truth.mergedInto = idIn(ticket, "mergedParentTicket");
    truth.configurations = configurationsOf(rows, id);
    return truth;
}

/// What became of the ticket after it was created.
void addLife(const TicketTruth &ticket, Object &object)
{
    object.set("priority", ticket.priority);
    object.set("type", ticket.type);
    object.set("owner", ticket.owner);
    object.set("closed", ticket.closed);
    object.set("deleted", ticket.deleted);
    object.set("mergedInto", ticket.mergedInto);
    Array::Ptr configurations = new Array;
    for (const std::int64_t id : ticket.configurations)
        configurations->add(id);
    object.set("configurations", configurations);
}

} // namespace

std::size_t Truth::ticketsWith(const std::string &externalXRef) const
{
    return static_cast<std::size_t>(std::count_if(
        tickets.begin(), tickets.end(), [&](const TicketTruth &t) { return t.externalXRef == externalXRef; }));
}

std::vector<TicketTruth> ticketTruths(const Rows &rows)
{
    std::vector<TicketTruth> all;
    for (const char *table : {tickets().name, deletedTickets})
        for (const auto &[id, row] : rows.table(table))
        {
            all.push_back(ticketTruth(rows, id, row));
            all.back().deleted = table == deletedTickets;
        }
    return all;
}

std::vector<NoteTruth> noteTruths(const Rows &rows)
{
    std::vector<NoteTruth> all;
    for (const auto &[id, row] : rows.table("TicketNotes"))
    {
        NoteTruth note;
        note.id = id;
        note.ticket = idIn(*row.values, "ticketId");
        note.text = textIn(row, "text");
        for (const char *kind : {"detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag"})
            if (flag(*row.values, kind))
                note.kind += (note.kind.empty() ? "" : " ") + std::string(kind);
        note.isPublic = flag(*row.values, "externalFlag");
        note.by = textIn(row, "createdBy");
        note.at = isSet(*row.values, "dateCreated") ? formatDate(idIn(*row.values, "dateCreated"), true) : "";
        note.request = row.request;
        all.push_back(note);
    }
    return all;
}

std::vector<ChangeTruth> changeTruths(const Journal &journal)
{
    std::vector<ChangeTruth> all;
    for (const JournalEntry &entry : journal.entries)
        if (entry.type == "Ticket" && entry.field != "created")
            all.push_back(
                {entry.ticket, entry.field, entry.from, entry.to, entry.by, formatDate(entry.at, true), entry.request});
    return all;
}

Object::Ptr toJson(const Truth &truth)
{
    Array::Ptr tickets = new Array;
    for (const TicketTruth &ticket : truth.tickets)
    {
        Object::Ptr object = newObject();
        object->set("id", ticket.id);
        object->set("externalXRef", ticket.externalXRef);
        object->set("companyId", ticket.companyId);
        object->set("company", ticket.company);
        object->set("board", ticket.board);
        object->set("status", ticket.status);
        object->set("summary", ticket.summary);
        object->set("created", ticket.created);
        object->set("request", ticket.request);
        addLife(ticket, *object);
        tickets->add(object);
    }
    Object::Ptr object = newObject();
    object->set("tickets", tickets);
    object->set("notifications", toJson(truth.notifications));
    addTo(*object, truth);
    object->set("maxAtOnce", truth.maxAtOnce);
    object->set("callsThisMinute", truth.callsThisMinute);
    return object;
}

} // namespace psa::sandbox::connectwise

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/handlers.h"
#include "sandbox/connectwise/listing.h"
#include "sandbox/connectwise/ticket_rules.h"

namespace psa::sandbox::connectwise {
namespace {

using enum FieldType;

/// The notes of a ticket as its page shows them: with those of merged tickets and of time entries.
const Entity &everyNote()
{
    static const Entity entity{"AllNotes",
                               "serviceNote",
                               "service/tickets/{parent}/allNotes",
                               "Service Note",
                               "",
                               {{"id", integer},
                                {"noteType", choice, 0, 0, "TicketNote|TimeEntryNote|MeetingNote"},
                                {"ticket", reference, 0, 0, "Tickets"},
                                {"text", text},
                                {"isMarkdownFlag", boolean},
                                {"detailDescriptionFlag", boolean},
                                {"internalAnalysisFlag", boolean},
                                {"resolutionFlag", boolean},
                                {"timeStart", dateTime},
                                {"timeEnd", dateTime},
                                {"bundledFlag", boolean},
                                {"mergedFlag", boolean},
                                {"issueFlag", boolean},
                                {"originalAuthor", text},
                                {"createdByParentFlag", boolean},
                                {"member", reference, 0, 0, "Members"},
                                {"contact", reference, 0, 0, "Contacts"},
                                {"lastUpdated", dateTime, 0, information},
                                {"updatedBy", text, 0, information},
                                {"dateEntered", dateTime, 0, information},
                                {"enteredBy", text, 0, information},
                                {"sortByDate", dateTime, 0, information}}};
    return entity;
}

const Entity &auditTrailEntry()
{
    static const Entity entity{"AuditTrail",
                               "auditTrail",
                               "system/audittrail",
                               "Audit Trail",
                               "",
                               {{"text", text},
                                {"enteredDate", dateTime},
                                {"enteredBy", text},
                                {"auditType", text},
                                {"auditSubType", text},
                                {"auditSource", text}}};
    return entity;
}

/// The row in the list, with what notes and time entries have in common.
Object::Ptr inList(const Row &row, std::int64_t of, std::int64_t ticket, const char *type, const char *entered)
{
    const Object &from = *row.values;
    Object::Ptr note = newObject();
    for (const char *name : {"id", "text", "detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag",
                             "timeStart", "timeEnd", "issueFlag", "member", "contact", "lastUpdated", "updatedBy"})
        note->set(name, from.get(name));
    note->set("noteType", type);
    note->set("ticket", of);
    note->set("mergedFlag", of != ticket);
    for (const char *no : {"isMarkdownFlag", "bundledFlag", "createdByParentFlag"})
        note->set(no, false);
    note->set("dateEntered", from.get(entered));
    note->set("sortByDate", from.get(entered));
    dropUnset(*note);
    return note;
}

/// Adds the notes of the ticket `of` to those of `ticket`.
void addNotes(const Core &core, std::int64_t of, std::int64_t ticket, Table &all)
{
    for (const auto &[id, row] : core.rows.table("TicketNotes"))
        if (idIn(*row.values, "ticketId") == of)
        {
            Object::Ptr note = inList(row, of, ticket, "TicketNote", "dateCreated");
            note->set("enteredBy", row.values->get("createdBy"));
            all[id] = {note, row.visibleFrom};
        }
    for (const auto &[id, row] : core.rows.table("TimeEntries"))
        if (idIn(*row.values, "chargeToId") == of && flag(*row.values, "addToInternalAnalysisFlag"))
        {
            Object::Ptr note = inList(row, of, ticket, "TimeEntryNote", "dateEntered");
            note->set("text", row.values->get("notes"));
            note->set("internalAnalysisFlag", true);
            note->set("enteredBy", row.values->get("enteredBy"));
            all[id] = {note, row.visibleFrom};
        }
}

} // namespace

Answer listAllNotes(const Call &call)
{
    requireTicket(call.core, call.parent);
    Table all;
    addNotes(call.core, call.parent, call.parent, all);
    for (const auto &[id, row] : call.core.rows.table(tickets().name))
        if (idIn(*row.values, "mergedParentTicket") == call.parent)
            addNotes(call.core, id, call.parent, all);
    return listPage(call.core, {everyNote(), 0, &all}, call.request);
}

Answer listAuditTrail(const Call &call)
{
    std::int64_t ticket = 0;
    if (!equalNoCase(call.request.parameter("type"), "Ticket") || !toInteger(call.request.parameter("id"), ticket))
        throw ApiError{400, "InvalidParameter", "The parameters type and id are required, such as type=Ticket&id=5."};
    Table all;
    for (const JournalEntry &entry : call.core.journal.entries)
    {
        if (entry.ticket != ticket)
            continue;
        Object::Ptr row = newObject();
        row->set("text", entry.text);
        row->set("enteredDate", entry.at);
        row->set("enteredBy", entry.by);
        row->set("auditType", entry.type);
        row->set("auditSubType", entry.field);
        row->set("auditSource", entry.source);
        all[static_cast<std::int64_t>(all.size())] = {row};
    }
    return listPage(call.core, {auditTrailEntry(), 0, &all}, call.request);
}

} // namespace psa::sandbox::connectwise

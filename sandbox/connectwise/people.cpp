#include "sandbox/connectwise/people.h"

#include "sandbox/common/dates.h"
#include "sandbox/connectwise/ticket_rules.h"

#include <stdexcept>

namespace psa::sandbox::connectwise {
namespace {

constexpr double halfAnHour = 0.5;

bool isPerson(const Row &row, const std::string &who)
{
    if (equalNoCase(nameOf(row), who))
        return true;
    for (const char *field : {"id", "identifier", "primaryEmail"})
        if (equalNoCase(textIn(row, field), who))
            return true;
    const Array::Ptr items = row.values->getArray("communicationItems"); // of a contact
    for (unsigned i = 0; items && i < items->size(); ++i)
        if (equalNoCase(items->getObject(i)->getValue<std::string>("value"), who))
            return true;
    return false;
}

Object::Ptr one(const std::string &name, const Var &value)
{
    Object::Ptr object = newObject();
    object->set(name, value);
    return object;
}

/// What people save in the pages; each save is a write without mail.
Object::Ptr saved(const std::string &field, const Var &value)
{
    Object::Ptr changes = one(field, value);
    changes->set("processNotifications", false);
    return changes;
}

/// A customer's writing marks the ticket, that of staff removes the mark.
void markUpdate(const Core &core, std::int64_t ticket)
{
    if (core.actor.member != 0 || core.actor.contact != 0)
        touchTicket(core, ticket).set("customerUpdatedFlag", core.actor.contact != 0);
}

std::int64_t writeNote(const Core &core, const HumanAct &act)
{
    requireTicket(core, act.ticket);
    Object::Ptr note = one("text", act.text);
    note->set(core.actor.contact != 0 ? "detailDescriptionFlag" : "internalAnalysisFlag", true);
    note->set("customerUpdatedFlag", core.actor.contact != 0);
    note->set("processNotifications", false);
    if (core.switches.on("note.movesTicket"))
        markUpdate(core, act.ticket);
    return idIn(*addNote(core, act.ticket, note).values, "id");
}

std::int64_t enterTime(const Core &core, const HumanAct &act)
{
    Object &ticket = touchTicket(core, act.ticket);
    Object::Ptr entry = one("chargeToId", act.ticket);
    entry->set("chargeToType", "ServiceTicket");
    entry->set("ticket", act.ticket);
    entry->set("member", core.actor.member);
    entry->set("timeStart", toMillis(core.now));
    entry->set("timeEnd", toMillis(core.now));
    entry->set("actualHours", halfAnHour);
    entry->set("notes", act.text);
    for (const char *no : {"addToDetailDescriptionFlag", "addToResolutionFlag"})
        entry->set(no, false);
    entry->set("addToInternalAnalysisFlag", core.switches.on("time.shown"));
    for (const char *by : {"enteredBy", "updatedBy"})
        entry->set(by, core.actor.name);
    for (const char *at : {"dateEntered", "lastUpdated"})
        entry->set(at, toMillis(core.now));
    ticket.set("actualHours", ticket.get("actualHours").convert<double>() + halfAnHour);
    if (core.switches.on("time.shown"))
        core.record({act.ticket, "Time", "added", "", "", "A time entry has been added."});
    return idIn(*insert(core, *findEntity("TimeEntries"), entry).values, "id");
}

/// The status with this name, otherwise the board's first that is closed, or its default one.
Object::Ptr wantedStatus(const Core &core, const HumanAct &act)
{
    if (!act.status.empty())
        return one("name", act.status);
    const std::int64_t board = idIn(*requireTicket(core, act.ticket).values, "board");
    const char *wanted = act.action == HumanAction::close ? "closedStatus" : "defaultFlag";
    for (const auto &[id, row] : core.rows.table("Statuses"))
        if (idIn(*row.values, "board") == board && flag(*row.values, wanted))
            return one("id", id);
    throw std::invalid_argument("the board of ticket " + std::to_string(act.ticket) + " has no such status");
}

void mergeInto(const Core &core, const HumanAct &act)
{
    Array::Ptr ids = new Array;
    ids->add(act.ticket);
    mergeTickets(core, act.into, toText(one("mergeTicketIds", ids)));
}

} // namespace

Actor personIn(const Rows &rows, const std::string &who)
{
    for (const char *name : {"Workflow", "EmailConnector"})
        if (equalNoCase(name, who))
            return automation(name);
    for (const auto &[id, row] : rows.table("Members"))
        if (who.empty() ? textIn(row, "licenseClass") == "F" : isPerson(row, who))
            return {textIn(row, "identifier"), id, 0, "Browser"};
    for (const auto &[id, row] : rows.table("Contacts"))
        if (isPerson(row, who))
            return {nameOf(row), 0, id, "Portal"};
    throw std::invalid_argument("there is no member or contact \"" + who + "\"");
}

std::int64_t actInPages(const Core &core, const HumanAct &act)
{
    switch (act.action)
    {
    case HumanAction::note:
        return writeNote(core, act);
    case HumanAction::time:
        return enterTime(core, act);
    case HumanAction::status:
    case HumanAction::close:
    case HumanAction::reopen:
        changeTicket(core, act.ticket, *saved("status", wantedStatus(core, act)));
        break;
    case HumanAction::assign: {
        const Actor to = act.to.empty() ? core.actor : personIn(core.rows, act.to);
        changeTicket(core, act.ticket, *saved("owner", one("id", to.member)));
        break;
    }
    case HumanAction::merge:
        requireTicket(core, act.ticket);
        mergeInto(core, act);
        return act.ticket;
    case HumanAction::erase:
        deleteTicket(core, act.ticket);
        return act.ticket;
    }
    markUpdate(core, act.ticket);
    return act.ticket;
}

} // namespace psa::sandbox::connectwise

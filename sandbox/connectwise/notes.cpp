#include "sandbox/common/dates.h"
#include "sandbox/connectwise/ticket_rules.h"
#include "sandbox/connectwise/write_values.h"

#include <array>

namespace psa::sandbox::connectwise {
namespace {

const Entity &notes()
{
    return *findEntity("TicketNotes");
}

/// Sets the fields that follow from the others in every note.
void derive(const Core &core, Object &note)
{
    note.set("internalFlag", flag(note, "internalAnalysisFlag"));
    note.set("externalFlag", flag(note, "detailDescriptionFlag") || flag(note, "resolutionFlag"));
    note.set("lastUpdated", toMillis(core.now));
    note.set("updatedBy", core.actor.name);
    dropWriteOnly(notes(), note);
}

/// Sets the fields that the service adds to every new note.
void complete(const Core &core, std::int64_t ticket, Object &note)
{
    for (const char *no :
         {"detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag", "issueFlag", "customerUpdatedFlag"})
        if (!isSet(note, no))
            note.set(no, false);
    note.set("ticketId", ticket);
    if (core.actor.member != 0)
        note.set("member", core.actor.member);
    if (core.actor.contact != 0)
        note.set("contact", core.actor.contact);
    note.set("dateCreated", toMillis(core.now));
    note.set("createdBy", core.actor.name);
    derive(core, note);
}

void checkNote(const Object &note, WriteErrors &errors)
{
    checkRequired(notes(), note, errors);
    if (!flag(note, "detailDescriptionFlag") && !flag(note, "internalAnalysisFlag") && !flag(note, "resolutionFlag"))
        errors.add("MissingRequiredField", "Please choose where to display the notes in order to save this record.",
                   "detailDescriptionFlag");
}

/// What a board or a site can refuse: the discussion of a closed ticket, notes of a merged one.
void checkOpenForNotes(const Core &core, const Object &ticket, const Object &note, WriteErrors &errors)
{
    if (core.switches.is("note.closedDiscussion", "reject") && flag(ticket, "closedFlag") &&
        flag(note, "detailDescriptionFlag"))
        errors.add("InvalidField", "The discussion of this ticket is locked because the ticket is closed.",
                   "detailDescriptionFlag");
    if (core.switches.is("note.merged", "reject") && isSet(ticket, "mergedParentTicket"))
        errors.add("InvalidField", "Notes cannot be added to a merged ticket.", "ticketId");
}

Row &requireNote(const Core &core, std::int64_t ticket, std::int64_t id)
{
    Table &all = core.rows.table(notes().name);
    const auto found = all.find(id);
    if (found == all.end() || idIn(*found->second.values, "ticketId") != ticket)
        throw ApiError{404, "NotFound", "Service Note " + std::to_string(id) + " not found"};
    return found->second;
}

void moveTicket(const Core &core, std::int64_t ticket)
{
    if (core.switches.on("note.movesTicket"))
        touchTicket(core, ticket);
}

} // namespace

const Row &addNote(const Core &core, std::int64_t ticket, Object::Ptr note)
{
    core.notify(ticket, "note", *note);
    complete(core, ticket, *note);
    core.record({ticket, "Notes", "added", "", "", "A note has been added."});
    moveTicket(core, ticket);
    return insert(core, notes(), note);
}

const Row &createNote(const Core &core, std::int64_t ticket, const std::string &body)
{
    core.require("TicketNotes", "create");
    const Row &row = requireTicket(core, ticket);
    WriteErrors errors(notes().resource);
    Object::Ptr note = readValues(notes(), *readObject(body), errors);
    checkNote(*note, errors);
    checkOpenForNotes(core, *row.values, *note, errors);
    errors.raise();
    note->remove("contact");
    return addNote(core, ticket, note);
}

const Row &patchNote(const Core &core, std::int64_t ticket, std::int64_t id, const std::string &body)
{
    core.require("TicketNotes", "update");
    Row &row = requireNote(core, ticket, id);
    WriteErrors errors(notes().resource);
    Object::Ptr changed = copy(*row.values);
    Object::Ptr changes = readValues(notes(), *readPatch(notes(), body), errors);
    changes->remove("contact");
    for (const auto &[name, value] : *changes)
        changed->set(name, value);
    dropUnset(*changed);
    checkNote(*changed, errors);
    errors.raise();
    derive(core, *changed);
    row.values = changed;
    core.record({ticket, "Notes", "updated", "", "", "A note has been updated."});
    moveTicket(core, ticket);
    return row;
}

void deleteNote(const Core &core, std::int64_t ticket, std::int64_t id)
{
    core.require("TicketNotes", "delete");
    core.rows.table(deletedNotes)[id] = requireNote(core, ticket, id);
    core.rows.table(notes().name).erase(id);
    core.record({ticket, "Notes", "deleted", "", "", "A note has been deleted."});
    moveTicket(core, ticket);
}

void addInitialNotes(const Core &core, std::int64_t ticket, const Object &texts)
{
    constexpr std::array kinds{std::pair("initialDescription", "detailDescriptionFlag"),
                               std::pair("initialInternalAnalysis", "internalAnalysisFlag"),
                               std::pair("initialResolution", "resolutionFlag")};
    for (const auto &[text, kind] : kinds)
    {
        if (!isSet(texts, text) || texts.get(text).toString().empty())
            continue;
        Object::Ptr note = newObject();
        note->set("text", texts.get(text));
        note->set(kind, true);
        complete(core, ticket, *note);
        insert(core, notes(), note);
    }
}

} // namespace psa::sandbox::connectwise

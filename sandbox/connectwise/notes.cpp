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

/// Sets the fields that the service adds to every note.
void complete(const Core &core, std::int64_t ticket, Object &note)
{
    for (const char *no :
         {"detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag", "issueFlag", "customerUpdatedFlag"})
        if (!isSet(note, no))
            note.set(no, false);
    note.set("ticketId", ticket);
    note.set("member", core.tenant.number("apiMember"));
    note.set("dateCreated", toMillis(core.now));
    note.set("createdBy", apiMember(core));
    note.set("internalFlag", flag(note, "internalAnalysisFlag"));
    note.set("externalFlag", flag(note, "detailDescriptionFlag") || flag(note, "resolutionFlag"));
    note.remove("processNotifications");
}

} // namespace

const Row &createNote(const Core &core, std::int64_t ticket, const std::string &body)
{
    core.require("TicketNotes", "create");
    requireTicket(core, ticket);
    WriteErrors errors(notes().resource);
    Object::Ptr note = readValues(notes(), *readObject(body), errors);
    checkRequired(notes(), *note, errors);
    if (!flag(*note, "detailDescriptionFlag") && !flag(*note, "internalAnalysisFlag") && !flag(*note, "resolutionFlag"))
        errors.add("MissingRequiredField", "Please choose where to display the notes in order to save this record.",
                   "detailDescriptionFlag");
    errors.raise();
    note->remove("contact");
    complete(core, ticket, *note);
    return insert(core, notes(), note);
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

#include "identity.h"
#include "search.h"
#include "ticket_row.h"
#include "verbs.h"
#include "watermark.h"

#include "common/text.h"
#include "common/ticket_note.h"

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

/// The last line of `text` that is not blank, without white space around it.
std::string_view lastLine(std::string_view text)
{
    text = trim(text);
    return trim(text.substr(text.find_last_of("\r\n") + 1)); // npos + 1 = 0: the whole text
}

/// Whether one of the lines is exactly the reference. People may add lines to a note.
bool carries(std::string_view text, std::string_view reference)
{
    while (!text.empty())
    {
        const std::size_t end = text.find_first_of("\r\n");
        if (trim(text.substr(0, end)) == reference)
            return true;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return false;
}

/// The flag of the place on the ticket where ConnectWise shows the note. Flags add up, so exactly one is true.
std::string placeOf(const Object &note)
{
    if (textOf(note, "kind") == "resolution")
        return "resolutionFlag";
    return textOf(note, "visibility") == "public" ? "detailDescriptionFlag" : "internalAnalysisFlag";
}

Object noteBody(const Object &note, std::string_view reference, std::vector<psa::Warning> &warnings)
{
    const std::string place = placeOf(note);
    const std::string text = psa::fitNote(thePsa.name, trim(textOf(note, "text")), noteMaxLength, warnings);
    Object body;
    body.set("text", text + "\n" + std::string(reference));
    for (const char *flag : {"detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag"})
        body.set(flag, place == flag);
    body.set("processNotifications", flagOf(note, "notify"));
    return body;
}

/// A rejected note of a merged ticket is the end of that ticket's updates, whatever ConnectWise says about it.
psa::Error explained(psa::Error error, Client &client, std::string_view ticketId)
{
    try
    {
        throwIfMerged(*readTicketRow(client, ticketId), ticketId);
    }
    catch (const psa::Error &other)
    {
        if (other.status() == PSA_NOT_FOUND)
            return other;
        client.call().info(std::string("The ticket could not be read: ") + other.what());
    }
    return error;
}

/// Whether the row of a list of notes is one of the plugin's with this reference. What a customer wrote is not: mail
/// that quotes a note carries its reference, too.
bool isNoteWith(const Object &row, std::string_view reference)
{
    return !row.getObject("contact") && carries(textOf(row, "text"), reference);
}

} // namespace

std::string addNote(Client &client, std::string_view ticketId, std::string_view reference, std::string_view noteJson)
{
    std::vector<psa::Warning> warnings;
    const std::string path = ticketPath(ticketId, "/notes");
    const Object body = noteBody(*parseNote(noteJson, reference), reference, warnings);
    try
    {
        const Object::Ptr made = psa::sendWith(client.call(), warnings, [&] {
            return aboutTicket(ticketId, [&] { return client.post(path, body, Effect::adds); });
        });
        rememberOwnIdentifier(client, *made);
        rememberOwnNote(client, ticketId, *made);
        return psa::noteResult(textOf(*made, "id"), warnings); // readObject() has checked that there is an id.
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET)
            throw;
        throw explained(error, client, ticketId);
    }
}

std::string findNotes(Client &client, std::string_view ticketId, std::string_view reference)
{
    const std::string path = ticketPath(ticketId, "/notes");
    requireNoteReference(reference,
                         "No note of this host has it, because the plugin never adds one with such a reference.");
    const Array::Ptr rows = aboutTicket(ticketId, [&] { return client.everyRow(path, Search().orderBy("id desc")); });
    std::vector<std::int64_t> ids;
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const Object::Ptr row = rows->getObject(i); isNoteWith(*row, reference))
            ids.push_back(*integerOf(*row, "id"));
    return foundNotes(std::move(ids));
}

void removeNote(Client &client, std::string_view ticketId, std::string_view noteId)
{
    if (!isInteger(noteId) || noteId.front() == '-')
        return; // ConnectWise has no such note.
    const std::string path = ticketPath(ticketId, "/notes/" + std::string(noteId));
    try
    {
        const Object::Ptr note = client.get(path);
        const std::string own = ownIdentifierFor(client, ticketId);
        const Author author = authorOf(client.configuration(), own, textOf(*note, "createdBy"));
        if (!isNoteReference(lastLine(textOf(*note, "text"))) || note->getObject("contact") || author != Author::self)
            throw psa::Error(PSA_CONFLICT, "Note " + std::string(noteId) + " of ticket " + oneLine(ticketId) +
                                               " was not written by this plugin, or somebody has changed it.")
                .hint("Delete it in ConnectWise if it is a duplicate.");
        client.remove(path);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
    }
}

} // namespace psa::plugins::connectwise

#include "identity.h"
#include "outcomes.h"
#include "ticket_actions.h"
#include "ticket_row.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_note.h"

namespace psa::plugins::halopsa {
namespace {

/// How a note is found again: a line of its own in its text. People see it.
std::string markerOf(std::string_view reference)
{
    return "[ref:" + std::string(reference) + "]";
}

/// Whether the note ends as the plugin's notes do. HaloPSA has been seen to append line ends, and to join lines.
bool endsWithMarker(std::string_view text)
{
    constexpr std::string_view begin = "[ref:";
    text = trim(text);
    const std::size_t at = text.rfind(begin);
    if (at == std::string_view::npos || text.back() != ']')
        return false;
    text.remove_prefix(at + begin.size());
    text.remove_suffix(1);
    return isNoteReference(text);
}

/// `text` for a mail: HaloPSA makes those of HTML alone.
std::string htmlOf(std::string_view text)
{
    std::string html;
    for (const char c : text)
        switch (c)
        {
        case '&':
            html += "&amp;";
            break;
        case '<':
            html += "&lt;";
            break;
        case '>':
            html += "&gt;";
            break;
        case '\n':
            html += "<br>";
            break;
        default:
            html += c;
        }
    return html;
}

Object noteBody(Client &client, std::int64_t ticket, const Object &note, std::string_view reference,
                std::vector<psa::Warning> &warnings)
{
    const bool isPublic = textOf(note, "visibility") == "public";
    const bool mails = isPublic && flagOf(note, "notify");
    const std::string text =
        psa::fitNote(thePsa.name, trim(textOf(note, "text")), noteMaxLength, warnings) + "\n\n" + markerOf(reference);
    if (flagOf(note, "notify") && !isPublic)
        warnings.push_back({"HaloPSA e-mails nobody about an internal note.", "notify",
                            "Make the note public if the customer should get an email."});
    Object body;
    body.set("ticket_id", static_cast<Poco::Int64>(ticket));
    body.set("outcome_id", static_cast<Poco::Int64>(outcomeFor(client, isPublic)));
    body.set("note", text);
    if (mails)
        body.set("note_html", htmlOf(text));
    body.set("hiddenfromuser", !isPublic);
    body.set("sendemail", mails);
    body.set("dont_do_rules", !client.configuration().runRules);
    return body;
}

/// A rejected note of a merged or deleted ticket is the end of that ticket's updates, whatever HaloPSA says about it.
psa::Error explained(psa::Error error, Client &client, std::string_view ticketId)
{
    try
    {
        livingTicket(client, ticketId);
    }
    catch (const psa::Error &other)
    {
        if (other.status() == PSA_NOT_FOUND)
            return other;
        client.call().info(std::string("The ticket could not be read: ") + other.what());
    }
    return error;
}

/// Whether an action is one of the plugin's notes with this reference. What a customer wrote is not: mail that quotes a
/// note has its reference, too.
bool isNoteWith(const Object &action, const std::string &marker)
{
    return !isByUser(action) && (textOf(action, "note").find(marker) != std::string::npos ||
                                 textOf(action, "note_html").find(marker) != std::string::npos);
}

} // namespace

std::string addNote(Client &client, std::string_view ticketId, std::string_view reference, std::string_view noteJson)
{
    std::vector<psa::Warning> warnings;
    const std::int64_t ticket = ticketNumber(ticketId);
    const Object body = noteBody(client, ticket, *parseNote(noteJson, reference), reference, warnings);
    try
    {
        const Object::Ptr made = psa::sendWith(
            client.call(), warnings, [&] { return aboutTicket(ticketId, [&] { return client.addAction(body); }); });
        rememberOwnApplication(client, *made);
        return psa::noteResult(textOf(*made, "id"), warnings); // readObject() has checked that there is an id.
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET)
            throw;
        client.kept().forgetUsed(); // The cached outcomes may be outdated.
        throw explained(error, client, ticketId);
    }
}

std::string findNotes(Client &client, std::string_view ticketId, std::string_view reference)
{
    requireNoteReference(reference,
                         "No note of this host has it, because the plugin never adds one with such a reference.");
    const std::int64_t ticket = ticketNumber(ticketId);
    const TicketActions actions = aboutTicket(ticketId, [&] { return readActions(client, ticket); });
    const std::string marker = markerOf(reference);
    std::vector<std::int64_t> ids;
    for (unsigned i = 0; i < actions.rows->size(); ++i)
        if (const Object::Ptr row = actions.rows->getObject(i); isNoteWith(*row, marker))
            ids.push_back(*integerOf(*row, "id"));
    if (ids.empty() && !actions.whole)
        throw psa::Error(PSA_UNAVAILABLE, "HaloPSA's response does not say whether the note exists.")
            .hint("Nothing was changed. It is looked up again later.")
            .detail("GET /api/Actions: not all actions of the ticket, and none with the reference " +
                    std::string(reference));
    return foundNotes(std::move(ids));
}

void removeNote(Client &client, std::string_view ticketId, std::string_view noteId)
{
    const std::int64_t ticket = ticketNumber(ticketId);
    if (!isInteger(noteId) || noteId.front() == '-')
        return; // HaloPSA has no such note.
    const std::int64_t number = std::stoll(std::string(noteId));
    Self self{ownApplication(client)};
    if (self.application.empty())
        self.agent = readOwnAgent(client).id;
    try
    {
        const Object::Ptr action =
            client.get("Actions/" + std::to_string(number) + "?ticket_id=" + std::to_string(ticket));
        const bool isAsked =
            integerOf(*action, "id") == number && integerOf(*action, "ticket_id").value_or(ticket) == ticket;
        const bool isOwn = authorOf(client.configuration(), self, *action) == Author::self;
        if (!isAsked || !isOwn || !endsWithMarker(textOf(*action, "note")))
            throw psa::Error(PSA_CONFLICT, "Note " + std::string(noteId) + " of ticket " + oneLine(ticketId) +
                                               " was not written by this plugin, or somebody has changed it.")
                .hint("Delete it in HaloPSA if it is a duplicate.");
        client.removeAction(ticket, number);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
    }
}

} // namespace psa::plugins::halopsa

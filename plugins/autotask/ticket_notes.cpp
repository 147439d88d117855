#include "metadata.h"
#include "query.h"
#include "ticket_row.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"
#include "common/ticket_note.h"

#include <algorithm>

namespace psa::plugins::autotask {
namespace {

constexpr std::size_t noteTitleLength = 250; ///< Autotask's usual one.

/// How a note is found again: its title ends with this, and its description has it as the first line. People see it.
std::string markerOf(std::string_view reference)
{
    return "[" + std::string(reference) + "]";
}

bool isMarked(const Object &note, const std::string &marker)
{
    const std::string title(trim(textOf(note, "title")));
    const std::string text(trim(textOf(note, "description")));
    const bool inTitle =
        title.size() >= marker.size() && title.compare(title.size() - marker.size(), std::string::npos, marker) == 0;
    return inTitle || text.compare(0, marker.size(), marker) == 0;
}

/// What is left of `limit` beside the marker.
std::size_t roomBeside(const std::string &marker, std::size_t limit)
{
    return limit > marker.size() + 1 ? limit - marker.size() - 1 : 0;
}

std::string markedTitle(const std::string &title, const std::string &marker, std::size_t limit)
{
    const std::string text = clip(title, roomBeside(marker, limit)).text;
    return text.empty() ? marker : text + " " + marker;
}

std::string titleOf(const Object &note)
{
    if (textOf(note, "kind") == "resolution")
        return "Resolution";
    const std::string text(trim(textOf(note, "text")));
    return oneLine(text.substr(0, text.find_first_of("\r\n")));
}

/// The first of `wanted` that is the beginning of a label; nullptr if there is none.
const PickValue *withLabel(const std::vector<PickValue> &values, std::initializer_list<const char *> wanted)
{
    for (const char *label : wanted)
        for (const PickValue &value : values)
            if (lower(value.label).rfind(label, 0) == 0)
                return &value;
    return nullptr;
}

std::int64_t publishOf(const Object &note, const Metadata &metadata)
{
    const bool isPublic = textOf(note, "visibility") == "public";
    const auto value = publishValue(metadata, isPublic);
    if (!value)
        throw invalidField(
            "visibility",
            std::string("Autotask lists no value for ") + (isPublic ? "public" : "internal") +
                " notes that the plugin knows; it has: " + candidates(activeValues(metadata.values("publish"))) + ".",
            "The note was not added, so that nobody reads it who should not. Report the list to the maker "
            "of the plugin.");
    return *value;
}

/// The type of a note that people write. Types are Autotask's own, so their ids are the same in every tenant, but labels
/// are translated.
std::int64_t typeOf(const Metadata &metadata)
{
    const std::vector<PickValue> values = activeValues(metadata.values("noteType"));
    const PickValue *value = withLabel(values, {"task notes", "task detail", "task summary"});
    for (const char *id : {"3", "2", "1"})
        for (const PickValue &one : values)
            if (value == nullptr && one.id == id)
                value = &one;
    if (value == nullptr || !isInteger(value->id))
        throw invalidField("kind", "Autotask lists no type for notes of a ticket.",
                           "Give the security level of the API user read on ticket notes.");
    return std::stoll(value->id);
}

Object bodyOf(const Object &note, std::string_view reference, const Metadata &metadata,
              std::vector<psa::Warning> &warnings)
{
    const std::string marker = markerOf(reference);
    const std::size_t room = roomBeside(marker, metadata.length("description", noteLength));
    Object body;
    body.set("title", markedTitle(titleOf(note), marker, metadata.length("title", noteTitleLength)));
    body.set("description", marker + "\n" + psa::fitNote(thePsa.name, trim(textOf(note, "text")), room, warnings));
    body.set("noteType", static_cast<Poco::Int64>(typeOf(metadata)));
    body.set("publish", static_cast<Poco::Int64>(publishOf(note, metadata)));
    if (flagOf(note, "notify"))
        warnings.push_back({"Autotask e-mails nobody about notes of integrations, except by a workflow rule.", "notify",
                            "Add a workflow rule for notes in Autotask if people should get an e-mail."});
    return body;
}

/// The body for the tenant's lists as they are cached, or as they are now if those do not have a value.
Object currentBody(Client &client, const Object &note, std::string_view reference, std::vector<psa::Warning> &warnings)
{
    const Metadata metadata = Metadata::noteFields(client);
    try
    {
        return bodyOf(note, reference, metadata, warnings);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET || !metadata.fromCache())
            throw;
        Metadata::forget(client);
        warnings.clear();
        return bodyOf(note, reference, Metadata::noteFields(client), warnings);
    }
}

/// The rows of the ticket that have the reference in a field that can be searched. Without the brackets of the marker,
/// which a search may take for a pattern.
Array::Ptr search(Client &client, std::int64_t ticket, const std::string &reference, unsigned most)
{
    const Metadata metadata = Metadata::noteFields(client);
    const FieldInfo *text = metadata.find("description");
    Query query(most, {"id", "ticketID", "title", "description", "createdByContactID"});
    query.equals("ticketID", static_cast<Poco::Int64>(ticket));
    if (text == nullptr || text->queryable)
        query.containsAny({"title", "description"}, reference);
    else
        query.contains("title", reference);
    return client.query("TicketNotes", query.body());
}

psa::Error unclearNotes(const std::string &detail)
{
    return psa::Error(PSA_UNAVAILABLE, "Autotask's response does not say whether the note exists.")
        .hint("Nothing was changed. It is looked up again later.")
        .detail("POST TicketNotes/query: " + detail);
}

} // namespace

/// By label: the numbers are the tenant's own, and a wrong one shows an internal note to customers. The beginnings are
/// those of Autotask's languages.
std::optional<std::int64_t> publishValue(const Metadata &metadata, bool isPublic)
{
    const std::vector<PickValue> values = activeValues(metadata.values("publish"));
    const PickValue *value = isPublic ? withLabel(values, {"all autotask users", "all", "tou", "tod", "tutt"})
                                      : withLabel(values, {"internal project team", "internal users only",
                                                           "internal only", "internal users", "intern"});
    return value != nullptr && isInteger(value->id) ? std::optional<std::int64_t>(std::stoll(value->id)) : std::nullopt;
}

std::string addNote(Client &client, std::string_view ticketId, std::string_view reference, std::string_view noteJson)
{
    requireTicketId(ticketId);
    std::vector<psa::Warning> warnings;
    const Object body = currentBody(client, *parseNote(noteJson, reference), reference, warnings);
    const std::string ticket(ticketId);
    try
    {
        const Object::Ptr answer = psa::sendWith(client.call(), warnings, [&] { return client.addNote(ticket, body); });
        return psa::noteResult(std::to_string(integerOf(*answer, "itemId").value_or(0)), warnings);
    }
    catch (const psa::Error &error)
    {
        // The cached lists of the tenant may be outdated: the next note reads them again.
        if (error.status() == PSA_INVALID_TICKET)
            client.kept().forgetUsed();
        throw;
    }
}

std::string findNote(Client &client, std::string_view ticketId, std::string_view reference)
{
    constexpr unsigned most = 100;
    requireTicketId(ticketId);
    const std::int64_t ticket = std::stoll(std::string(ticketId));
    const std::string marker = markerOf(reference);
    const Array::Ptr rows = search(client, ticket, std::string(reference), most);
    std::vector<std::int64_t> ids;
    for (unsigned i = 0; i < rows->size(); ++i)
    {
        const Object::Ptr row = rows->getObject(i);
        const auto id = row ? integerOf(*row, "id") : std::nullopt;
        if (!id || *id <= 0 || !integerOf(*row, "ticketID") || !row->has("title"))
            throw unclearNotes("a row without id, ticketID or title");
        // Also compared here, because Autotask may ignore a condition, or case. A customer's note only quotes it.
        if (integerOf(*row, "ticketID") == ticket && isMarked(*row, marker) && !has(*row, "createdByContactID"))
            ids.push_back(*id);
    }
    if (rows->size() >= most && ids.empty())
        throw unclearNotes("a full page, and none with the reference " + std::string(reference));
    return foundNotes(std::move(ids));
}

} // namespace psa::plugins::autotask

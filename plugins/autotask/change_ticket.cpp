#include "metadata.h"
#include "people.h"
#include "query.h"
#include "records.h"
#include "ticket_names.h"
#include "ticket_row.h"
#include "verbs.h"

#include "common/text.h"
#include "common/ticket_document.h"

namespace psa::plugins::autotask {
namespace {

/// What differs between a ticket and the change.
struct Differences
{
    Object fields;                  ///< Autotask's names and new values.
    std::vector<std::string> names; ///< The members of the change.

    void add(const TicketName &name, std::int64_t value)
    {
        fields.set(name.theirs, static_cast<Poco::Int64>(value));
        names.emplace_back(name.ours);
    }
};

/// The ticket, which must exist. Throws psa::Error.
Object::Ptr existing(Client &client, std::string_view ticketId)
{
    requireTicketId(ticketId);
    const std::string id(ticketId);
    if (Object::Ptr row = ticketRow(client, id))
        return row;
    const MissingTicket missing = whyMissing(client, id);
    if (missing.logged)
        throw psa::Error(PSA_NOT_FOUND, "Ticket " + id + " was deleted in Autotask.")
            .hint("Nothing to do: a deleted ticket cannot be changed.");
    if (missing.refused)
        throw missingTicket(thePsa, ticketId);
    throw notShown(id);
}

/// True if the row shows that this API user completed the ticket and nobody was active since: then nobody merged it.
bool isCompletedByUs(Client &client, const Object &row)
{
    const auto own = ownResource(client, row);
    return own && integerOf(row, "completedByResourceID") == own && integerOf(row, "lastActivityResourceID") == own;
}

/// A merged ticket stays in Autotask as a complete one, with a note of its own type.
void throwIfMerged(Client &client, const Object &row, const std::string &ticketId)
{
    if (!isComplete(row) || isCompletedByUs(client, row))
        return;
    constexpr unsigned most = 10;
    const Query query = Query(most, {"id", "ticketID", "noteType", "title"})
                            .equals("ticketID", static_cast<Poco::Int64>(std::stoll(ticketId)))
                            .equals("noteType", static_cast<Poco::Int64>(mergedNoteType));
    const Array::Ptr rows = client.query("TicketNotes", query.body());
    for (unsigned i = 0; i < rows->size(); ++i)
        if (const Object::Ptr note = rows->getObject(i); note && integerOf(*note, "noteType") == mergedNoteType)
            throw psa::Error(PSA_NOT_FOUND, "Ticket " + ticketId + " was merged into another ticket in Autotask.")
                .hint("Nothing to do: what happens next belongs to the other ticket.");
}

void comparePickLists(const Object &change, const Object &row, const Metadata &metadata, Differences &differences)
{
    for (const char *ours : {"status", "priority", "queue", "category"})
    {
        const TicketName &name = ticketName(ours);
        const std::string wanted = givenText(change, name);
        if (wanted.empty() || wanted == textOf(row, name.theirs))
            continue;
        const std::int64_t value = resolvePickValue(thePsa, name, metadata.values(name.theirs), wanted);
        if (integerOf(row, name.theirs) != value)
            differences.add(name, value);
    }
}

void comparePeople(Client &client, const Object &change, const Object &row, Differences &differences)
{
    const TicketName &assignee = ticketName("assignee");
    if (const std::string wanted = givenText(change, assignee); !wanted.empty())
        if (const std::int64_t resource = resolveResource(client, wanted); integerOf(row, assignee.theirs) != resource)
        {
            differences.add(assignee, resource);
            differences.fields.set("assignedResourceRoleID",
                                   static_cast<Poco::Int64>(deskRole(client, resource, wanted)));
        }
    const TicketName &device = ticketName("device");
    const std::string wanted = givenText(change, device);
    if (wanted.empty())
        return;
    const std::int64_t id = resolveDevice(client, wanted, integerOf(row, "companyID").value_or(-1));
    if (integerOf(row, device.theirs) != id)
        differences.add(device, id);
}

/// Compares with the tenant's lists as they are cached, or as they are now if those do not have a value.
Differences compare(Client &client, const Object &change, const Object &row, Metadata &metadata)
{
    Differences differences;
    try
    {
        comparePickLists(change, row, metadata, differences);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_INVALID_TICKET || !metadata.fromCache())
            throw;
        Metadata::forget(client);
        metadata = Metadata::ticketFields(client);
        differences = Differences();
        comparePickLists(change, row, metadata, differences);
    }
    comparePeople(client, change, row, differences);
    return differences;
}

psa::TicketStatus statusOf(const Object &row, const Metadata &metadata)
{
    const std::string id = textOf(row, "status");
    return {id, metadata.label("status", id)};
}

} // namespace

std::string changeTicket(Client &client, std::string_view ticketId, std::string_view changeJson)
{
    const Object::Ptr change = parseChange(changeJson);
    const Object::Ptr row = existing(client, ticketId);
    Metadata metadata = Metadata::ticketFields(client);
    const Differences differences = compare(client, *change, *row, metadata);
    if (differences.names.empty())
        return psa::changeResult({}, statusOf(*row, metadata));
    const std::string id(ticketId);
    throwIfMerged(client, *row, id);
    try
    {
        client.change(id, differences.fields);
    }
    catch (const psa::Error &error)
    {
        // The cached data of the tenant may be outdated: the next change reads it again.
        if (error.status() == PSA_INVALID_TICKET)
            client.kept().forgetUsed();
        throw;
    }
    // The response has only the ticket's id: a workflow rule that sets the status back shows when the ticket is read.
    const Object &now = has(differences.fields, "status") ? differences.fields : *row;
    return psa::changeResult(differences.names, statusOf(now, metadata));
}

} // namespace psa::plugins::autotask

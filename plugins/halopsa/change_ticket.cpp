#include "identity.h"
#include "own_changes.h"
#include "records.h"
#include "ticket_mapping.h"
#include "ticket_names.h"
#include "ticket_row.h"
#include "verbs.h"

#include "common/records.h"
#include "common/text.h"

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

/// The members of the change that differ from the ticket, and what sets them.
class TicketChange
{
public:
    /// All must outlive it.
    TicketChange(Client &client, const Object &row, std::vector<psa::Warning> &warnings)
        : client_(client), lists_(client), row_(row), warnings_(warnings), type_(textOf(row, "tickettype_id"))
    {
    }

    void compare(const Object &change);

    const std::vector<std::string> &changed() const { return changed_; }
    /// What to send.
    const Object &fields() const { return fields_; }
    psa::TicketStatus statusIn(const Object &row) { return statusOf(lists_, row); }
    /// Adds to a rejection what HaloPSA would have accepted.
    psa::Error explained(const psa::Error &error);

private:
    void compareMember(const TicketName &name, const std::string &given);
    void compareStatus(const TicketName &name, const std::string &given);
    void comparePriority(const TicketName &name, const std::string &given);
    void compareText(const TicketName &name, const std::string &given);
    void compareAgent(const TicketName &name, const std::string &given);
    void compareAsset(const TicketName &name, const std::string &given);
    void setId(const TicketName &name, std::int64_t id);
    std::int64_t sla();

    Client &client_;
    PickLists lists_;
    const Object &row_;
    std::vector<psa::Warning> &warnings_;
    const std::string type_;
    Object fields_;
    std::vector<std::string> changed_;
};

void TicketChange::compare(const Object &change)
{
    for (const char *member : {"priority", "queue", "category", "assignee", "device", "status"})
        if (has(change, member))
        {
            const TicketName &name = ticketName(member);
            const std::string given = givenText(change, name);
            if (given.empty())
                throw invalidField(name.ours, std::string(name.title) + " is empty.", "Name a value, or leave it out.");
            compareMember(name, given);
        }
}

void TicketChange::compareMember(const TicketName &name, const std::string &given)
{
    const std::string_view ours = name.ours;
    try
    {
        if (ours == "status")
            compareStatus(name, given);
        else if (ours == "priority")
            comparePriority(name, given);
        else if (ours == "assignee")
            compareAgent(name, given);
        else if (ours == "device")
            compareAsset(name, given);
        else
            compareText(name, given);
    }
    catch (psa::Error &error)
    {
        // PSA_NOT_FOUND without a field would mean that the ticket is gone.
        if (error.status() == PSA_NOT_FOUND)
            error.field(name.ours);
        throw;
    }
}

/// Whole numbers only: HaloPSA does not accept 95.0.
void TicketChange::setId(const TicketName &name, std::int64_t id)
{
    if (integerOf(row_, name.theirs) == id)
        return;
    fields_.set(name.theirs, static_cast<Poco::Int64>(id));
    changed_.emplace_back(name.ours);
}

void TicketChange::compareStatus(const TicketName &name, const std::string &given)
{
    setId(name, idValue(lists_, name, given, type_));
    if (fields_.has(name.theirs))
        fields_.set("send_survey", false);
}

std::int64_t TicketChange::sla()
{
    const std::int64_t own = integerOf(row_, "sla_id").value_or(0);
    return own > 0 ? own : lists_.slaOf(type_);
}

void TicketChange::comparePriority(const TicketName &name, const std::string &given)
{
    const std::int64_t of = sla();
    if (of == 0)
    {
        warnings_.push_back({"The ticket has no SLA in HaloPSA and so no priorities; the priority \"" + oneLine(given) +
                                 "\" was not set.",
                             name.ours, "Give the ticket type a default SLA in HaloPSA."});
        return;
    }
    const auto value = lists_.choosePriority(given, of);
    if (!value && !isInteger(given))
        throw invalidField(name.ours, "Priority \"" + oneLine(given) + "\" cannot be looked up: HaloPSA lists none.",
                           "Use its numeric id.");
    setId(name, std::stoll(value ? value->id : given));
}

void TicketChange::compareText(const TicketName &name, const std::string &given)
{
    const std::string value = textValue(lists_, name, given);
    if (isSameName(textOf(row_, name.theirs), value))
        return;
    fields_.set(name.theirs, value);
    changed_.emplace_back(name.ours);
}

/// A ticket that somebody works on is not taken away: a request that waits in a queue can come after a technician has
/// taken the ticket.
void TicketChange::compareAgent(const TicketName &name, const std::string &given)
{
    constexpr std::int64_t unassigned = 1;
    const std::int64_t wanted = resolveAgent(client_, given);
    const std::int64_t now = integerOf(row_, name.theirs).value_or(unassigned);
    if (now > unassigned && now != wanted && ownAgent(client_) != now)
        throw psa::Error(PSA_CONFLICT, "The ticket is assigned to agent " + std::to_string(now) +
                                           " in HaloPSA, and is not taken away from them.")
            .field(name.ours)
            .hint("Assign it in HaloPSA.");
    setId(name, wanted);
}

/// Whether HaloPSA replaces or adds assets is not documented, so that all of them are sent.
void TicketChange::compareAsset(const TicketName &name, const std::string &given)
{
    std::vector<std::int64_t> ids;
    const Array::Ptr now = row_.getArray(name.theirs);
    const std::string wanted = oneLine(given);
    for (unsigned i = 0; now && i < now->size(); ++i)
        if (const Object::Ptr asset = now->getObject(i))
        {
            if (textOf(*asset, "id") == wanted || isSameName(assetLabel(*asset), wanted))
                return;
            ids.push_back(integerOf(*asset, "id").value_or(0));
        }
    const std::int64_t id = resolveAsset(client_, wanted, integerOf(row_, "client_id").value_or(0));
    if (std::find(ids.begin(), ids.end(), id) != ids.end())
        return;
    ids.push_back(id);
    fields_.set(name.theirs, assetArray(ids));
    changed_.emplace_back(name.ours);
}

psa::Error TicketChange::explained(const psa::Error &error)
{
    if (error.status() != PSA_INVALID_TICKET)
        return error;
    client_.kept().forgetUsed(); // The cached lists may be outdated.
    return withCandidates(error, client_.call(), pickListNames(ticketNames()), [&](const TicketName &name) {
        return std::string_view(name.ours) == "priority" ? lists_.priorities(sla()) : lists_.values(name, type_);
    });
}

/// The status after a change. The response may still show the ticket as it was before. A rule of HaloPSA, or the ticket
/// type, can set a third status, such as one for tickets about to be closed.
psa::TicketStatus statusAfter(TicketChange &change, const Object &before, const Object &after,
                              std::vector<psa::Warning> &warnings)
{
    Object::Ptr row = new Object(before);
    if (!textOf(change.fields(), "status_id").empty())
        row->set("status_id", change.fields().get("status_id"));
    const std::string now = textOf(after, "status_id");
    if (now.empty() || now == textOf(*row, "status_id") || now == textOf(before, "status_id"))
        return change.statusIn(*row);
    row->set("status_id", now);
    psa::TicketStatus status = change.statusIn(*row);
    warnings.push_back(
        {"After the change the ticket has the status \"" + status.label + "\" (" + now + "), not the one that was set.",
         "status", "Check the rules and the ticket type in HaloPSA."});
    return status;
}

} // namespace

std::string changeTicket(Client &client, std::string_view ticketId, std::string_view changeJson)
{
    const Object::Ptr wanted = parseChange(changeJson);
    const std::int64_t ticket = ticketNumber(ticketId);
    const Object::Ptr row = livingTicket(client, ticketId);
    std::vector<psa::Warning> warnings;
    TicketChange change(client, *row, warnings);
    change.compare(*wanted);
    if (change.changed().empty())
        return psa::changeResult({}, change.statusIn(*row), warnings);
    Object fields = change.fields();
    fields.set("dont_do_rules", !client.configuration().runRules);
    try
    {
        const Object::Ptr after = psa::sendWith(client.call(), warnings, [&] {
            return aboutTicket(ticketId, [&] { return client.changeTicket(ticket, fields); });
        });
        rememberOwnChanges(client, ticket, change.fields());
        const psa::TicketStatus status = statusAfter(change, *row, *after, warnings);
        return psa::changeResult(change.changed(), status, warnings);
    }
    catch (const psa::Error &error)
    {
        if (error.status() == PSA_OUTCOME_UNKNOWN) // If it was done, then by us.
            rememberOwnChanges(client, ticket, change.fields());
        throw change.explained(error);
    }
}

std::string describeUpdates()
{
    psa::UpdateDescription about;
    about.noteMaxLength = noteMaxLength;
    about.quietSeconds = 300; // Accepted notes appeared after seconds, once after minutes.
    about.resolvedStatuses = {"Closed", "Resolved", "Completed"};
    about.reopenedStatuses = {"In Progress", "Re-Opened", "New"};
    about.changes = {"status", "priority", "queue", "category", "assignee", "device"};
    about.removesNotes = true;
    return psa::updateDescription(about);
}

} // namespace psa::plugins::halopsa

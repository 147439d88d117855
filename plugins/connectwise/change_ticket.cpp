#include "pick_lists.h"
#include "records.h"
#include "search.h"
#include "ticket_names.h"
#include "ticket_row.h"
#include "verbs.h"

#include "common/text.h"

#include <algorithm>
#include <array>

namespace psa::plugins::connectwise {
namespace {

/// What a patch can set; the status last, because the board may demand the other values for it.
constexpr std::array<const char *, 4> inPatch{"priority", "category", "assignee", "status"};

/// Runs `find`, which looks up the value of a member in ConnectWise. PSA_NOT_FOUND without a field would mean that the
/// ticket is gone, so a list that this site does not have is an error of the member.
template <class Find>
std::int64_t lookedUp(const char *member, Find &&find)
{
    try
    {
        return find();
    }
    catch (psa::Error &error)
    {
        if (error.status() == PSA_NOT_FOUND)
            error.field(member);
        throw;
    }
}

/// The members of the change that differ from the ticket, and the patch that sets them.
class TicketChange
{
public:
    /// All must outlive it.
    TicketChange(Client &client, const Object &row, const Object &change)
        : client_(client), lists_(client), row_(row), board_(std::to_string(referredId(row, "board")))
    {
        for (const char *member : inPatch)
            if (const TicketName &name = ticketName(member); has(change, member))
                add(name, givenText(change, name));
    }

    const std::vector<std::string> &changed() const { return changed_; }
    /// The status that it sets; 0 if it sets none.
    std::int64_t status() const { return status_; }

    Array operations() const
    {
        Array all = operations_;
        addOperation(all, ticketName("notify").theirs, false); // Nobody is e-mailed about a change.
        return all;
    }

    /// Adds to an error what ConnectWise would have accepted, and which right is missing.
    psa::Error explained(psa::Error error);

private:
    void add(const TicketName &name, const std::string &given);
    std::int64_t idOf(const TicketName &name, const std::string &given);
    static void addOperation(Array &all, const std::string &path, const Poco::Dynamic::Var &value);
    bool closes();

    Client &client_;
    PickLists lists_;
    const Object &row_;
    const std::string board_; ///< The ticket's current one.
    Array operations_;
    std::vector<std::string> changed_;
    std::int64_t status_ = 0;
};

void TicketChange::add(const TicketName &name, const std::string &given)
{
    if (given.empty())
        throw invalidField(name.ours, std::string(name.title) + " is empty.", "Name a value, or leave it out.");
    const std::int64_t id = lookedUp(name.ours, [&] { return idOf(name, given); });
    if (id == referredId(row_, name.theirs))
        return;
    changed_.emplace_back(name.ours);
    addOperation(operations_, std::string(name.theirs) + "/id", static_cast<Poco::Int64>(id));
    if (std::string_view(name.ours) == "status")
        status_ = id;
}

std::int64_t TicketChange::idOf(const TicketName &name, const std::string &given)
{
    if (std::string_view(name.ours) == "assignee")
        return resolveMember(client_, given);
    if (isInteger(given))
        return std::stoll(given);
    // What the ticket has already needs no list.
    if (const Object::Ptr now = row_.getObject(name.theirs);
        now && lower(oneLine(textOf(*now, "name"))) == lower(oneLine(given)))
        return integerOf(*now, "id").value_or(0);
    return lists_.resolve(name, given, isOfBoard(name) ? board_ : std::string());
}

void TicketChange::addOperation(Array &all, const std::string &path, const Poco::Dynamic::Var &value)
{
    Object::Ptr operation = new Object;
    operation->set("op", "replace");
    operation->set("path", path);
    operation->set("value", value);
    all.add(operation);
}

/// Whether it sets a status that closes the ticket, as far as that can be read.
bool TicketChange::closes()
{
    if (status_ == 0)
        return false;
    try
    {
        return lists_.closesTicket(board_, status_);
    }
    catch (const psa::Error &error)
    {
        client_.call().info(std::string("The statuses could not be read: ") + error.what());
        return false;
    }
}

psa::Error TicketChange::explained(psa::Error error)
{
    if (error.status() == PSA_PERMISSION && closes())
        return error.message("The security role of the API member may not close tickets: " + std::string(error.what()))
            .hint("In ConnectWise under System → Security Roles, give the member's role Service Desk > Close Service "
                  "Tickets: Edit All. It is a right of its own beside that to edit tickets.");
    if (error.status() != PSA_INVALID_TICKET)
        return error;
    std::vector<TicketName> names = pickListNames(ticketNames());
    names.erase(std::remove_if(names.begin(), names.end(), [](const TicketName &name) { return name.own; }),
                names.end());
    return withCandidates(error, client_.call(), names, [&](const TicketName &name) {
        return lists_.values(name, isOfBoard(name) ? board_ : std::string());
    });
}

/// Throws for members that a change cannot set.
Object::Ptr possibleChange(std::string_view json)
{
    Object::Ptr change = parseChange(json);
    if (has(*change, "queue"))
        throw invalidField("queue",
                           "A ticket is not moved to another board of ConnectWise: status, type and team belong "
                           "to the board.",
                           "Move it in ConnectWise.");
    const bool patches =
        std::any_of(inPatch.begin(), inPatch.end(), [&](const char *member) { return has(*change, member); });
    if (has(*change, "device") && patches)
        throw invalidField("device",
                           "In ConnectWise, a configuration is added to a ticket by a request of its own, so a "
                           "change cannot set it together with other values.",
                           "Send the device in a change of its own.");
    return change;
}

/// A workflow rule of ConnectWise can set another status in response to a change.
void warnOfOtherStatus(const Object &after, std::int64_t wanted, std::vector<psa::Warning> &warnings)
{
    if (wanted != 0 && referredId(after, "status") != wanted)
        warnings.push_back(
            {"After the change the ticket has the status \"" + statusOf(after).label + "\", not the one that was set.",
             "status", "Check the workflow rules of the board in ConnectWise."});
}

std::string changeFields(Client &client, std::string_view ticketId, const Object &wanted)
{
    const Object::Ptr row = readTicketRow(client, ticketId);
    throwIfMerged(*row, ticketId);
    TicketChange change(client, *row, wanted);
    if (change.changed().empty())
        return psa::changeResult({}, statusOf(*row));
    std::vector<psa::Warning> warnings;
    try
    {
        const Object::Ptr after = psa::sendWith(client.call(), warnings, [&] {
            return aboutTicket(ticketId, [&] { return client.patch(ticketPath(ticketId), change.operations()); });
        });
        warnOfOtherStatus(*after, change.status(), warnings);
        return psa::changeResult(change.changed(), statusOf(*after), warnings);
    }
    catch (const psa::Error &error)
    {
        if (error.status() == PSA_INVALID_TICKET)
            client.kept().forgetUsed(); // The cached lists may be outdated.
        throw change.explained(error);
    }
}

bool hasConfiguration(const Array &rows, const std::string &device)
{
    for (unsigned i = 0; i < rows.size(); ++i)
    {
        const Object::Ptr row = rows.getObject(i);
        const Object::Ptr info = row ? row->getObject("_info") : nullptr;
        if (row && (textOf(*row, "id") == device || (info && lower(oneLine(textOf(*info, "name"))) == lower(device))))
            return true;
    }
    return false;
}

std::string addDevice(Client &client, std::string_view ticketId, const std::string &given)
{
    const std::string device = oneLine(given);
    const std::string path = ticketPath(ticketId, "/configurations");
    if (device.empty())
        throw invalidField("device", "Configuration is empty.", "Name a device, or leave it out.");
    // Adding one twice is an error in ConnectWise.
    const Array::Ptr rows = aboutTicket(ticketId, [&] { return client.rows(path, Search().pageSize(1000)); });
    if (hasConfiguration(*rows, device))
        return psa::changeResult({});
    std::int64_t id = 0;
    if (isInteger(device))
        id = std::stoll(device);
    else
    {
        const Object::Ptr row = readTicketRow(client, ticketId);
        throwIfMerged(*row, ticketId);
        id = lookedUp("device", [&] { return resolveConfiguration(client, device, referredId(*row, "company")); });
        if (hasConfiguration(*rows, std::to_string(id)))
            return psa::changeResult({});
    }
    Object body;
    body.set("id", static_cast<Poco::Int64>(id));
    try
    {
        aboutTicket(ticketId, [&] { return client.post(path, body, Effect::changes); });
    }
    catch (psa::Error &error)
    {
        if (error.status() == PSA_INVALID_TICKET)
            error.field("device").hint("Use the id or the name of an active configuration of the ticket's company.");
        throw;
    }
    return psa::changeResult({"device"});
}

} // namespace

std::string changeTicket(Client &client, std::string_view ticketId, std::string_view changeJson)
{
    const Object::Ptr change = possibleChange(changeJson);
    if (has(*change, "device"))
        return addDevice(client, ticketId, givenText(*change, ticketName("device")));
    return changeFields(client, ticketId, *change);
}

std::string describeUpdates()
{
    psa::UpdateDescription about;
    about.noteMaxLength = noteMaxLength;
    about.quietSeconds = 30; // No report of lag is known; a note that is not listed by then was not added.
    about.resolvedStatuses = {"Closed", "Completed", "Resolved"};
    about.reopenedStatuses = {"In Progress", "Re-opened", "New"};
    about.changes = {"status", "priority", "category", "assignee", "device"};
    about.afterCreate = {"device"};
    about.removesNotes = true;
    return psa::updateDescription(about);
}

} // namespace psa::plugins::connectwise

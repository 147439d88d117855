#include "host/service/bulk_actions.h"

#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::service {
namespace {

using Kind = BulkAction::Kind;

/// Whether the action on the ticket of this note or change concerns it, too.
bool concerns(const BulkAction &action, const ticket::StoredOperation &operation)
{
    if (!ticket::needsHuman(operation.state))
        return false;
    if (!action.found)
        return true;
    const auto &states = action.found->operationStates;
    const bool inState = states.empty() || std::find(states.begin(), states.end(), operation.state) != states.end();
    return inState && (action.found->reason.empty() || action.found->reason == operation.reason.code);
}

} // namespace

BulkActions::Found BulkActions::find(store::TicketQuery query) const
{
    Found found;
    for (;;)
    {
        query.limit = maxTickets - found.targets.size();
        const store::TicketPage page =
            store_.read([&](const store::StoreReader &reader) { return reader.listTickets(query); });
        for (const ticket::StoredTicket &each : page.tickets)
            found.targets.push_back({std::to_string(each.id), ""});
        found.more = !page.next.empty();
        if (!found.more || found.targets.size() >= maxTickets)
            return found;
        query.cursor = page.next;
    }
}

std::vector<BulkResult> BulkActions::apply(const BulkAction &action, const std::vector<BulkTarget> &targets,
                                           const std::function<bool(const std::string &connection)> &mayUse,
                                           const std::string &who)
{
    std::vector<BulkResult> results;
    for (const BulkTarget &target : targets)
    {
        BulkResult &result = results.emplace_back();
        result.name = target.name;
        try
        {
            const ticket::StoredTicket ticket = tickets_.find(target.name);
            if (!mayUse(ticket.connection))
                throw UnknownTicket(target.name);
            result.id = ticket.id;
            result.state = ticket.state;
            result.state = one(action, target, ticket, who);
        }
        catch (const std::exception &)
        {
            result.failure = std::current_exception();
        }
    }
    return results;
}

ticket::TicketState BulkActions::one(const BulkAction &action, const BulkTarget &target,
                                     const ticket::StoredTicket &ticket, const std::string &who)
{
    if (ticket.state == ticket::TicketState::done && action.kind != Kind::link)
    {
        onOperations(action, ticket, who);
        return ticket.state;
    }
    if (action.dryRun)
    {
        check(action, ticket);
        return ticket.state;
    }
    const std::string name = std::to_string(ticket.id);
    switch (action.kind)
    {
    case Kind::retry:
        return tickets_.retry(name, action.verifyFirst, action.changes, who).state;
    case Kind::discard:
        return tickets_.discard(name, action.reason, who).state;
    case Kind::link:
        break;
    }
    return tickets_.link(name, target.psaTicket, who).state;
}

void BulkActions::check(const BulkAction &action, const ticket::StoredTicket &ticket) const
{
    if (action.kind == Kind::retry)
        return tickets_.checkRetry(ticket, action.verifyFirst, action.changes);
    ticket::StoredTicket copy = ticket;
    if (action.kind == Kind::discard)
        ticket::discard(copy, {}, ticket.changed);
    else
        ticket::link(copy, {}, {}, ticket.changed);
}

/// The ticket itself is in the PSA: there is nothing to decide about it, but about its notes and changes.
void BulkActions::onOperations(const BulkAction &action, const ticket::StoredTicket &ticket, const std::string &who)
{
    const std::string name = std::to_string(ticket.id);
    bool any = false;
    for (const ticket::StoredOperation &each : tickets_.history(ticket.id).operations)
    {
        if (!concerns(action, each))
            continue;
        any = true;
        if (!action.changes.isNull())
            throw ticket::ActionNotAllowed("ticket " + name +
                                           " is in the PSA; its notes and changes can be retried, but "
                                           "not corrected");
        if (action.dryRun)
            continue;
        if (action.kind == Kind::retry)
            tickets_.retryOperation(name, each.id, action.verifyFirst, who);
        else
            tickets_.discardOperation(name, each.id, action.reason, who);
    }
    if (!any)
        throw ticket::ActionNotAllowed("ticket " + name +
                                       " is in the PSA, and none of its notes and changes needs a "
                                       "decision");
}

} // namespace psa::service

#include "host/delivery/operation_steps.h"

#include "host/delivery/merged_documents.h"
#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::delivery {
namespace {

/// From a claim that came too early until the next one.
constexpr std::chrono::minutes untilTicketIsDone{1};
constexpr std::chrono::milliseconds untilTicketIsRead{500};

std::vector<ticket::StoredOperation> mergedInto(const std::vector<ticket::StoredOperation> &all, std::int64_t id)
{
    std::vector<ticket::StoredOperation> merged;
    std::copy_if(all.begin(), all.end(), std::back_inserter(merged),
                 [&](const ticket::StoredOperation &each) { return each.mergedInto == id; });
    return merged;
}

/// Merges into `all[first]` what fits, which is stored.
void mergeWaiting(store::StoreWriter &writer, std::vector<ticket::StoredOperation> &all, std::size_t first,
                  std::size_t maxNoteLength)
{
    const std::vector<std::size_t> places = ticket::mergeable(all, first);
    std::vector<ticket::StoredOperation> others = mergedInto(all, all[first].id);
    const std::size_t before = others.size();
    for (const std::size_t place : places)
        others.push_back(all[place]);
    const std::size_t count = mergeCount(all[first], others, maxNoteLength);
    for (std::size_t i = before; i < count; ++i)
    {
        ticket::StoredOperation &each = all[places[i - before]];
        each.mergedInto = all[first].id;
        writer.saveOperation(each);
    }
}

/// When to claim it instead, if now is too early.
std::optional<clock::Clock::Wall> postponed(const ticket::StoredOperation &operation,
                                            const std::optional<ticket::StoredTicket> &ticket,
                                            const ticket::TicketWatch &watch, const OperationClaim &claim,
                                            clock::Clock::Wall now)
{
    if (!ticket || ticket->state != ticket::TicketState::done)
        return now + untilTicketIsDone; // the store was restored and knows the ticket's older state
    // A reading that failed is tried again much later: its change reads the ticket itself.
    const bool waits = operation.ifUntouched && claim.purpose == ticket::ClaimFor::sending && watch.due &&
                       *watch.due - claim.readingPatience < now && now < *watch.due + claim.readingPatience;
    return waits ? std::optional(std::max(now, *watch.due) + untilTicketIsRead) : std::nullopt;
}

} // namespace

void takeTurns(store::StoreWriter &writer, std::int64_t ticketId)
{
    std::vector<ticket::StoredOperation> all = writer.operationsOf(ticketId);
    const auto ticket = all.empty() ? std::nullopt : writer.ticketRow(ticketId);
    if (!ticket)
        return;
    const auto watch = writer.watch(ticketId);
    for (const std::size_t changed : ticket::takeTurns(*ticket, watch ? watch->gone : "", all, writer.now()))
        writer.saveOperation(all[changed]);
}

void endMerge(store::StoreWriter &writer, const ticket::StoredOperation &carrier)
{
    if (!ticket::isEnded(carrier.state))
        return;
    for (ticket::StoredOperation &each : mergedInto(writer.operationsOf(carrier.ticketId), carrier.id))
    {
        if (ticket::isEnded(each.state))
            continue; // carrier was only looked up once more
        ticket::follow(each, carrier, writer.now());
        writer.saveOperation(each);
    }
}

std::optional<OperationWork> claimOperation(store::StoreWriter &writer, const OperationClaim &claim)
{
    for (ticket::StoredOperation &due : writer.dueOperations(claim.connection, claim.purpose, claim.max))
    {
        const auto ticket = writer.ticketRow(due.ticketId);
        const ticket::TicketWatch watch = writer.watch(due.ticketId).value_or(ticket::TicketWatch{});
        if (const auto later = postponed(due, ticket, watch, claim, writer.now()))
        {
            due.due = later;
            writer.saveOperation(due);
            continue;
        }
        std::vector<ticket::StoredOperation> all = writer.operationsOf(due.ticketId);
        const auto first = std::find_if(all.begin(), all.end(),
                                        [&](const ticket::StoredOperation &each) { return each.id == due.id; });
        if (claim.purpose == ticket::ClaimFor::sending)
            mergeWaiting(writer, all, static_cast<std::size_t>(first - all.begin()), claim.maxNoteLength);
        ticket::claim(*first, claim.purpose, claim.pluginBuild, writer.now());
        writer.saveOperation(*first);
        return OperationWork{*first, mergedInto(all, first->id), ticket->outcome.psaId, watch};
    }
    return std::nullopt;
}

bool settleOperation(store::StoreWriter &writer, const OperationWork &work, const ticket::OperationSettlement &how,
                     const WatchNews &news)
{
    const std::int64_t ticketId = work.operation.ticketId;
    if (!news.isEmpty())
        writer.saveWatch(ticketId, afterCalls(writer.watch(ticketId).value_or(ticket::TicketWatch{}), work.watch, news,
                                              writer.now()));
    auto operation = writer.operation(work.operation.id);
    if (!operation || !ticket::settle(*operation, work.operation.fence, how, writer.now()))
        return false;
    writer.saveOperation(*operation);
    endMerge(writer, *operation);
    takeTurns(writer, operation->ticketId);
    return true;
}

} // namespace psa::delivery

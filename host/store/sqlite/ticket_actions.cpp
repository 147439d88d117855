#include "host/store/sqlite/ticket_actions.h"

#include "host/store/sqlite/company_rows.h"
#include "host/store/sqlite/ticket_rows.h"
#include "host/store/store_error.h"
#include "host/store/store_writer.h"

namespace psa::host {
namespace {

[[noreturn]] void refuse(const StoredTicket &ticket, const char *action, const char *advice)
{
    throw StoreError(StoreError::Kind::notAllowed, "ticket " + std::to_string(ticket.id) + " is " +
                                                       toText(ticket.state) + " and cannot be " + action + "; " +
                                                       advice);
}

void refuseIfSending(const StoredTicket &ticket, const char *action)
{
    if (ticket.state == TicketState::sending)
        refuse(ticket, action, "wait until the attempt in progress has ended");
}

void refuseIfDone(const StoredTicket &ticket, const char *action)
{
    if (ticket.state == TicketState::done)
        refuse(ticket, action, "the PSA has it");
}

} // namespace

StoredTicket retryTicket(SqliteContext &context, std::int64_t id, bool lookFirst, const TicketDocuments &documents)
{
    StoredTicket ticket = loadKnownTicket(context, id);
    refuseIfSending(ticket, "retried");
    refuseIfDone(ticket, "retried");
    if (ticket.state == TicketState::ready)
        refuse(ticket, "retried", "it is about to be sent");
    if (ticket.openSince && !lookFirst)
        refuse(ticket, "sent again", "the PSA may have it: it must be looked up first");
    enterState(ticket, lookFirst ? TicketState::unknown : TicketState::ready, {"retried", "retried manually"},
               context.now());
    ticket.runBegan = context.now();
    if (documents.warnings)
        ticket.outcome.warnings = *documents.warnings;
    saveTicket(context, ticket);
    if (documents.requestJson)
        context.database.run("UPDATE ticket_document SET request = ?2 WHERE id = ?1", id, *documents.requestJson);
    if (documents.ticketJson)
        context.database.run("UPDATE ticket_document SET ticket = ?2 WHERE id = ?1", id, *documents.ticketJson);
    wantCompanyLabel(context, ticket.connection, documents.company);
    return ticket;
}

StoredTicket linkTicket(SqliteContext &context, std::int64_t id, const TicketOutcome &outcome,
                        const StateReason &reason)
{
    StoredTicket ticket = loadKnownTicket(context, id);
    refuseIfSending(ticket, "linked");
    refuseIfDone(ticket, "linked");
    enterState(ticket, TicketState::done, reason, context.now());
    ticket.outcome = outcome;
    saveTicket(context, ticket);
    return ticket;
}

bool noteNumber(SqliteContext &context, std::int64_t id, const std::string &number, const std::string &url)
{
    std::optional<StoredTicket> ticket = loadTicket(context, id);
    if (!ticket || ticket->state != TicketState::done)
        return false;
    ticket->outcome.number = number;
    ticket->outcome.url = url;
    saveTicket(context, *ticket);
    return true;
}

void giveUpNumber(SqliteContext &context, std::int64_t id, bool forGood)
{
    context.database.run("UPDATE ticket SET number_tries = number_tries + ?2 WHERE id = ?1", id,
                         forGood ? StoreWriter::nameTries : std::int64_t{1});
}

StoredTicket dropTicket(SqliteContext &context, std::int64_t id, const StateReason &reason)
{
    StoredTicket ticket = loadKnownTicket(context, id);
    refuseIfSending(ticket, "dropped");
    refuseIfDone(ticket, "dropped");
    if (ticket.state == TicketState::cancelled)
        refuse(ticket, "dropped", "it was already dropped");
    enterState(ticket, TicketState::cancelled, reason, context.now(), {}, ticket.openSince.has_value());
    saveTicket(context, ticket);
    return ticket;
}

} // namespace psa::host

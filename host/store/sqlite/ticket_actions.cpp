#include "host/store/sqlite/ticket_actions.h"

#include "host/store/sqlite/company_rows.h"
#include "host/store/sqlite/ticket_rows.h"
#include "host/store/store_writer.h"
#include "host/ticket/transitions.h"

namespace psa::host {

StoredTicket retryTicket(SqliteContext &context, std::int64_t id, bool lookFirst, const TicketDocuments &documents)
{
    StoredTicket ticket = loadKnownTicket(context, id);
    retry(ticket, lookFirst, context.now());
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
    link(ticket, outcome, reason, context.now());
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
    drop(ticket, reason, context.now());
    saveTicket(context, ticket);
    return ticket;
}

} // namespace psa::host

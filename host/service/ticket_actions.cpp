#include "host/service/ticket_actions.h"

#include "host/store/store_error.h"
#include "host/ticket/transitions.h"

namespace psa::host {
namespace {

StoredTicket knownTicket(const StoreReader &reader, std::int64_t id)
{
    auto ticket = reader.ticketRow(id);
    if (!ticket)
        throw StoreError(StoreError::Kind::notFound, "there is no ticket " + std::to_string(id) +
                                                         "; it may have been deleted after it was finished");
    return std::move(*ticket);
}

StoredTicket withoutDocuments(StoredTicket ticket)
{
    ticket.requestJson.clear();
    ticket.ticketJson.clear();
    return ticket;
}

} // namespace

TicketInsertion insertTicket(StoreWriter &writer, const NewTicket &ticket)
{
    if (!ticket.key.empty())
        if (auto earlier = writer.ticketByKey(ticket.connection, ticket.key))
        {
            const bool same = earlier->fingerprint == ticket.fingerprint;
            return {same ? TicketInsertion::Kind::duplicate : TicketInsertion::Kind::otherPayload,
                    withoutDocuments(std::move(*earlier))};
        }
    return {TicketInsertion::Kind::inserted, withoutDocuments(writer.addTicket(submitted(ticket, writer.now())))};
}

StoredTicket retryTicket(StoreWriter &writer, std::int64_t id, bool verifyFirst, const TicketDocuments &documents)
{
    StoredTicket ticket = knownTicket(writer, id);
    retry(ticket, verifyFirst, writer.now());
    if (documents.warnings)
        ticket.outcome.warnings = *documents.warnings;
    writer.saveTicket(ticket);
    writer.saveDocuments(id, documents);
    writer.wantCompanyLabel(ticket.connection, documents.company);
    return ticket;
}

StoredTicket linkTicket(StoreWriter &writer, std::int64_t id, const TicketOutcome &outcome, const StateReason &reason)
{
    StoredTicket ticket = knownTicket(writer, id);
    link(ticket, outcome, reason, writer.now());
    writer.saveTicket(ticket);
    return ticket;
}

StoredTicket discardTicket(StoreWriter &writer, std::int64_t id, const StateReason &reason)
{
    StoredTicket ticket = knownTicket(writer, id);
    discard(ticket, reason, writer.now());
    writer.saveTicket(ticket);
    return ticket;
}

} // namespace psa::host

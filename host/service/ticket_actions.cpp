#include "host/service/ticket_actions.h"

#include "host/store/store_error.h"
#include "host/ticket/transitions.h"

namespace psa::service {
namespace {

ticket::StoredTicket knownTicket(const store::StoreReader &reader, std::int64_t id)
{
    auto ticket = reader.ticketRow(id);
    if (!ticket)
        throw store::StoreError(store::StoreError::Kind::notFound,
                                "there is no ticket " + std::to_string(id) +
                                    "; it may have been deleted after it was finished");
    return std::move(*ticket);
}

ticket::StoredTicket withoutDocuments(ticket::StoredTicket ticket)
{
    ticket.requestJson.clear();
    ticket.ticketJson.clear();
    return ticket;
}

ticket::StoredTicket replaceTicket(store::StoreWriter &writer, std::int64_t id, const ticket::NewTicket &request)
{
    ticket::StoredTicket ticket = knownTicket(writer, id);
    ticket::submitAgain(ticket, request, writer.now());
    writer.saveTicket(ticket);
    writer.saveDocuments(id, {request.requestJson, request.ticketJson, request.warnings, request.company});
    writer.requestCompanyLabel(ticket.connection, request.company);
    return ticket;
}

} // namespace

TicketInsertion insertTicket(store::StoreWriter &writer, const ticket::NewTicket &ticket, bool mayReplace)
{
    if (!ticket.key.empty())
        if (auto earlier = writer.ticketByKey(ticket.connection, ticket.key))
        {
            if (mayReplace && ticket::mayBeSubmittedAgain(*earlier))
                return {TicketInsertion::Kind::inserted, replaceTicket(writer, earlier->id, ticket)};
            const bool same = earlier->fingerprint == ticket.fingerprint;
            return {same ? TicketInsertion::Kind::duplicate : TicketInsertion::Kind::otherPayload,
                    withoutDocuments(std::move(*earlier))};
        }
    return {TicketInsertion::Kind::inserted,
            withoutDocuments(writer.addTicket(ticket::submitted(ticket, writer.now())))};
}

ticket::StoredTicket retryTicket(store::StoreWriter &writer, std::int64_t id, bool verifyFirst,
                                 const ticket::TicketDocuments &documents)
{
    ticket::StoredTicket ticket = knownTicket(writer, id);
    ticket::retry(ticket, verifyFirst, writer.now());
    if (documents.warnings)
        ticket.outcome.warnings = *documents.warnings;
    writer.saveTicket(ticket);
    writer.saveDocuments(id, documents);
    writer.requestCompanyLabel(ticket.connection, documents.company);
    return ticket;
}

ticket::StoredTicket linkTicket(store::StoreWriter &writer, std::int64_t id, const ticket::TicketOutcome &outcome,
                                const ticket::StateReason &reason)
{
    ticket::StoredTicket ticket = knownTicket(writer, id);
    ticket::link(ticket, outcome, reason, writer.now());
    writer.saveTicket(ticket);
    return ticket;
}

ticket::StoredTicket discardTicket(store::StoreWriter &writer, std::int64_t id, const ticket::StateReason &reason)
{
    ticket::StoredTicket ticket = knownTicket(writer, id);
    ticket::discard(ticket, reason, writer.now());
    writer.saveTicket(ticket);
    return ticket;
}

} // namespace psa::service

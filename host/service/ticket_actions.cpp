#include "host/service/ticket_actions.h"

#include "host/delivery/operation_steps.h"
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

ticket::StoredOperation knownOperation(const store::StoreReader &reader, std::int64_t id)
{
    auto operation = reader.operation(id);
    if (!operation)
        throw store::StoreError(store::StoreError::Kind::notFound, "there is no operation " + std::to_string(id) +
                                                                       "; it may have been deleted with its ticket");
    return std::move(*operation);
}

/// What create_ticket of the plugin does not take is changed afterwards.
void addAfterCreate(store::StoreWriter &writer, const ticket::StoredTicket &ticket, const ticket::NewTicket &request)
{
    if (request.afterCreateJson.empty())
        return;
    ticket::NewOperation change;
    change.kind = ticket::OperationKind::change;
    change.reference = ticket.reference + "-1"; // references of operations are only unique among each other
    change.who = "psa-host";
    change.documentJson = request.afterCreateJson;
    writer.addOperation(ticket::submitted(change, ticket, writer.now()));
}

} // namespace

store::AuditEntry ticketEntry(const ticket::StoredTicket &ticket, const std::string &action, const std::string &who,
                              const std::string &detailJson)
{
    store::AuditEntry entry = store::auditEntry(who, action, ticket.connection, detailJson);
    entry.ticketId = ticket.id;
    return entry;
}

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
    ticket::StoredTicket added = writer.addTicket(ticket::submitted(ticket, writer.now()));
    addAfterCreate(writer, added, ticket);
    return {TicketInsertion::Kind::inserted, withoutDocuments(std::move(added))};
}

OperationInsertion insertOperations(store::StoreWriter &writer, std::int64_t ticketId,
                                    const std::vector<ticket::NewOperation> &operations)
{
    OperationInsertion insertion{TicketInsertion::Kind::inserted, knownTicket(writer, ticketId), {}};
    for (const ticket::NewOperation &each : operations)
        if (const auto earlier = each.key.empty() ? std::nullopt : writer.operationByKey(ticketId, each.key))
        {
            insertion.kind = earlier->fingerprint == each.fingerprint ? TicketInsertion::Kind::duplicate
                                                                      : TicketInsertion::Kind::otherPayload;
            insertion.operations.push_back(*earlier);
            return insertion;
        }
    std::vector<std::int64_t> ids;
    for (const ticket::NewOperation &each : operations)
        ids.push_back(writer.addOperation(ticket::submitted(each, insertion.ticket, writer.now())).id);
    delivery::takeTurns(writer, ticketId);
    for (const std::int64_t id : ids)
        insertion.operations.push_back(knownOperation(writer, id));
    return insertion;
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
    delivery::takeTurns(writer, id);
    return ticket;
}

ticket::StoredTicket linkTicket(store::StoreWriter &writer, std::int64_t id, const ticket::TicketOutcome &outcome,
                                const ticket::StateReason &reason)
{
    ticket::StoredTicket ticket = knownTicket(writer, id);
    ticket::link(ticket, outcome, reason, writer.now());
    writer.saveTicket(ticket);
    delivery::takeTurns(writer, id);
    return ticket;
}

ticket::StoredTicket discardTicket(store::StoreWriter &writer, std::int64_t id, const ticket::StateReason &reason)
{
    ticket::StoredTicket ticket = knownTicket(writer, id);
    ticket::discard(ticket, reason, writer.now());
    writer.saveTicket(ticket);
    delivery::takeTurns(writer, id);
    return ticket;
}

ticket::StoredOperation retryOperation(store::StoreWriter &writer, std::int64_t id, bool verifyFirst)
{
    ticket::StoredOperation operation = knownOperation(writer, id);
    ticket::retry(operation, verifyFirst, writer.now());
    writer.saveOperation(operation);
    delivery::takeTurns(writer, operation.ticketId);
    return knownOperation(writer, id);
}

ticket::StoredOperation discardOperation(store::StoreWriter &writer, std::int64_t id, const ticket::StateReason &reason)
{
    ticket::StoredOperation operation = knownOperation(writer, id);
    ticket::discard(operation, reason, writer.now());
    writer.saveOperation(operation);
    delivery::endMerge(writer, operation);
    delivery::takeTurns(writer, operation.ticketId);
    return knownOperation(writer, id);
}

} // namespace psa::service

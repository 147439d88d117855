#pragma once

#include "host/delivery/ticket_steps.h"
#include "host/service/ticket_actions.h"
#include "host/store/store.h"
#include "host/ticket/transitions.h"

#include <string>
#include <utility>
#include <vector>

namespace psa::test {

// What tests store.

inline store::StoredConnection sampleConnection(const std::string &name)
{
    store::StoredConnection connection;
    connection.name = name;
    connection.plugin = "acme@1.0";
    connection.configurationJson = R"({"url":"https://psa.example"})";
    connection.defaultsJson = R"({"queue":"Alerts"})";
    connection.updatesJson = R"({"notes":"public"})";
    connection.sealed = {{"password", std::string("sealed\0bytes", 12)}, {"code", "other"}};
    connection.sealedDataKey = std::string("\xFF\0key", 5);
    connection.keyId = "k1";
    connection.uid = "uid of " + name;
    connection.secretsVersion = 2;
    return connection;
}

inline void addConnections(store::Store &store, const std::vector<std::string> &names)
{
    store.write([&](store::StoreWriter &writer) {
        for (const std::string &name : names)
            writer.addConnection(sampleConnection(name));
    });
}

/// With the documents {"request":REFERENCE} and {"ticket":REFERENCE}.
inline ticket::NewTicket sampleTicket(const std::string &connection, const std::string &reference,
                                      const std::string &key = "", const std::string &fingerprint = "")
{
    ticket::NewTicket ticket;
    ticket.connection = connection;
    ticket.reference = reference;
    ticket.key = key;
    ticket.fingerprint = fingerprint;
    ticket.requestJson = R"({"request":")" + reference + R"("})";
    ticket.ticketJson = R"({"ticket":")" + reference + R"("})";
    return ticket;
}

/// With the document {"text":REFERENCE}.
inline ticket::NewOperation sampleOperation(const std::string &reference, const std::string &key = "",
                                            ticket::OperationKind kind = ticket::OperationKind::note)
{
    ticket::NewOperation operation;
    operation.kind = kind;
    operation.key = key;
    operation.fingerprint = "of " + reference;
    operation.reference = reference;
    operation.who = "local:root";
    operation.documentJson = R"({"text":")" + reference + R"("})";
    return operation;
}

inline service::TicketInsertion insert(store::Store &store, const ticket::NewTicket &ticket)
{
    return store.write([&](store::StoreWriter &writer) { return service::insertTicket(writer, ticket); });
}

inline std::vector<ticket::StoredTicket> claim(store::Store &store, const std::string &connection, std::size_t max = 1,
                                               ticket::ClaimFor purpose = ticket::ClaimFor::sending)
{
    return store.write([&](store::StoreWriter &writer) {
        return delivery::claimTickets(writer, {connection, purpose, max, "acme@1.0"});
    });
}

/// Claims one for sending, which must exist.
inline ticket::StoredTicket claimOne(store::Store &store, const std::string &connection)
{
    return claim(store, connection).at(0);
}

inline bool settle(store::Store &store, const ticket::StoredTicket &claimed, const ticket::TicketSettlement &how)
{
    return store.write(
        [&](store::StoreWriter &writer) { return delivery::settleTicket(writer, claimed.id, claimed.fence, how); });
}

inline ticket::TicketSettlement settlement(ticket::TicketState state, const std::string &code = "",
                                           const std::string &text = "")
{
    ticket::TicketSettlement how;
    how.state = state;
    how.reason = {code, text};
    return how;
}

/// The ticket, which must exist.
inline ticket::StoredTicket get(store::Store &store, std::int64_t id)
{
    return store.read([&](const store::StoreReader &reader) { return reader.ticket(id); }).value();
}

/// The references of the tickets of all pages.
inline std::vector<std::string> list(store::Store &store, store::TicketQuery query)
{
    std::vector<std::string> references;
    do
    {
        const store::TicketPage page =
            store.read([&](const store::StoreReader &reader) { return reader.listTickets(query); });
        if (page.tickets.size() > query.limit)
            throw std::logic_error("a page has more tickets than were asked for");
        for (const ticket::StoredTicket &each : page.tickets)
            references.push_back(each.reference);
        query.cursor = page.next;
    } while (!query.cursor.empty());
    return references;
}

inline std::size_t deleteEnded(store::Store &store, clock::Clock::Wall before, std::size_t max = 100)
{
    return store.write([&](store::StoreWriter &writer) { return writer.deleteEndedTickets(before, max); });
}

/// Creates a ticket in this state, through the usual transitions. Returns its id.
inline std::int64_t ticketIn(store::Store &store, ticket::TicketState state, const std::string &connection,
                             const std::string &reference)
{
    const std::int64_t id = insert(store, sampleTicket(connection, reference)).ticket.id;
    if (state == ticket::TicketState::ready)
        return id;
    const ticket::StoredTicket claimed = claimOne(store, connection);
    if (claimed.id != id)
        throw std::logic_error("another ticket was due before " + reference);
    if (state != ticket::TicketState::sending)
        settle(store, claimed, settlement(state, "test"));
    return id;
}

/// Adds a note or a change to the ticket, which must exist.
inline ticket::StoredOperation addOperation(store::Store &store, std::int64_t ticketId,
                                            const ticket::NewOperation &operation)
{
    return store.write([&](store::StoreWriter &writer) {
        return writer.addOperation(ticket::submitted(operation, writer.ticketRow(ticketId).value(), writer.now()));
    });
}

/// The note or change, which must exist.
inline ticket::StoredOperation operationOf(store::Store &store, std::int64_t id)
{
    return store.read([&](const store::StoreReader &reader) { return reader.operation(id); }).value();
}

/// Saves the operation after `change` of it.
template <class Change>
void changeOperation(store::Store &store, std::int64_t id, Change &&change)
{
    store.write([&](store::StoreWriter &writer) {
        ticket::StoredOperation operation = writer.operation(id).value();
        change(operation);
        writer.saveOperation(operation);
    });
}

/// Adds a note in this state, as if its turn had come. Returns its id.
inline std::int64_t operationIn(store::Store &store, ticket::TicketState state, std::int64_t ticketId,
                                const std::string &reference)
{
    const std::int64_t id = addOperation(store, ticketId, sampleOperation(reference)).id;
    store.write([&](store::StoreWriter &writer) {
        ticket::StoredOperation operation = writer.operation(id).value();
        operation.due = writer.now();
        if (state != ticket::TicketState::ready)
            ticket::claim(operation, ticket::ClaimFor::sending, "acme@1.0", writer.now());
        ticket::OperationSettlement how;
        how.state = state;
        how.reason = {"test", ""};
        const bool moves = state != ticket::TicketState::ready && state != ticket::TicketState::sending;
        if (moves && !ticket::settle(operation, operation.fence, how, writer.now()))
            throw std::logic_error("the operation " + reference + " was not settled");
        writer.saveOperation(operation);
    });
    return id;
}

/// The StoreError that `call` throws; throws std::logic_error if it does not throw one.
template <class Call>
store::StoreError storeErrorOf(Call &&call)
{
    try
    {
        call();
    }
    catch (const store::StoreError &error)
    {
        return error;
    }
    throw std::logic_error("no StoreError was thrown");
}

} // namespace psa::test

#include "host/delivery/attempt_record.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"
#include "host/service/ticket_service.h"
#include "host/service/withheld_requests.h"
#include "host/store/store_error.h"

// The use cases of notes and changes.

namespace psa::service {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// Throws ActionNotAllowed for a ticket that the PSA does not have and will not get.
void checkUpdatable(const ticket::StoredTicket &ticket, const std::optional<ticket::TicketWatch> &watch)
{
    const std::string name = "ticket " + std::to_string(ticket.id);
    if (ticket::isEnded(ticket.state) && ticket.state != ticket::TicketState::done && !ticket.due)
        throw ticket::ActionNotAllowed(name + " is " + ticket::toText(ticket.state) +
                                       " and cannot be updated; retry it or link it to a ticket of the PSA first");
    if (watch && !watch->gone.empty())
        throw ticket::ActionNotAllowed(name + " cannot be updated any more: " + watch->gone);
}

std::shared_ptr<const connection::LiveConnection> workingConnection(const connection::Connections &connections,
                                                                    const std::string &name)
{
    auto live = connections.get(name);
    if (!live->plugin)
        throw connection::ConnectionBroken(live->trouble);
    return live;
}

/// For the audit log: the ids of the operations, and why they were discarded.
std::string detailOf(const std::vector<ticket::StoredOperation> &operations)
{
    Array::Ptr ids = new Array;
    for (const ticket::StoredOperation &each : operations)
        ids->add(each.id);
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    detail.set("operations", ids);
    if (!operations.empty() && operations.front().reason.code == "discarded")
        detail.set("reason", operations.front().reason.text);
    return json::toText(detail);
}

std::string dryRunDetail(const UpdateDryRun &run, const WithheldRequests &seen)
{
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    if (run.error)
        detail.set("error", json::sentences(run.error->message, run.error->hint));
    detail.set("exchanges", json::parseStrict(seen.exchanges().toJson(), json::ownText));
    return json::toText(detail);
}

/// Inserts the operations of an update with its audit entry, unless the ticket cannot be updated.
OperationInsertion insertUpdatable(store::StoreWriter &writer, Update update, std::int64_t ticketId,
                                   const std::vector<ticket::NewOperation> &operations, const std::string &who)
{
    if (const auto current = writer.ticketRow(ticketId))
        checkUpdatable(*current, writer.watch(ticketId));
    OperationInsertion insertion = insertOperations(writer, ticketId, operations);
    if (insertion.kind == TicketInsertion::Kind::inserted)
        writer.appendAudit(ticketEntry(insertion.ticket, std::string("ticket.") + toText(update), who,
                                       detailOf(insertion.operations)));
    return insertion;
}

plugin::CallOutcome callFor(connection::Connection &connection, const ticket::NewOperation &operation,
                            const std::string &psaId, const connection::CallOptions &options)
{
    return operation.kind == ticket::OperationKind::note
               ? connection.addNote(psaId, "DRYRUN", operation.documentJson, options)
               : connection.changeTicket(psaId, operation.documentJson, options);
}

} // namespace

std::vector<ticket::NewOperation> TicketService::newOperations(Update update, const Object &request,
                                                               const connection::LiveConnection &connection,
                                                               const std::string &key, const std::string &who) const
{
    std::vector<ticket::NewOperation> operations = operationsFor(update, request, connection, key);
    for (ticket::NewOperation &each : operations)
    {
        each.reference = makeReference(parts_.clock->wallNow(), parts_.random);
        each.who = who;
    }
    return operations;
}

AcceptedUpdate TicketService::update(Update update, const std::string &name, const Object::Ptr &request,
                                     const std::string &key, const std::string &who)
{
    const ticket::StoredTicket ticket = find(name);
    const auto live = workingConnection(parts_.connections, ticket.connection);
    const auto operations = newOperations(update, *request, *live, key, who);
    OperationInsertion inserted = parts_.store.write(
        [&](store::StoreWriter &writer) { return insertUpdatable(writer, update, ticket.id, operations, who); });
    if (inserted.kind == TicketInsertion::Kind::otherPayload)
        throw KeyTaken(inserted.operations.front());
    parts_.wake(ticket.connection);
    return {std::move(inserted.ticket), std::move(inserted.operations),
            inserted.kind == TicketInsertion::Kind::duplicate};
}

void TicketService::insertUpdate(store::StoreWriter &writer, Update update, std::int64_t ticketId,
                                 const connection::LiveConnection &connection, const Object::Ptr &request,
                                 const std::string &who) const
{
    insertUpdatable(writer, update, ticketId, newOperations(update, *request, connection, "", who), who);
}

UpdateDryRun TicketService::dryRunUpdate(Update update, const std::string &name, const Object::Ptr &request,
                                         const std::string &who) const
{
    const ticket::StoredTicket ticket = find(name);
    const auto live = workingConnection(parts_.connections, ticket.connection);
    checkUpdatable(ticket, history(ticket.id).watch);
    UpdateDryRun run;
    run.operations = operationsFor(update, *request, *live, "");
    const auto seen = std::make_shared<WithheldRequests>();
    const bool created = ticket.state == ticket::TicketState::done;
    if (created && !live->connection)
        throw connection::ConnectionBroken(live->trouble);
    for (const ticket::NewOperation &each : run.operations)
    {
        if (!created || run.error)
            break;
        const connection::CallOptions options = dryRunOptions(seen);
        const std::size_t before = seen->all().size();
        const plugin::CallOutcome outcome = callFor(*live->connection, each, ticket.outcome.psaId, options);
        for (std::string &warning : options.warnings->all())
            run.warnings.push_back(std::move(warning));
        if (seen->all().size() == before && !outcome.ok())
            run.error = outcome.error;
    }
    run.withheldRequests = seen->all();
    parts_.store.write([&](store::StoreWriter &writer) {
        writer.appendAudit(
            ticketEntry(ticket, std::string("ticket.") + toText(update) + ".dry_run", who, dryRunDetail(run, *seen)));
    });
    return run;
}

TicketService::History TicketService::history(std::int64_t ticketId) const
{
    return parts_.store.read([&](const store::StoreReader &reader) {
        return History{reader.operationsOf(ticketId), reader.watch(ticketId)};
    });
}

PossibleUpdates TicketService::possibleUpdates(const ticket::StoredTicket &ticket,
                                               const std::optional<ticket::TicketWatch> &watch) const
{
    PossibleUpdates none;
    try
    {
        checkUpdatable(ticket, watch);
        return updatesOf(*workingConnection(parts_.connections, ticket.connection));
    }
    catch (const ticket::ActionNotAllowed &error)
    {
        none.why = error.what();
    }
    catch (const UpdateNotSupported &error)
    {
        none.why = error.what();
    }
    catch (const connection::UnknownConnection &error)
    {
        none.why = error.what();
    }
    catch (const connection::ConnectionBroken &error)
    {
        none.why = error.what();
    }
    return none;
}

template <class Change>
ticket::StoredOperation TicketService::changedOperation(const std::string &name, std::int64_t operation,
                                                        const std::string &who, const char *action,
                                                        const Change &change) const
{
    const ticket::StoredTicket ticket = find(name);
    const ticket::StoredOperation changed = parts_.store.write([&](store::StoreWriter &writer) {
        const auto stored = writer.operation(operation);
        if (!stored || stored->ticketId != ticket.id)
            throw store::StoreError(store::StoreError::Kind::notFound, "ticket " + std::to_string(ticket.id) +
                                                                           " has no operation " +
                                                                           std::to_string(operation));
        const ticket::StoredOperation after = change(writer, *stored);
        writer.appendAudit(
            ticketEntry(ticket, std::string(ticket::toText(after.kind)) + "." + action, who, detailOf({after})));
        return after;
    });
    parts_.wake(ticket.connection);
    return changed;
}

ticket::StoredOperation TicketService::retryOperation(const std::string &name, std::int64_t operation,
                                                      std::optional<bool> verifyFirst, const std::string &who)
{
    return changedOperation(name, operation, who, "retry",
                            [&](store::StoreWriter &writer, const ticket::StoredOperation &stored) {
                                const bool looks = verifyFirst.value_or(stored.openSince.has_value());
                                return service::retryOperation(writer, stored.id, looks);
                            });
}

ticket::StoredOperation TicketService::discardOperation(const std::string &name, std::int64_t operation,
                                                        const std::string &reason, const std::string &who)
{
    return changedOperation(
        name, operation, who, "discard", [&](store::StoreWriter &writer, const ticket::StoredOperation &stored) {
            return service::discardOperation(writer, stored.id,
                                             {"discarded", reason.empty() ? "Discarded by " + who + "." : reason});
        });
}

} // namespace psa::service

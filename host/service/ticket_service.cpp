#include "host/service/ticket_service.h"

#include "host/delivery/attempt_record.h"
#include "host/delivery/ticket_steps.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/request_fields.h"
#include "host/plugin/ticket_builder.h"
#include "host/service/ticket_request.h"
#include "host/service/withheld_requests.h"

#include <algorithm>

namespace psa::service {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

constexpr auto numberPatience = 5s; ///< Maximum time that showing a ticket waits for its number.

ticket::NewTicket rowOf(const connection::LiveConnection &connection, const Object::Ptr &request,
                        const std::string &key, plugin::BuiltTicket built)
{
    ticket::NewTicket row;
    row.connection = connection.stored.name;
    row.key = key;
    row.fingerprint = fingerprintOf(request);
    row.requestJson = json::jsonText(request);
    row.ticketJson = std::move(built.json);
    row.company = std::move(built.company);
    row.afterCreateJson = std::move(built.afterCreate);
    row.warnings = std::move(built.warnings);
    return row;
}

plugin::BuiltTicket buildGood(const connection::LiveConnection &connection, const Object &request)
{
    if (!connection.plugin)
        throw connection::ConnectionBroken(connection.trouble);
    plugin::BuiltTicket built = plugin::buildTicket(*connection.plugin, *connection.defaults, request);
    if (!built.errors.empty())
        throw TicketRefused(std::move(built.errors));
    return built;
}

/// Whether an earlier ticket was requested with an equivalent of the request with this fingerprint: one that was stored
/// before blank members were removed has another fingerprint.
bool meansTheSame(const std::optional<ticket::StoredTicket> &earlier, const std::string &fingerprint)
try
{
    return earlier && fingerprintOf(parseTicketRequest(earlier->requestJson, json::ownText)) == fingerprint;
}
catch (const plugin::InvalidDocument &)
{
    return false;
}

TicketInsertion insertOnce(store::StoreWriter &writer, const ticket::NewTicket &ticket, const std::string &who,
                           bool mayReplace)
{
    TicketInsertion insertion = insertTicket(writer, ticket, mayReplace);
    if (insertion.kind == TicketInsertion::Kind::inserted)
        writer.appendAudit(ticketEntry(insertion.ticket, "ticket.submit", who));
    if (insertion.kind == TicketInsertion::Kind::otherPayload &&
        meansTheSame(writer.ticket(insertion.ticket.id), ticket.fingerprint))
        insertion.kind = TicketInsertion::Kind::duplicate;
    return insertion;
}

/// The caller gets the full texts; the audit log, which keeps them for months, their beginnings.
std::string auditOf(const DryRun &run, const delivery::ExchangeLog &exchanges)
{
    Object detail(Poco::JSON_PRESERVE_KEY_ORDER);
    detail.set("ticket", delivery::shortenedBody(run.ticketJson));
    if (run.error)
        detail.set("error", json::sentences(run.error->message, run.error->hint));
    detail.set("exchanges", json::parseStrict(exchanges.toJson(), json::ownText));
    return json::toText(detail);
}

/// Another connection would mean another ticket, and its key is already known to others.
Object::Ptr changesOf(const Object::Ptr &given)
{
    if (given.isNull())
        return given;
    Object::Ptr changes = new Object(*given);
    for (const std::string &name : plugin::requestAddress())
    {
        if (!changes->has(name))
            continue;
        if (!json::isBlank(changes->get(name)))
            throw ValueRefused("/changes/" + name, "cannot be changed",
                               "\"" + name + "\" of a ticket cannot be changed; discard it and submit another one.");
        changes->remove(name); // not given
    }
    return changes;
}

} // namespace

ticket::NewTicket TicketService::build(const connection::LiveConnection &connection, const Object::Ptr &request,
                                       const std::string &key) const
{
    ticket::NewTicket row = rowOf(connection, request, key, buildGood(connection, *request));
    if (!parts_.once || key.empty())
    {
        row.reference = makeReference(parts_.clock->wallNow(), parts_.random);
        return row;
    }
    row.reference = referenceForKey(row.connection, key);
    row.verifyFirst = connection.plugin->offers(plugin::Verb::findTicket);
    if (row.verifyFirst)
    {
        row.state = ticket::TicketState::held;
        row.reason = {ticket::keyCode, "It is looked up first, because the PSA may have a ticket with its key."};
    }
    return row;
}

/// The result of `inserted` for the submitter. A new ticket is announced immediately, whoever calls this.
std::function<Accepted()> TicketService::acceptance(const std::string &connection,
                                                    const std::function<TicketInsertion()> &inserted) const
try
{
    const auto insertion = std::make_shared<TicketInsertion>(inserted());
    if (insertion->kind == TicketInsertion::Kind::inserted)
        parts_.wake(connection);
    return [insertion]() -> Accepted {
        if (insertion->kind == TicketInsertion::Kind::otherPayload)
            throw KeyTaken(insertion->ticket);
        return {std::move(insertion->ticket), insertion->kind == TicketInsertion::Kind::duplicate};
    };
}
catch (...)
{
    return [failure = std::current_exception()]() -> Accepted { std::rethrow_exception(failure); };
}

void TicketService::storeLater(ticket::NewTicket ticket, const std::string &who,
                               std::function<void(const std::function<Accepted()> &)> done)
{
    const auto row = std::make_shared<const ticket::NewTicket>(std::move(ticket));
    parts_.store.writeLater(
        [row, who, once = parts_.once](store::StoreWriter &writer) { return insertOnce(writer, *row, who, once); },
        [row](store::StoreWriter &writer) {
            if (!row->key.empty())
                writer.ticketByKey(row->connection, row->key);
            if (!row->company.empty())
                writer.companyLabel(row->connection, row->company);
        },
        [this, row, done = std::move(done)](const std::function<TicketInsertion()> &inserted) {
            done(acceptance(row->connection, inserted));
        });
}

DryRun TicketService::dryRun(const connection::LiveConnection &connection, const Object &request,
                             const std::string &who) const
{
    plugin::BuiltTicket built = buildGood(connection, request);
    if (!connection.connection)
        throw connection::ConnectionBroken(connection.trouble);
    const auto seen = std::make_shared<WithheldRequests>();
    const connection::CallOptions options = dryRunOptions(seen);
    const plugin::CallOutcome outcome = connection.connection->createTicket("DRYRUN", built.json, options);
    DryRun run{std::move(built.json), {}, std::move(built.warnings), std::move(built.company), "", std::nullopt};
    run.withheldRequests = seen->all();
    for (std::string &warning : options.warnings->all())
        run.warnings.push_back(std::move(warning));
    if (run.withheldRequests.empty() && !outcome.ok())
        run.error = outcome.error;
    run.companyLabel = parts_.store.write([&](store::StoreWriter &writer) {
        writer.appendAudit(
            store::auditEntry(who, "ticket.dry_run", connection.stored.name, auditOf(run, seen->exchanges())));
        return writer.companyLabel(connection.stored.name, run.company);
    });
    return run;
}

ticket::NewTicket TicketService::prepare(const connection::LiveConnection &connection, const Object::Ptr &request) const
{
    plugin::BuiltTicket built =
        plugin::buildTicket(*connection.plugin, *connection.defaults, *request, plugin::RequestOrigin::mapping);
    const std::string wrong = listOf(built.errors);
    ticket::NewTicket row = rowOf(connection, request, "", std::move(built));
    row.reference = makeReference(parts_.clock->wallNow(), parts_.random);
    if (wrong.empty())
        return row;
    row.state = ticket::TicketState::needsReview;
    row.reason = {"invalid_ticket",
                  json::sentences(wrong, "Correct the rule or the connection's ticket defaults, then retry it.")};
    return row;
}

ticket::StoredTicket TicketService::insert(store::StoreWriter &writer, const ticket::NewTicket &ticket,
                                           const std::string &who)
{
    ticket::StoredTicket stored = insertTicket(writer, ticket).ticket;
    writer.appendAudit(ticketEntry(stored, "ticket.submit", who));
    return stored;
}

ticket::StoredTicket TicketService::find(const std::string &name) const
{
    const bool number = !name.empty() && name.size() < 19 &&
                        std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    auto ticket = parts_.store.read([&](const store::StoreReader &reader) {
        return number ? reader.ticket(std::stoll(name)) : reader.ticketByReference(name);
    });
    if (!ticket)
        throw UnknownTicket(name);
    return std::move(*ticket);
}

ticket::StoredTicket TicketService::show(const std::string &name) const
{
    ticket::StoredTicket ticket = find(name);
    if (ticket.state == ticket::TicketState::done && ticket.outcome.number.empty())
        readNumber(ticket);
    return ticket;
}

/// What the connection's plugin reads of the ticket in `outcome`; nullopt if it cannot read tickets.
std::optional<plugin::CallOutcome> TicketService::read(const ticket::StoredTicket &ticket,
                                                       const ticket::TicketOutcome &outcome,
                                                       const connection::CallOptions &options) const
{
    const auto live = parts_.connections.find(ticket.connection);
    if (!live || !live->connection || !live->plugin->offers(plugin::Verb::readTicket))
        return std::nullopt;
    return live->connection->readTicket(outcome.psaId, options);
}

/// Delivery reads numbers when it has nothing else to do. Opening a ticket does not have to wait for that if there is
/// spare quota.
void TicketService::readNumber(ticket::StoredTicket &ticket) const
{
    const auto live = parts_.connections.find(ticket.connection);
    if (!live || parts_.status(*live).pause != delivery::Pause::none)
        return;
    connection::CallOptions options;
    options.time = numberPatience;
    options.use = net::BudgetUse::spare;
    const auto outcome = read(ticket, ticket.outcome, options);
    if (!outcome || !outcome->ok())
        return;
    delivery::takeTicket(*outcome, ticket.outcome);
    try
    {
        const bool noted = parts_.store.write([&](store::StoreWriter &writer) {
            return delivery::noteNumber(writer, ticket.id, ticket.outcome.number, ticket.outcome.url);
        });
        (void)noted; // false: it was deleted meanwhile
    }
    catch (const store::StoreError &) // NOLINT(bugprone-empty-catch)
    {
        // The ticket is shown anyway, and its number is read the next time.
    }
}

/// Id, number and URL as in the PSA: a plugin may also find a ticket by its number. A ticket that does not exist in the
/// PSA cannot be linked.
void TicketService::readBack(const ticket::StoredTicket &ticket, ticket::TicketOutcome &outcome) const
{
    const auto answer = read(ticket, outcome, {});
    if (!answer)
        return;
    if (answer->ok())
        delivery::takeTicket(*answer, outcome);
    else if (answer->error->status == PSA_NOT_FOUND)
        throw ValueRefused("/psaTicketId", answer->error->message, answer->error->message);
}

ticket::TicketDocuments TicketService::rebuilt(const ticket::StoredTicket &ticket, const Object::Ptr &changes) const
{
    const auto live = parts_.connections.find(ticket.connection);
    if (changes.isNull() && (!live || !live->plugin))
        return {};
    if (!live)
        throw connection::UnknownConnection(ticket.connection);
    std::string damage;
    json::parseStored(ticket.requestJson, damage);
    if (!damage.empty())
        throw TicketDamaged(ticket, damage);
    Object::Ptr request = parseTicketRequest(ticket.requestJson, json::ownText);
    ticket::TicketDocuments documents;
    if (!changes.isNull())
    {
        request = corrected(*request, *changes);
        documents.requestJson = json::toText(*request);
    }
    plugin::BuiltTicket built = buildGood(*live, *request);
    documents.ticketJson = std::move(built.json);
    documents.warnings = std::move(built.warnings);
    documents.company = std::move(built.company);
    return documents;
}

template <class Change>
ticket::StoredTicket TicketService::changed(const std::string &who, const char *action, const Change &change,
                                            const std::string &detailJson) const
{
    const ticket::StoredTicket ticket = parts_.store.write([&](store::StoreWriter &writer) {
        const ticket::StoredTicket after = change(writer);
        writer.appendAudit(ticketEntry(after, action, who, detailJson));
        return writer.ticket(after.id).value();
    });
    parts_.wake(ticket.connection);
    return ticket;
}

ticket::StoredTicket TicketService::retry(const std::string &name, std::optional<bool> verifyFirst,
                                          const Object::Ptr &changes, const std::string &who)
{
    const Object::Ptr allowed = changesOf(changes);
    const ticket::StoredTicket ticket = find(name);
    const bool looks = verifyFirst.value_or(ticket.openSince.has_value());
    const ticket::TicketDocuments documents = rebuilt(ticket, allowed);
    Object detail;
    detail.set("changes", allowed);
    return changed(
        who, "ticket.retry",
        [&](store::StoreWriter &writer) { return retryTicket(writer, ticket.id, looks, documents); },
        allowed.isNull() ? "" : json::toText(detail));
}

void TicketService::checkRetry(const ticket::StoredTicket &ticket, std::optional<bool> verifyFirst,
                               const Object::Ptr &changes) const
{
    ticket::StoredTicket copy = ticket;
    ticket::retry(copy, verifyFirst.value_or(ticket.openSince.has_value()), parts_.clock->wallNow());
    rebuilt(ticket, changesOf(changes));
}

ticket::StoredTicket TicketService::link(const std::string &name, const std::string &psaTicket, const std::string &who)
{
    const ticket::StoredTicket ticket = find(name);
    if (psaTicket.empty())
        throw ValueRefused("/psaTicketId", "is missing", "Specify the ticket of the PSA.");
    ticket::TicketOutcome outcome = ticket.outcome;
    outcome.psaId = psaTicket;
    readBack(ticket, outcome);
    return changed(who, "ticket.link", [&](store::StoreWriter &writer) {
        return linkTicket(writer, ticket.id, outcome, {"linked", "Linked by " + who + "."});
    });
}

ticket::StoredTicket TicketService::discard(const std::string &name, const std::string &reason, const std::string &who)
{
    const ticket::StoredTicket ticket = find(name);
    Object detail;
    detail.set("reason", reason);
    return changed(
        who, "ticket.discard",
        [&](store::StoreWriter &writer) {
            return discardTicket(writer, ticket.id,
                                 {"discarded", reason.empty() ? "Discarded by " + who + "." : reason});
        },
        reason.empty() ? "" : json::toText(detail));
}

Situation TicketService::situationOf(const std::string &connection) const
{
    const auto live = parts_.connections.find(connection);
    if (!live || !live->connection)
        return {live != nullptr, false, {}};
    return {true, true, parts_.status(*live)};
}

} // namespace psa::service

#include "host/intake/intake.h"

#include "host/intake/fingerprint.h"
#include "host/intake/ticket_builder.h"
#include "host/intake/ticket_request.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"
#include "host/plugin/documents.h"
#include "host/plugin/loaded_plugin.h"
#include "host/service/ticket_actions.h"

namespace psa::host {
namespace {

std::string listOf(const std::vector<FieldError> &errors)
{
    std::string text;
    for (const FieldError &error : errors)
        text += (text.empty() ? "" : "; ") + error.message;
    return text;
}

NewTicket rowOf(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request, const std::string &key,
                BuiltTicket built)
{
    NewTicket row;
    row.connection = connection.stored.name;
    row.key = key;
    row.fingerprint = fingerprintOf(request);
    row.requestJson = jsonText(request);
    row.ticketJson = std::move(built.json);
    row.company = std::move(built.company);
    row.warnings = std::move(built.warnings);
    return row;
}

AuditEntry entryOf(const StoredTicket &ticket, const std::string &who)
{
    AuditEntry entry = auditEntry(who, "ticket.submit", ticket.connection);
    entry.ticketId = ticket.id;
    return entry;
}

/// Whether an earlier ticket was asked for by what means the same as the request with this fingerprint: one that was stored
/// before blank members were left out has another.
bool meansTheSame(const std::optional<StoredTicket> &earlier, const std::string &fingerprint)
try
{
    return earlier && fingerprintOf(parseTicketRequest(earlier->requestJson, ownText)) == fingerprint;
}
catch (const InvalidDocument &)
{
    return false;
}

} // namespace

TicketRefused::TicketRefused(std::vector<FieldError> wrong)
    : std::runtime_error("The ticket is invalid: " + listOf(wrong)), fields_(std::move(wrong))
{
}

KeyTaken::KeyTaken(StoredTicket earlier)
    : std::runtime_error("The key \"" + earlier.key + "\" was used for another ticket of the connection " +
                         earlier.connection + ", number " + std::to_string(earlier.id) +
                         " here. Use a new key for a new ticket, or repeat exactly the same request."),
      earlier_(std::move(earlier))
{
}

NewTicket Intake::build(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request,
                        const std::string &key) const
{
    BuiltTicket built = buildTicket(*connection.plugin, *connection.defaults, *request);
    if (!built.errors.empty())
        throw TicketRefused(std::move(built.errors));
    NewTicket row = rowOf(connection, request, key, std::move(built));
    row.reference = makeReference(clock_->wallNow(), random_);
    return row;
}

TicketInsertion Intake::insertOnce(StoreWriter &writer, const NewTicket &ticket, const std::string &who)
{
    TicketInsertion insertion = insertTicket(writer, ticket);
    if (insertion.kind == TicketInsertion::Kind::inserted)
        writer.appendAudit(entryOf(insertion.ticket, who));
    if (insertion.kind == TicketInsertion::Kind::otherPayload &&
        meansTheSame(writer.ticket(insertion.ticket.id), ticket.fingerprint))
        insertion.kind = TicketInsertion::Kind::sameAgain;
    return insertion;
}

/// What `inserted` came to, for who submitted the ticket. A new one is told of at once, whoever asks for this.
std::function<Accepted()> Intake::acceptance(const std::string &connection,
                                             const std::function<TicketInsertion()> &inserted) const
try
{
    const auto insertion = std::make_shared<TicketInsertion>(inserted());
    if (insertion->kind == TicketInsertion::Kind::inserted)
        poke_(connection);
    return [insertion]() -> Accepted {
        if (insertion->kind == TicketInsertion::Kind::otherPayload)
            throw KeyTaken(std::move(insertion->ticket));
        return {std::move(insertion->ticket), insertion->kind == TicketInsertion::Kind::sameAgain};
    };
}
catch (...)
{
    return [failure = std::current_exception()]() -> Accepted { std::rethrow_exception(failure); };
}

Accepted Intake::submit(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request,
                        const std::string &key, const std::string &who)
{
    const NewTicket row = build(connection, request, key);
    return acceptance(row.connection, [&] {
        return store_.write([&](StoreWriter &writer) { return insertOnce(writer, row, who); });
    })();
}

void Intake::storeLater(NewTicket ticket, const std::string &who,
                        std::function<void(const std::function<Accepted()> &)> done)
{
    const auto row = std::make_shared<const NewTicket>(std::move(ticket));
    store_.writeLater([row, who](StoreWriter &writer) { return insertOnce(writer, *row, who); },
                      [this, row, done = std::move(done)](const std::function<TicketInsertion()> &inserted) {
                          done(acceptance(row->connection, inserted));
                      });
}

NewTicket Intake::prepare(const LiveConnection &connection, const Poco::JSON::Object::Ptr &request) const
{
    BuiltTicket built = buildTicket(*connection.plugin, *connection.defaults, *request);
    const std::string wrong = listOf(built.errors);
    NewTicket row = rowOf(connection, request, "", std::move(built));
    row.reference = makeReference(clock_->wallNow(), random_);
    if (wrong.empty())
        return row;
    row.state = TicketState::needsReview;
    row.reason = {"invalid_ticket",
                  sentences(wrong, "Correct the connection's ticket defaults or its alert mapping, then retry it.")};
    return row;
}

StoredTicket Intake::insert(StoreWriter &writer, const NewTicket &ticket, const std::string &who)
{
    StoredTicket stored = insertTicket(writer, ticket).ticket;
    writer.appendAudit(entryOf(stored, who));
    return stored;
}

} // namespace psa::host

#include "host/store/sqlite/ticket_rows.h"

#include "host/json/strict_json.h"
#include "host/store/store_error.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>

#include <sstream>

namespace psa::host {
namespace {

std::string toStored(const std::vector<std::string> &warnings)
{
    if (warnings.empty())
        return "";
    Poco::JSON::Array array;
    for (const std::string &each : warnings)
        array.add(each);
    std::ostringstream text;
    array.stringify(text);
    return text.str();
}

void addDamage(StoredTicket &ticket, const std::string &what)
{
    ticket.damage += (ticket.damage.empty() ? "" : "; ") + what;
}

void readWarnings(StoredTicket &ticket, const std::string &stored)
try
{
    if (stored.empty())
        return;
    const auto array = parseStrict(stored, ownText).extract<Poco::JSON::Array::Ptr>();
    for (const auto &each : *array)
        ticket.outcome.warnings.push_back(each.toString());
}
catch (const JsonError &error)
{
    addDamage(ticket, std::string("its warnings cannot be read: ") + error.what());
}
catch (const Poco::Exception &error)
{
    addDamage(ticket, "its warnings cannot be read: " + error.displayText());
}

/// One in a state that there is not waits for a human.
void readState(StoredTicket &ticket, std::int64_t stored)
{
    const auto known = ticketStateFrom(stored);
    ticket.state = known.value_or(TicketState::needsReview);
    if (!known)
        addDamage(ticket, "its state is " + std::to_string(stored) + ", which does not exist");
}

/// NULL for "".
std::optional<std::string> optionalText(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

template <class Wanted>
std::string numbersOf(const Wanted &wanted)
{
    std::string numbers;
    for (const TicketState state : allTicketStates)
        if (wanted(state))
            numbers += (numbers.empty() ? "" : ", ") + std::to_string(static_cast<int>(state));
    return numbers;
}

} // namespace

std::string statesThatAllow(TicketAction action)
{
    return numbersOf([&](TicketState state) { return allows(state, action); });
}

std::string statesNotEnded()
{
    return numbersOf([](TicketState state) { return !isEnded(state); });
}

std::optional<StoredTicket> loadTicket(SqliteContext &context, std::int64_t id)
{
    SqliteStatement row = context.database.statement(
        "SELECT c.name, t.key, t.fingerprint, t.reference, t.state, t.reason_code, t.reason_text, t.attempts, t.fence,"
        " t.created, t.run_began, t.changed, t.due, t.open_since, t.ended, t.psa_id, t.psa_number, t.psa_url,"
        " t.warnings, t.recovered, t.plugin_build"
        " FROM ticket t JOIN connection c ON c.id = t.connection_id WHERE t.id = ?1",
        id);
    if (!row.next())
        return std::nullopt;
    StoredTicket ticket;
    int column = 0;
    ticket.id = id;
    ticket.connection = row.text(column++);
    ticket.key = row.text(column++);
    ticket.fingerprint = row.text(column++);
    ticket.reference = row.text(column++);
    readState(ticket, row.integer(column++));
    ticket.reason.code = row.text(column++);
    ticket.reason.text = row.text(column++);
    ticket.attempts = row.integer(column++);
    ticket.fence = row.integer(column++);
    ticket.created = row.time(column++);
    ticket.runBegan = row.time(column++);
    ticket.changed = row.time(column++);
    ticket.due = row.optionalTime(column++);
    ticket.openSince = row.optionalTime(column++);
    ticket.ended = row.optionalTime(column++);
    ticket.outcome.psaId = row.text(column++);
    ticket.outcome.number = row.text(column++);
    ticket.outcome.url = row.text(column++);
    readWarnings(ticket, row.text(column++));
    ticket.outcome.recovered = row.integer(column++) != 0;
    ticket.pluginBuild = row.text(column++);
    return ticket;
}

StoredTicket loadKnownTicket(SqliteContext &context, std::int64_t id)
{
    auto ticket = loadTicket(context, id);
    if (!ticket)
        throw StoreError(StoreError::Kind::notFound, "there is no ticket " + std::to_string(id) +
                                                         "; it may have been deleted after it was finished");
    return std::move(*ticket);
}

void loadDocuments(SqliteContext &context, StoredTicket &ticket)
{
    SqliteStatement row =
        context.database.statement("SELECT request, ticket FROM ticket_document WHERE id = ?1", ticket.id);
    if (!row.next())
        return;
    ticket.requestJson = row.text(0);
    ticket.ticketJson = row.text(1);
}

void addTicketRow(SqliteContext &context, StoredTicket &ticket, std::int64_t connectionId,
                  std::optional<std::int64_t> keyHash)
{
    context.database.run(
        "INSERT INTO ticket (connection_id, key, key_hash, fingerprint, reference, state, reason_code, reason_text,"
        " attempts, fence, created, run_began, changed, due, ended, psa_id, psa_number, psa_url, warnings, recovered,"
        " plugin_build)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?9, ?9, ?10, ?11, '', '', '', ?12, 0, '')",
        connectionId, optionalText(ticket.key), keyHash, ticket.fingerprint, ticket.reference,
        static_cast<int>(ticket.state), ticket.reason.code, ticket.reason.text, ticket.created, ticket.due,
        ticket.ended, toStored(ticket.outcome.warnings));
    ticket.id = context.database.lastId();
    context.database.run("INSERT INTO ticket_document VALUES (?1, ?2, ?3)", ticket.id, ticket.requestJson,
                         ticket.ticketJson);
}

void saveTicket(SqliteContext &context, const StoredTicket &ticket)
{
    context.database.run("UPDATE ticket SET state = ?2, reason_code = ?3, reason_text = ?4, attempts = ?5, fence = ?6,"
                         " run_began = ?7, changed = ?8, due = ?9, open_since = ?10, ended = ?11, psa_id = ?12,"
                         " psa_number = ?13, psa_url = ?14, warnings = ?15, recovered = ?16, plugin_build = ?17"
                         " WHERE id = ?1",
                         ticket.id, static_cast<int>(ticket.state), ticket.reason.code, ticket.reason.text,
                         ticket.attempts, ticket.fence, ticket.runBegan, ticket.changed, ticket.due, ticket.openSince,
                         ticket.ended, ticket.outcome.psaId, ticket.outcome.number, ticket.outcome.url,
                         toStored(ticket.outcome.warnings), ticket.outcome.recovered, ticket.pluginBuild);
}

} // namespace psa::host

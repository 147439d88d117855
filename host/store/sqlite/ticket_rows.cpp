#include "host/json/strict_json.h"
#include "host/store/sqlite/sqlite_database.h"
#include "host/store/sqlite/sqlite_session.h"
#include "host/store/store_error.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>

#include <sstream>

namespace psa::store {
namespace {

constexpr std::size_t maxKeyBytes = 255;
constexpr std::size_t maxReferenceBytes = 40;

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

void addDamage(ticket::StoredTicket &ticket, const std::string &what)
{
    ticket.damage += (ticket.damage.empty() ? "" : "; ") + what;
}

void readWarnings(ticket::StoredTicket &ticket, const std::string &stored)
try
{
    if (stored.empty())
        return;
    const auto array = json::parseStrict(stored, json::ownText).extract<Poco::JSON::Array::Ptr>();
    for (const auto &each : *array)
        ticket.outcome.warnings.push_back(each.toString());
}
catch (const json::JsonError &error)
{
    addDamage(ticket, std::string("its warnings cannot be read: ") + error.what());
}
catch (const Poco::Exception &error)
{
    addDamage(ticket, "its warnings cannot be read: " + error.displayText());
}

/// A ticket with an invalid state waits for a human.
void readState(ticket::StoredTicket &ticket, std::int64_t stored)
{
    const auto known = ticket::ticketStateFrom(stored);
    ticket.state = known.value_or(ticket::TicketState::needsReview);
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
    for (const ticket::TicketState state : ticket::allTicketStates)
        if (wanted(state))
            numbers += (numbers.empty() ? "" : ", ") + std::to_string(static_cast<int>(state));
    return numbers;
}

void checkNames(const ticket::StoredTicket &ticket)
{
    if (ticket.reference.empty() || ticket.reference.size() > maxReferenceBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the reference \"" + ticket.reference + "\" must have 1 to 40 bytes");
    if (ticket.key.size() > maxKeyBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the key has " + std::to_string(ticket.key.size()) + " bytes; it may have at most 255");
}

} // namespace

std::string statesThatAllow(ticket::TicketAction action)
{
    return numbersOf([&](ticket::TicketState state) { return ticket::allows(state, action); });
}

std::string statesNotEnded()
{
    return numbersOf([](ticket::TicketState state) { return !ticket::isEnded(state); });
}

std::optional<ticket::StoredTicket> SqliteSession::ticketRow(std::int64_t id) const
{
    SqliteStatement row = database_.statement(
        "SELECT c.name, t.key, t.fingerprint, t.reference, t.state, t.reason_code, t.reason_text, t.attempts, t.fence,"
        " t.created, t.run_began, t.changed, t.due, t.open_since, t.ended, t.psa_id, t.psa_number, t.psa_url,"
        " t.warnings, t.recovered, t.plugin_build, t.crashes"
        " FROM ticket t JOIN connection c ON c.id = t.connection_id WHERE t.id = ?1",
        id);
    if (!row.next())
        return std::nullopt;
    ticket::StoredTicket ticket;
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
    ticket.crashes = row.integer(column++);
    return ticket;
}

std::optional<ticket::StoredTicket> SqliteSession::ticket(std::int64_t id) const
{
    auto found = ticketRow(id);
    if (found)
    {
        loadDocuments(*found);
        describeCompany(*found);
    }
    return found;
}

std::optional<ticket::StoredTicket> SqliteSession::ticketByReference(const std::string &reference) const
{
    SqliteStatement row = database_.statement("SELECT id FROM ticket WHERE reference = ?1", reference);
    return row.next() ? ticket(row.integer(0)) : std::nullopt;
}

std::optional<std::int64_t> SqliteSession::idByKey(std::int64_t connectionId, const std::string &key) const
{
    std::optional<std::int64_t> found;
    keys_.find(hashOfKey(connectionId, key), [&](std::int64_t id) {
        const bool same =
            database_.integer("SELECT count(*) FROM ticket WHERE id = ?1 AND connection_id = ?2 AND key = ?3", id,
                              connectionId, key) == 1;
        if (same)
            found = id;
        return same;
    });
    return found;
}

std::optional<ticket::StoredTicket> SqliteSession::ticketByKey(const std::string &connection,
                                                               const std::string &key) const
{
    const auto of = connectionId(connection);
    const auto id = of ? idByKey(*of, key) : std::nullopt;
    return id ? ticket(*id) : std::nullopt;
}

void SqliteSession::loadDocuments(ticket::StoredTicket &ticket) const
{
    SqliteStatement row = database_.statement("SELECT request, ticket FROM ticket_document WHERE id = ?1", ticket.id);
    if (!row.next())
        return;
    ticket.requestJson = row.text(0);
    ticket.ticketJson = row.text(1);
}

ticket::StoredTicket SqliteSession::addTicket(const ticket::StoredTicket &ticket)
try
{
    checkNames(ticket);
    const std::int64_t of = knownConnectionId(ticket.connection);
    if (!ticket.key.empty() && idByKey(of, ticket.key))
        throw StoreError(StoreError::Kind::conflict, "another ticket has the key \"" + ticket.key + "\" already");
    const std::int64_t keyHash = ticket.key.empty() ? 0 : hashOfKey(of, ticket.key);
    database_.run(
        "INSERT INTO ticket (connection_id, key, key_hash, fingerprint, reference, state, reason_code, reason_text,"
        " attempts, fence, created, run_began, changed, due, open_since, ended, psa_id, psa_number, psa_url, warnings,"
        " recovered, plugin_build)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?9, ?9, ?10, ?11, ?12, '', '', '', ?13, 0, '')",
        of, optionalText(ticket.key), ticket.key.empty() ? std::nullopt : std::optional(keyHash), ticket.fingerprint,
        ticket.reference, static_cast<int>(ticket.state), ticket.reason.code, ticket.reason.text, ticket.created,
        ticket.due, ticket.openSince, ticket.ended, toStored(ticket.outcome.warnings));
    ticket::StoredTicket added = ticket;
    added.id = database_.lastId();
    database_.run("INSERT INTO ticket_document VALUES (?1, ?2, ?3)", added.id, ticket.requestJson, ticket.ticketJson);
    if (!ticket.key.empty())
        keys_.add(keyHash, added.id);
    added.companyLabel = noteCompany(of, ticket.company);
    return added;
}
catch (const SqliteError &error)
{
    if (error.extended != SQLITE_CONSTRAINT_UNIQUE)
        throw;
    throw StoreError(StoreError::Kind::conflict, "another ticket has the reference " + ticket.reference + " already");
}

void SqliteSession::saveTicket(const ticket::StoredTicket &ticket)
{
    database_.run("UPDATE ticket SET state = ?2, reason_code = ?3, reason_text = ?4, attempts = ?5, fence = ?6,"
                  " run_began = ?7, changed = ?8, due = ?9, open_since = ?10, ended = ?11, psa_id = ?12,"
                  " psa_number = ?13, psa_url = ?14, warnings = ?15, recovered = ?16, plugin_build = ?17, crashes = ?18"
                  " WHERE id = ?1",
                  ticket.id, static_cast<int>(ticket.state), ticket.reason.code, ticket.reason.text, ticket.attempts,
                  ticket.fence, ticket.runBegan, ticket.changed, ticket.due, ticket.openSince, ticket.ended,
                  ticket.outcome.psaId, ticket.outcome.number, ticket.outcome.url, toStored(ticket.outcome.warnings),
                  ticket.outcome.recovered, ticket.pluginBuild, ticket.crashes);
}

void SqliteSession::saveDocuments(std::int64_t id, const ticket::TicketDocuments &documents)
{
    if (documents.requestJson)
        database_.run("UPDATE ticket_document SET request = ?2 WHERE id = ?1", id, *documents.requestJson);
    if (documents.ticketJson)
        database_.run("UPDATE ticket_document SET ticket = ?2 WHERE id = ?1", id, *documents.ticketJson);
}

void SqliteSession::recordNumberFailure(std::int64_t id, bool permanent)
{
    database_.run("UPDATE ticket SET number_tries = number_tries + ?2 WHERE id = ?1", id,
                  permanent ? nameTries : std::int64_t{1});
}

} // namespace psa::store

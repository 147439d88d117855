#include "host/store/sqlite/sqlite_session.h"

#include "host/store/sqlite/audit_rows.h"
#include "host/store/sqlite/budget_rows.h"
#include "host/store/sqlite/company_rows.h"
#include "host/store/sqlite/connection_rows.h"
#include "host/store/sqlite/episode_rows.h"
#include "host/store/sqlite/plugin_call_rows.h"
#include "host/store/sqlite/ticket_actions.h"
#include "host/store/sqlite/ticket_attempts.h"
#include "host/store/sqlite/ticket_intake.h"
#include "host/store/sqlite/ticket_rows.h"
#include "host/store/sqlite/ticket_search.h"
#include "host/store/sqlite/ticket_upkeep.h"

namespace psa::host {

std::optional<StoredTicket> SqliteSession::ticket(std::int64_t id) const
{
    auto found = loadTicket(context_, id);
    if (found)
    {
        loadDocuments(context_, *found);
        describeCompany(context_, *found);
    }
    return found;
}

std::optional<StoredTicket> SqliteSession::ticketByReference(const std::string &reference) const
{
    SqliteStatement row = context_.database.statement("SELECT id FROM ticket WHERE reference = ?1", reference);
    return row.next() ? ticket(row.integer(0)) : std::nullopt;
}

std::optional<StoredTicket> SqliteSession::ticketByKey(const std::string &connection, const std::string &key) const
{
    const auto connectionId = context_.connectionId(connection);
    auto found = connectionId ? findByKey(context_, *connectionId, key) : std::nullopt;
    if (found)
        loadDocuments(context_, *found);
    return found;
}

TicketPage SqliteSession::listTickets(const TicketQuery &query) const
{
    return host::listTickets(context_, query);
}

std::optional<StoredTicket> SqliteSession::ticketWithoutNumber(const std::string &connection) const
{
    return host::ticketWithoutNumber(context_, connection);
}

std::string SqliteSession::companyLabel(const std::string &connection, const std::string &company) const
{
    return host::companyLabel(context_, connection, company);
}

std::vector<std::string> SqliteSession::unlabelledCompanies(const std::string &connection, std::size_t max) const
{
    return host::unlabelledCompanies(context_, connection, max);
}

bool SqliteSession::hasTicketsToLookFor(const std::string &connection) const
{
    return host::hasTicketsToLookFor(context_, connection);
}

std::vector<ConnectionDue> SqliteSession::due() const
{
    return dueTickets(context_);
}

std::vector<ConnectionCounts> SqliteSession::counts() const
{
    return countTickets(context_);
}

std::optional<StoredConnection> SqliteSession::connection(const std::string &name) const
{
    return loadConnection(context_, name);
}

std::vector<StoredConnection> SqliteSession::connections() const
{
    return loadConnections(context_);
}

std::optional<std::string> SqliteSession::value(const std::string &name) const
{
    SqliteStatement row = context_.database.statement("SELECT value FROM value WHERE name = ?1", name);
    return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

BudgetSnapshot SqliteSession::budgets() const
{
    return loadBudgets(context_);
}

std::vector<PluginCall> SqliteSession::pluginCalls() const
{
    return loadPluginCalls(context_);
}

AuditPage SqliteSession::audit(const AuditQuery &query) const
{
    return readAudit(context_, query);
}

TicketInsertion SqliteSession::insertTicket(const NewTicket &ticket)
{
    return host::insertTicket(context_, ticket);
}

std::vector<StoredTicket> SqliteSession::claimTickets(const TicketClaim &claim)
{
    return host::claimTickets(context_, claim);
}

bool SqliteSession::settleTicket(std::int64_t id, std::int64_t fence, const TicketSettlement &how)
{
    return host::settleTicket(context_, id, fence, how);
}

std::size_t SqliteSession::releaseHeld(const std::string &connection, std::size_t max)
{
    return host::releaseHeld(context_, connection, max);
}

StoredTicket SqliteSession::retryTicket(std::int64_t id, bool lookFirst, const TicketDocuments &documents)
{
    return host::retryTicket(context_, id, lookFirst, documents);
}

StoredTicket SqliteSession::linkTicket(std::int64_t id, const TicketOutcome &outcome, const StateReason &reason)
{
    return host::linkTicket(context_, id, outcome, reason);
}

StoredTicket SqliteSession::dropTicket(std::int64_t id, const StateReason &reason)
{
    return host::dropTicket(context_, id, reason);
}

bool SqliteSession::noteNumber(std::int64_t id, const std::string &number, const std::string &url)
{
    return host::noteNumber(context_, id, number, url);
}

void SqliteSession::giveUpNumber(std::int64_t id, bool forGood)
{
    host::giveUpNumber(context_, id, forGood);
}

void SqliteSession::wantCompanyLabel(const std::string &connection, const std::string &company)
{
    host::wantCompanyLabel(context_, connection, company);
}

void SqliteSession::labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels)
{
    host::labelCompanies(context_, connection, labels);
}

void SqliteSession::giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                                    bool forGood)
{
    host::giveUpCompanies(context_, connection, companies, forGood);
}

std::size_t SqliteSession::deleteEndedTickets(Clock::Wall before, std::size_t max)
{
    return host::deleteEndedTickets(context_, before, max);
}

StoredConnection SqliteSession::addConnection(const StoredConnection &connection)
{
    return host::addConnection(context_, connection);
}

StoredConnection SqliteSession::updateConnection(const StoredConnection &connection)
{
    return host::updateConnection(context_, connection);
}

void SqliteSession::removeConnection(const std::string &name)
{
    host::removeConnection(context_, name);
}

void SqliteSession::setBreakers(const std::string &connection, const std::string &breakerJson)
{
    host::setBreakers(context_, connection, breakerJson);
}

void SqliteSession::setTest(const std::string &connection, const std::string &testJson)
{
    host::setTest(context_, connection, testJson);
}

void SqliteSession::putValue(const std::string &name, const std::string &value)
{
    context_.database.run("INSERT INTO value VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value", name,
                          SqliteBlob{value});
}

void SqliteSession::saveBudgets(const BudgetSnapshot &snapshot)
{
    host::saveBudgets(context_, snapshot);
}

std::int64_t SqliteSession::blamePlugin(const std::string &plugin, const std::string &operation)
{
    return host::blamePlugin(context_, plugin, operation);
}

void SqliteSession::releasePlugin(const std::string &plugin, const std::string &operation)
{
    host::releasePlugin(context_, plugin, operation);
}

std::optional<AlertEpisode> SqliteSession::openEpisode(const std::string &connection, const std::string &group) const
{
    return loadOpenEpisode(context_, connection, group);
}

std::int64_t SqliteSession::addEpisode(const AlertEpisode &episode)
{
    return host::addEpisode(context_, episode);
}

void SqliteSession::updateEpisode(const AlertEpisode &episode)
{
    host::updateEpisode(context_, episode);
}

std::size_t SqliteSession::deleteEpisodes(Clock::Wall before, std::size_t max)
{
    return host::deleteEpisodes(context_, before, max);
}

std::int64_t SqliteSession::appendAudit(const AuditEntry &entry)
{
    return host::appendAudit(context_, entry);
}

std::size_t SqliteSession::deleteAudit(Clock::Wall before, std::size_t max)
{
    return host::deleteAudit(context_, before, max);
}

} // namespace psa::host

#include "host/store/sql/progress_columns.h"
#include "host/store/sql/sql_session.h"

namespace psa::store {
namespace {

/// A longer value is not a name that a PSA knows, and is shown unchanged.
constexpr std::size_t maxCompanyBytes = 200;

std::optional<std::string> readLabel(SqlDatabase &database, std::int64_t connectionId, const std::string &company)
{
    SqlStatement row = database.statement("SELECT label FROM company WHERE connection_id = ?1 AND company = ?2",
                                          connectionId, company);
    return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

/// Sets the display values of a ticket; returns which of its documents cannot be read, "" = none.
std::string describe(SqlDatabase &database, ticket::StoredTicket &ticket)
{
    std::int64_t connectionId = 0;
    std::string damage;
    {
        SqlStatement row = database.statement(
            "SELECT t.connection_id, CASE WHEN json_valid(d.request) THEN d.request -> '$.title' END,"
            " CASE WHEN json_valid(d.ticket) THEN d.ticket -> '$.company' END, json_valid(d.request),"
            " d.ticket = '' OR json_valid(d.ticket)"
            " FROM ticket_document d JOIN ticket t ON t.id = d.id WHERE d.id = ?1",
            ticket.id);
        if (!row.next())
            return "its documents are missing";
        connectionId = row.integer(0);
        ticket.title = memberText(row.text(1), false);
        ticket.company = memberText(row.text(2), true); // an id may be a number
        damage = row.integer(3) == 0   ? "its request cannot be read"
                 : row.integer(4) == 0 ? "the ticket built for the PSA cannot be read"
                                       : "";
    }
    ticket.companyLabel = readLabel(database, connectionId, ticket.company).value_or("");
    return damage;
}

} // namespace

std::optional<std::string> SqlSession::labelOf(std::int64_t connectionId, const std::string &company) const
{
    return readLabel(database_, connectionId, company);
}

std::string SqlSession::companyLabel(const std::string &connection, const std::string &company) const
{
    const auto of = connectionId(connection);
    return of ? labelOf(*of, company).value_or("") : "";
}

std::vector<std::string> SqlSession::unlabelledCompanies(const std::string &connection, std::size_t max) const
{
    std::vector<std::string> companies;
    const auto of = connectionId(connection);
    if (!of)
        return companies;
    SqlStatement rows = database_.statement("SELECT company FROM company INDEXED BY company_without_label"
                                            " WHERE connection_id = ?1 AND label = '' AND tries < 3 LIMIT ?2",
                                            *of, static_cast<std::int64_t>(max));
    while (rows.next())
        companies.push_back(rows.text(0));
    return companies;
}

std::string SqlSession::noteCompany(std::int64_t connectionId, const std::string &company)
{
    if (company.empty() || company.size() > maxCompanyBytes)
        return {};
    if (auto label = labelOf(connectionId, company))
        return std::move(*label);
    database_.run("INSERT INTO company VALUES (?1, ?2, '', 0) ON CONFLICT DO NOTHING", connectionId, company);
    return {};
}

void SqlSession::requestCompanyLabel(const std::string &connection, const std::string &company)
{
    if (const auto of = connectionId(connection))
        noteCompany(*of, company);
}

void SqlSession::labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels)
{
    const auto of = connectionId(connection);
    for (const auto &[company, label] : labels)
        if (of)
            database_.run("UPDATE company SET label = ?3 WHERE connection_id = ?1 AND company = ?2", *of, company,
                          label);
}

void SqlSession::giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                                 bool permanent)
{
    const auto of = connectionId(connection);
    for (const std::string &company : companies)
        if (of)
            database_.run("UPDATE company SET tries = tries + ?3 WHERE connection_id = ?1 AND company = ?2", *of,
                          company, permanent ? StoreWriter::nameTries : std::int64_t{1});
}

void SqlSession::describeTicket(ticket::StoredTicket &ticket) const
{
    const std::string damage = describe(database_, ticket);
    if (!damage.empty())
        addDamage(ticket, damage);
}

void SqlSession::describeCompany(ticket::StoredTicket &ticket) const
{
    describe(database_, ticket); // the documents are returned too, so the damage is visible there
    ticket.title.clear();
}

} // namespace psa::store

#include "host/store/sqlite/company_rows.h"

#include "host/json/strict_json.h"
#include "host/store/store_writer.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

/// What is longer is not a name that a PSA knows, and is shown as it is.
constexpr std::size_t maxCompanyBytes = 200;

/// A value of a document: SQLite gives it as it stands in the JSON, since its own texts end at a NUL. Empty for "", and
/// for what SQLite takes for JSON and we do not.
Poco::Dynamic::Var valueOf(const std::string &json)
try
{
    if (json.empty())
        return {};
    return parseStrict("[" + json + "]", ownText).extract<Poco::JSON::Array::Ptr>()->get(0);
}
catch (const JsonError &)
{
    return {};
}

/// Nothing for a company that was never noted.
std::optional<std::string> labelOf(SqliteContext &context, std::int64_t connectionId, const std::string &company)
{
    SqliteStatement row = context.database.statement(
        "SELECT label FROM company WHERE connection_id = ?1 AND company = ?2", connectionId, company);
    return row.next() ? std::optional(row.text(0)) : std::nullopt;
}

/// Fills in what people call a ticket; what of its documents cannot be read, "" = nothing.
std::string describe(SqliteContext &context, StoredTicket &ticket)
{
    std::int64_t connectionId = 0;
    std::string damage;
    {
        SqliteStatement row = context.database.statement(
            "SELECT t.connection_id, CASE WHEN json_valid(d.request) THEN d.request -> '$.title' END,"
            " CASE WHEN json_valid(d.ticket) THEN d.ticket -> '$.company' END, json_valid(d.request),"
            " d.ticket = '' OR json_valid(d.ticket)"
            " FROM ticket_document d JOIN ticket t ON t.id = d.id WHERE d.id = ?1",
            ticket.id);
        if (!row.next())
            return "its documents are missing";
        connectionId = row.integer(0);
        const auto title = valueOf(row.text(1));
        ticket.title = title.isString() ? title.extract<std::string>() : "";
        const auto company = valueOf(row.text(2)); // an id may be a number
        ticket.company = company.isString() || company.isInteger() ? company.convert<std::string>() : "";
        damage = row.integer(3) == 0   ? "its request cannot be read"
                 : row.integer(4) == 0 ? "the ticket built for the PSA cannot be read"
                                       : "";
    }
    ticket.companyLabel = labelOf(context, connectionId, ticket.company).value_or("");
    return damage;
}

} // namespace

std::string companyLabel(SqliteContext &context, const std::string &connection, const std::string &company)
{
    const auto connectionId = context.connectionId(connection);
    return connectionId ? labelOf(context, *connectionId, company).value_or("") : "";
}

std::vector<std::string> unlabelledCompanies(SqliteContext &context, const std::string &connection, std::size_t max)
{
    std::vector<std::string> companies;
    const auto connectionId = context.connectionId(connection);
    if (!connectionId)
        return companies;
    SqliteStatement rows = context.database.statement("SELECT company FROM company INDEXED BY company_without_label"
                                                      " WHERE connection_id = ?1 AND label = '' AND tries < 3 LIMIT ?2",
                                                      *connectionId, static_cast<std::int64_t>(max));
    while (rows.next())
        companies.push_back(rows.text(0));
    return companies;
}

std::string noteCompany(SqliteContext &context, std::int64_t connectionId, const std::string &company)
{
    if (company.empty() || company.size() > maxCompanyBytes)
        return {};
    if (auto label = labelOf(context, connectionId, company))
        return std::move(*label);
    context.database.run("INSERT INTO company VALUES (?1, ?2, '', 0)", connectionId, company);
    return {};
}

void wantCompanyLabel(SqliteContext &context, const std::string &connection, const std::string &company)
{
    if (const auto connectionId = context.connectionId(connection))
        noteCompany(context, *connectionId, company);
}

void labelCompanies(SqliteContext &context, const std::string &connection,
                    const std::map<std::string, std::string> &labels)
{
    const auto connectionId = context.connectionId(connection);
    for (const auto &[company, label] : labels)
        if (connectionId)
            context.database.run("UPDATE company SET label = ?3 WHERE connection_id = ?1 AND company = ?2",
                                 *connectionId, company, label);
}

void giveUpCompanies(SqliteContext &context, const std::string &connection, const std::vector<std::string> &companies,
                     bool forGood)
{
    const auto connectionId = context.connectionId(connection);
    for (const std::string &company : companies)
        if (connectionId)
            context.database.run("UPDATE company SET tries = tries + ?3 WHERE connection_id = ?1 AND company = ?2",
                                 *connectionId, company, forGood ? StoreWriter::nameTries : std::int64_t{1});
}

void describeTicket(SqliteContext &context, StoredTicket &ticket)
{
    const std::string damage = describe(context, ticket);
    if (!damage.empty())
        ticket.damage += (ticket.damage.empty() ? "" : "; ") + damage;
}

void describeCompany(SqliteContext &context, StoredTicket &ticket)
{
    describe(context, ticket); // whoever has the documents sees what is wrong with them
    ticket.title.clear();
}

} // namespace psa::host

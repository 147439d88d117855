#include "tests/support/postgres/session.h"

#include <libpq-fe.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace psa::test::postgres {

Session::Session(const std::string &uri) : connection_(PQconnectdb(uri.c_str()), PQfinish)
{
    if (PQstatus(connection_.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()));
    PQsetNoticeProcessor(
        connection_.get(), [](void *, const char *) {}, nullptr);
}

Session::~Session() = default;
Session::Session(Session &&) noexcept = default;
Session &Session::operator=(Session &&) noexcept = default;

Session::Rows Session::run(const std::string &sql)
{
    const std::unique_ptr<PGresult, void (*)(PGresult *)> result(PQexec(connection_.get(), sql.c_str()), PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        throw std::runtime_error(PQerrorMessage(connection_.get()) + ("in: " + sql));
    Rows rows(static_cast<std::size_t>(PQntuples(result.get())));
    for (std::size_t row = 0; row < rows.size(); ++row)
        for (int column = 0; column < PQnfields(result.get()); ++column)
            rows[row].emplace_back(PQgetvalue(result.get(), static_cast<int>(row), column));
    return rows;
}

std::string Session::value(const std::string &sql)
{
    const Rows rows = run(sql);
    if (rows.size() != 1 || rows.front().size() != 1)
        throw std::runtime_error("not one value: " + sql);
    return rows.front().front();
}

void Session::await(const std::string &sql)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (value(sql) != "t")
    {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("not within 30 seconds: " + sql);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

void Session::holdSnapshot()
{
    run("BEGIN ISOLATION LEVEL REPEATABLE READ");
    run("SELECT txid_current()"); // with a transaction id, which holds back removal in every database
}

int Session::backend() const
{
    return PQbackendPID(connection_.get());
}

} // namespace psa::test::postgres

#include "host/store/postgres/postgres_connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace psa::store {
namespace {

/// More would fill the buffers of both sides while neither reads.
constexpr std::size_t maxQueued = 256;

/// What libpq says, in one line without a full stop.
std::string trimmed(const std::string &text)
{
    std::string line;
    for (const char each : text)
    {
        const bool isSpace = each == '\n' || each == '\t' || each == ' ';
        if (!isSpace)
            line += each;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    line.erase(line.find_last_not_of(" .") + 1);
    return line;
}

std::string field(const PGresult *result, int code)
{
    const char *text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
}

PostgresError errorOf(const PGresult *result)
{
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    std::string what = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (const std::string constraint = field(result, PG_DIAG_CONSTRAINT_NAME); !constraint.empty())
        what += " (" + constraint + ")";
    if (what.empty())
        what = trimmed(PQresultErrorMessage(result));
    return {state, what};
}

bool succeeded(const PGresult *result)
{
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

} // namespace

bool PostgresError::isLost() const
{
    // 57P01 to 57P03: the server ends, or starts; 57P05: it ends idle sessions; 25P03: a transaction was idle too long.
    return state.empty() || state.starts_with("08") || state.starts_with("57P") || state == "25P03";
}

bool PostgresError::isEnvironment() const
{
    // 53: resources; 58: the system; XX: internal, such as a damaged page; 25006: read-only; 57014: it took too long.
    return isLost() || state.starts_with("53") || state.starts_with("58") || state.starts_with("XX") ||
           state == "25006" || state == "57014" || state == "42501" || state == "40003";
}

StoreError toStoreError(const PostgresError &error)
{
    const std::string text = error.what();
    if (error.isCollision())
        return {StoreError::Kind::busy,
                "other hosts changed the same data at the same time: " + text + "; try again in a moment"};
    if (error.isLost())
        return {StoreError::Kind::unavailable, "the database cannot be reached: " + text +
                                                   ". Check PostgreSQL and the network; psa-host goes on by itself"};
    if (error.isEnvironment())
        return {StoreError::Kind::unavailable, "the database cannot be written or read: " + text + " (SQLSTATE " +
                                                   error.state + "). Check PostgreSQL"};
    if (error.state.starts_with("23"))
        return {StoreError::Kind::conflict, "the store rejected the change: " + text};
    return {StoreError::Kind::invalid, "the store operation failed: " + text + " (SQLSTATE " + error.state + ")"};
}

void ClearResult::operator()(pg_result *result) const
{
    PQclear(result);
}

void PostgresParameters::resize(std::size_t count)
{
    types.resize(count);
    values.resize(count);
    data.resize(count);
    lengths.resize(count);
    formats.resize(count);
}

PostgresConnection::PostgresConnection(const Options &options, std::chrono::milliseconds deadline) : deadline_(deadline)
{
    std::vector<const char *> names;
    std::vector<const char *> values;
    for (const auto &[name, value] : options)
    {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    connection_ = PQconnectdbParams(names.data(), values.data(), 0);
    if (PQstatus(connection_) != CONNECTION_OK || PQsetnonblocking(connection_, 1) != 0 ||
        PQenterPipelineMode(connection_) != 1)
    {
        const std::string text = trimmed(PQerrorMessage(connection_));
        PQfinish(connection_);
        throw PostgresError("", text);
    }
    PQsetNoticeReceiver(
        connection_,
        [](void *self, const PGresult *notice) {
            if (field(notice, PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING")
                static_cast<PostgresConnection *>(self)->warnings_.push_back(field(notice, PG_DIAG_MESSAGE_PRIMARY));
        },
        this);
}

PostgresConnection::~PostgresConnection()
{
    PQfinish(connection_);
}

void PostgresConnection::send(const char *sql, const PostgresParameters &parameters, Failed failed)
{
    makeRoom();
    queue(PQsendQueryParams(connection_, sql, static_cast<int>(parameters.data.size()), parameters.types.data(),
                            parameters.data.data(), parameters.lengths.data(), parameters.formats.data(), 1),
          std::move(failed));
}

void PostgresConnection::prepare(const std::string &name, const char *sql, const PostgresParameters &parameters)
{
    makeRoom();
    queue(PQsendPrepare(connection_, name.c_str(), sql, static_cast<int>(parameters.types.size()),
                        parameters.types.data()),
          nullptr);
}

void PostgresConnection::sendPrepared(const std::string &name, const PostgresParameters &parameters, Failed failed)
{
    makeRoom();
    queue(PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(parameters.data.size()),
                              parameters.data.data(), parameters.lengths.data(), parameters.formats.data(), 1),
          std::move(failed));
}

/// Before a statement is queued, so that what is awaited last is the last one.
void PostgresConnection::makeRoom()
{
    if (lost_)
        fail("the connection is lost");
    if (queued_.size() >= maxQueued)
        await();
}

void PostgresConnection::queue(int sent, Failed failed)
{
    if (sent != 1)
        fail("the statement could not be sent");
    queued_.push_back({std::move(failed)});
}

PostgresResult PostgresConnection::await()
{
    if (queued_.empty())
        return nullptr;
    if (lost_ || PQpipelineSync(connection_) != 1)
        fail("the statements could not be sent");
    flush();
    return takeResults();
}

/// Of everything that is queued, and of the synchronization behind it.
PostgresResult PostgresConnection::takeResults()
{
    PostgresResult last;
    std::exception_ptr failure;
    const auto note = [&](const Queued &of, const PGresult *result) {
        try
        {
            const PostgresError error = errorOf(result);
            if (of.failed)
                of.failed(error);
            throw error;
        }
        catch (...)
        {
            failure = std::current_exception();
        }
    };
    for (; !queued_.empty(); queued_.pop_front())
        while (PostgresResult result = next())
        {
            if (!succeeded(result.get()) && PQresultStatus(result.get()) != PGRES_PIPELINE_ABORTED && !failure)
                note(queued_.front(), result.get());
            if (queued_.front().answer != nullptr)
                *queued_.front().answer = std::move(result);
            else
                last = std::move(result);
        }
    next(); // of the synchronization
    if (failure)
        std::rethrow_exception(failure);
    return last;
}

/// nullptr ends the results of a statement.
PostgresResult PostgresConnection::next()
{
    while (PQisBusy(connection_) != 0)
    {
        waitReadable();
        if (PQconsumeInput(connection_) != 1)
            fail("the server ended the connection");
    }
    PostgresResult result(PQgetResult(connection_));
    if (PQstatus(connection_) == CONNECTION_BAD)
        fail(result ? trimmed(PQresultErrorMessage(result.get())) : "the server ended the connection");
    return result;
}

void PostgresConnection::flush()
{
    for (int left = PQflush(connection_); left != 0; left = PQflush(connection_))
    {
        if (left < 0)
            fail("the server ended the connection");
        waitReadable();
        if (PQconsumeInput(connection_) != 1)
            fail("the server ended the connection");
    }
}

/// Or, while something is to be sent, writable.
void PostgresConnection::waitReadable()
{
    pollfd ready{PQsocket(connection_), POLLIN, 0};
    if (PQflush(connection_) > 0)
        ready.events |= POLLOUT;
    int found = 0;
    do
        found = poll(&ready, 1, static_cast<int>(deadline_.count()));
    while (found < 0 && errno == EINTR);
    if (found > 0)
        return;
    lost_ = true;
    throw PostgresError("", "the server did not answer within " + std::to_string(deadline_.count() / 1000) + " s");
}

void PostgresConnection::fail(const std::string &doing)
{
    lost_ = true;
    const std::string text = trimmed(PQerrorMessage(connection_));
    throw PostgresError("", text.empty() ? doing : text);
}

void PostgresConnection::execute(const std::string &sql)
{
    query(sql.c_str());
}

PostgresResult PostgresConnection::query(const char *sql)
{
    if (lost_ || PQexitPipelineMode(connection_) != 1 || PQsendQuery(connection_, sql) != 1)
        fail("the statement could not be sent");
    flush();
    PostgresResult last;
    std::exception_ptr failure;
    while (PostgresResult result = next())
    {
        if (!succeeded(result.get()) && !failure)
            failure = std::make_exception_ptr(errorOf(result.get()));
        last = std::move(result);
    }
    if (PQenterPipelineMode(connection_) != 1)
        fail("the connection cannot be used any more");
    if (failure)
        std::rethrow_exception(failure);
    return last;
}

bool PostgresConnection::awaitNotification(std::chrono::milliseconds time)
{
    const auto taken = [this] {
        bool any = false;
        while (PGnotify *each = PQnotifies(connection_))
        {
            PQfreemem(each);
            any = true;
        }
        return any;
    };
    if (taken())
        return true;
    pollfd ready{PQsocket(connection_), POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(time.count())) > 0 && PQconsumeInput(connection_) != 1)
        fail("the server ended the connection");
    return taken();
}

int PostgresConnection::socket() const
{
    return PQsocket(connection_);
}

int PostgresConnection::serverVersion() const
{
    return PQserverVersion(connection_);
}

std::string PostgresConnection::parameter(const char *name) const
{
    const char *value = PQparameterStatus(connection_, name);
    return value == nullptr ? "" : value;
}

} // namespace psa::store

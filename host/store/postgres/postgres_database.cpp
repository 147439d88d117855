#include "host/store/postgres/postgres_database.h"

#include "host/store/postgres/postgres_opening.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace psa::store {
namespace {

constexpr std::size_t mostIdsAtOnce = 1024;

constexpr std::size_t mostMerged = 256;
/// Answers that questions can build upon others.
constexpr int mostQuestionsInTurn = 4;

constexpr const char *clockSql = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";

std::string setting(const std::string &name, const std::string &value)
{
    return "set_config('" + name + "', " + quotedText(value) + ", true), ";
}

/// A transaction of ours never waits long: a host that stops in the middle must not stop the others.
std::string startOf(const PostgresTransactionSettings &settings)
{
    return "SELECT " + setting("search_path", quotedName(settings.schema)) +
           setting("synchronous_commit", settings.synchronousCommit) + setting("client_min_messages", "warning") +
           setting("idle_in_transaction_session_timeout", "5s") + setting("lock_timeout", "10s") +
           setting("statement_timeout", "25s");
}

/// A plan that was made while a table was small stays in use while it grows: it must not read all of the table.
std::string byIndexes()
{
    return setting("enable_seqscan", "off") + setting("enable_hashjoin", "off") + setting("enable_mergejoin", "off");
}

std::string idsSql(const std::string &schema, const char *sequence, std::size_t parameter)
{
    return ", array_to_string(ARRAY(SELECT nextval('" + schema + "." + sequence + "') FROM generate_series(1, ?" +
           std::to_string(parameter) + ")), ' ')";
}

void readIds(const std::string &text, std::deque<std::int64_t> &ids)
{
    const char *at = text.data();
    const char *const end = at + text.size();
    while (at < end)
    {
        std::int64_t id = 0;
        at = std::from_chars(at, end, id).ptr + 1;
        ids.push_back(id);
    }
}

} // namespace

PostgresDatabase::PostgresDatabase(PostgresTransactionSettings settings)
    : settings_(std::move(settings)), startWriteSql_([this] {
          std::string sql = startOf(settings_) + byIndexes() + clockSql;
          for (std::size_t i = 0; i < idSequences.size(); ++i)
              sql += idsSql(quotedName(settings_.schema), idSequences.at(i), i + 1);
          return sql;
      }()),
      startReadSql_(startOf(settings_) + clockSql),
      lockSql_("LOCK TABLE " + quotedName(settings_.schema) + ".connection IN EXCLUSIVE MODE")
{
    for (std::size_t i = 0; i < idSequences.size(); ++i)
        ids_.at(i).sequence = idSequences.at(i);
}

PostgresDatabase::~PostgresDatabase()
{
    forgetStatements();
}

void PostgresDatabase::connect(std::unique_ptr<PostgresConnection> connection)
{
    connection_ = std::move(connection);
    namePrefix_ = "psa_" + secrets::randomHex(settings_.random, 8) + "_";
    for (PostgresStatement *each : known_)
        each->prepareAs("");
    preparing_.clear();
    for (Ids &each : ids_)
        each.ready.clear();
    open_ = false;
    failure_ = nullptr;
    merged_.clear();
    touched_.clear();
}

PostgresConnection &PostgresDatabase::connection()
{
    if (connection_ == nullptr)
        throw PostgresError("", "there is no connection");
    return *connection_;
}

/// Notes the error of `act`: the transaction cannot go on after it.
template <class Act>
auto PostgresDatabase::tracked(Act &&act)
try
{
    if (failure_)
        std::rethrow_exception(failure_);
    return act();
}
catch (...)
{
    failure_ = std::current_exception();
    for (PostgresStatement *each : preparing_)
        each->prepareAs("");
    preparing_.clear();
    throw;
}

void PostgresDatabase::send(const char *sql)
{
    sendMerged();
    tracked([&] { connection().send(sql, {}); });
}

void PostgresDatabase::send(PostgresStatement &statement, const std::string &conflict)
{
    writes_ += statement.sql().text.starts_with("SELECT") ? 0 : 1;
    if (merging_ && merge(statement))
        return;
    sendMerged();
    sendNow(statement, conflict);
}

void PostgresDatabase::sendNow(PostgresStatement &statement, const std::string &conflict)
{
    PostgresConnection::Failed failed;
    if (!conflict.empty())
        failed = [conflict](const PostgresError &error) {
            if (error.isNotUnique())
                throw StoreError(StoreError::Kind::conflict, conflict);
        };
    tracked([&] {
        if (unnamed_)
        {
            connection().send(statement.sql().text.c_str(), statement.parameters(), std::move(failed));
            return;
        }
        if (statement.preparedAs().empty())
        {
            // A name is never used for two texts: behind a pooler, the server may know it from another client.
            statement.prepareAs(namePrefix_ + std::to_string(++prepared_));
            preparing_.push_back(&statement);
            connection().prepare(statement.preparedAs(), statement.sql().text.c_str(), statement.parameters());
        }
        connection().sendPrepared(statement.preparedAs(), statement.parameters(), std::move(failed));
    });
}

/// Keeps a write that may wait, and be sent together with others of the same kind.
bool PostgresDatabase::merge(PostgresStatement &statement)
{
    const PostgresSql &sql = statement.sql();
    if (sql.mergedTable.empty())
        return false;
    const PostgresParameters &values = statement.parameters();
    const std::string &id = values.values.at(sql.idSequence.empty() ? 0 : sql.parameters - 1);
    const auto known = [&] {
        return std::find_if(merged_.begin(), merged_.end(), [&](const Merged &of) { return of.single == &statement; });
    };
    auto of = known();
    if (touched_[sql.mergedTable].contains(id) || (of != merged_.end() && of->rows.size() >= mostMerged))
    {
        sendMerged();
        of = merged_.end();
    }
    if (of == merged_.end())
        of = merged_.insert(merged_.end(), {&statement, values.types, {}});
    of->rows.push_back(statement.values());
    touched_[sql.mergedTable].insert(id);
    return true;
}

void PostgresDatabase::sendMerged()
{
    touched_.clear();
    for (const Merged &each : std::exchange(merged_, {}))
    {
        PostgresStatement &statement = mergedStatement(each);
        statement.bindArrays(each.types, each.rows);
        sendNow(statement, "");
    }
}

PostgresStatement &PostgresDatabase::mergedStatement(const Merged &merged)
{
    auto &known = mergedStatements_[merged.single];
    if (known == nullptr)
    {
        const PostgresSql &sql = merged.single->sql();
        known = std::make_unique<PostgresStatement>(
            *this, PostgresSql{mergedSql(sql.text, merged.types), sql.parameters, "", ""});
        known_.push_back(known.get());
    }
    return *known;
}

void PostgresDatabase::ask(const std::function<void()> &questions)
{
    const auto end = [this](bool *) {
        asking_ = false;
        answers_.clear();
    };
    const std::unique_ptr<bool, decltype(end)> ending(&asking_, end);
    for (int turn = 0; turn < mostQuestionsInTurn; ++turn)
    {
        asking_ = true;
        asked_ = 0;
        questions();
        asking_ = false;
        if (asked_ == 0)
            break;
        await();
    }
    questions();
}

/// The answer to a question that was asked ahead; nullptr = it has none yet.
PostgresAnswer PostgresDatabase::ahead(PostgresStatement &statement)
{
    const std::pair question(&statement, statement.values());
    const auto known = answers_.find(question);
    if (known != answers_.end())
        return *known->second;
    if (asking_)
    {
        ++asked_;
        send(statement);
        const auto answer = answers_.emplace(question, std::make_shared<PostgresAnswer>()).first;
        connection().keepAnswer(answer->second);
    }
    return nullptr;
}

PostgresResult PostgresDatabase::await()
{
    sendMerged();
    return tracked([&] {
        PostgresResult last = connection().await();
        preparing_.clear();
        return last;
    });
}

void PostgresDatabase::begin(Access access, std::size_t writes)
{
    failure_ = nullptr;
    inDoubt_ = false;
    now_.reset();
    open_ = true;
    connection().takeWarnings();
    alone_ = access == Access::writeAlone;
    if (access != Access::read)
    {
        send("BEGIN ISOLATION LEVEL REPEATABLE READ");
        if (alone_) // neither statement takes the snapshot
        {
            send("SET LOCAL lock_timeout = '10s'");
            send(lockSql_.c_str());
        }
        start(writes);
        return;
    }
    send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    send(startReadSql_.c_str());
}

/// The rest of the beginning, in the same round trip.
void PostgresDatabase::start(std::size_t writes)
{
    constexpr int firstIds = 10; // behind the settings and the time
    std::array<std::int64_t, idSequences.size()> wanted{};
    for (std::size_t i = 0; i < ids_.size(); ++i)
    {
        Ids &ids = ids_.at(i);
        // What is left of an earlier transaction is less than what other hosts have used since: the rows of one ticket,
        // or of one source, would no longer be in the order in which they were acknowledged.
        ids.ready.clear();
        ids.usual = std::max(static_cast<double>(ids.used) / static_cast<double>(callers_), ids.usual * 3 / 4);
        ids.used = 0;
        wanted.at(i) = static_cast<std::int64_t>(std::ceil(ids.usual * static_cast<double>(writes) - 0.1));
    }
    callers_ = writes;
    SqlStatement row =
        std::apply([&](const auto &...each) { return statement(startWriteSql_.c_str(), each...); }, wanted);
    row.next();
    now_ = row.time(firstIds - 1);
    for (std::size_t i = 0; i < ids_.size(); ++i)
        readIds(row.text(firstIds + static_cast<int>(i)), ids_.at(i).ready);
}

clock::Clock::Wall PostgresDatabase::now()
{
    static const std::string sql = std::string("SELECT ") + clockSql;
    if (!now_)
        now_ = fromStoredTime(integer(sql.c_str()));
    return *now_;
}

void PostgresDatabase::commit()
{
    send("COMMIT");
    inDoubt_ = true; // from now on it may be on its way
    try
    {
        const PostgresResult result = await();
        inDoubt_ = false;
        open_ = false;
        if (std::string_view(PQcmdStatus(result.get())) != "COMMIT")
            throw PostgresError("25P02", "the server has rolled the transaction back");
    }
    catch (const PostgresError &error)
    {
        inDoubt_ = inDoubt_ && error.isLost();
        throw;
    }
    catch (...)
    {
        inDoubt_ = false;
        throw;
    }
    const std::vector<std::string> warnings = connection().takeWarnings();
    if (warnings.empty())
        return;
    StoreError failure(StoreError::Kind::unavailable,
                       "PostgreSQL did not confirm that the change is durable: " + warnings.front() +
                           ". It may turn out to be done; check the synchronous standby");
    failure.perhapsDone = true;
    throw failure;
}

void PostgresDatabase::rollback() noexcept
try
{
    failure_ = nullptr;
    merged_.clear();
    touched_.clear();
    if (!std::exchange(open_, false) || !isConnected())
        return;
    discard();
    send("ROLLBACK");
    await();
}
catch (const std::exception &)
{
    failure_ = nullptr;
    connection_.reset(); // which ends the transaction, too
}

/// Waits for what is to be rolled back, so that its error does not make the server skip what follows.
void PostgresDatabase::discard()
{
    failure_ = nullptr;
    try
    {
        await();
    }
    catch (const PostgresError &error)
    {
        if (error.isLost())
            throw;
    }
    catch (const StoreError &) // NOLINT(bugprone-empty-catch): what was run is rolled back
    {
    }
    failure_ = nullptr;
}

void PostgresDatabase::rollbackToSavepoint()
{
    discard();
    send("ROLLBACK TO one");
}

void PostgresDatabase::settle()
{
    await();
}

PostgresAnswer PostgresDatabase::rowsOf(PostgresStatement &statement)
{
    if (asking_ || !answers_.empty())
        if (PostgresAnswer answer = ahead(statement); answer != nullptr || asking_)
            return answer;
    send(statement);
    return await();
}

std::unique_ptr<SqlCursor> PostgresDatabase::prepare(const char *sql, bool assignsId)
{
    auto statement = std::make_unique<PostgresStatement>(*this, toPostgres(sql, assignsId));
    known_.push_back(statement.get());
    return statement;
}

void PostgresDatabase::finishLater(SqlCursor &cursor)
{
    auto &statement = dynamic_cast<PostgresStatement &>(cursor);
    if (statement.sql().text.starts_with("SELECT")) // it only locks, which may come before writes that wait
        return sendNow(statement, "");
    send(statement);
}

std::int64_t PostgresDatabase::finish(SqlCursor &cursor)
{
    const PostgresAnswer result = rowsOf(dynamic_cast<PostgresStatement &>(cursor));
    const std::string_view rows = PQcmdTuples(result.get());
    std::int64_t changed = 0;
    std::from_chars(rows.data(), rows.data() + rows.size(), changed);
    return changed;
}

std::int64_t PostgresDatabase::finishInsert(SqlCursor &cursor, const std::string &conflict)
{
    auto &statement = dynamic_cast<PostgresStatement &>(cursor);
    const std::int64_t id = nextId(statement.sql().idSequence);
    statement.bindInteger(static_cast<int>(statement.sql().parameters), id);
    send(statement, conflict);
    return id;
}

std::int64_t PostgresDatabase::nextId(const std::string &sequence)
{
    const auto found =
        std::find_if(ids_.begin(), ids_.end(), [&](const Ids &each) { return each.sequence == sequence; });
    if (found == ids_.end())
        return integer("SELECT nextval(CAST(?1 AS regclass))", sequence);
    if (found->ready.empty())
    {
        const std::size_t count = std::clamp<std::size_t>(found->used, 1, mostIdsAtOnce);
        SqlStatement row = statement("SELECT nextval(CAST(?1 AS regclass)) FROM generate_series(1, ?2)", sequence,
                                     static_cast<std::int64_t>(count));
        for (const std::int64_t id : row.integers())
            found->ready.push_back(id);
    }
    ++found->used;
    const std::int64_t id = found->ready.front();
    found->ready.pop_front();
    return id;
}

} // namespace psa::store

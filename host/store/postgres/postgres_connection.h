#pragma once

#include "host/store/sql/sql_database.h"

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct pg_conn;
struct pg_result;

namespace psa::store {

/// An error of PostgreSQL.
class PostgresError : public SqlError
{
public:
    /// `sqlState`: "" = the connection is lost, or an answer came too late.
    PostgresError(std::string sqlState, const std::string &what) : SqlError(what), state(std::move(sqlState)) {}

    /// The connection is of no use any more.
    bool isLost() const;
    /// Two transactions were in each other's way: the same transaction, run again, may succeed.
    bool isCollision() const { return state == "40001" || state == "40P01" || state == "55P03"; }
    bool isNotUnique() const { return state == "23505"; }
    /// What comes of a pooler that gives each transaction to another server process.
    bool isOfPooledStatements() const { return state == "26000" || state == "42P05"; }
    /// Not the statement's fault: the server is full, failing or not allowed to write.
    bool isEnvironment() const;

    std::string state;
};

/// The error that a caller of the store gets.
StoreError toStoreError(const PostgresError &error);

struct ClearResult
{
    void operator()(pg_result *result) const;
};
using PostgresResult = std::unique_ptr<pg_result, ClearResult>;
/// The rows of a question, once they have come.
using PostgresAnswer = std::shared_ptr<pg_result>;

/// Values for $1, $2 and so on.
struct PostgresParameters
{
    std::vector<unsigned> types; ///< Oids.
    std::vector<std::string> values;
    std::vector<const char *> data; ///< nullptr = NULL.
    std::vector<int> lengths;
    std::vector<int> formats; ///< 0 = text, 1 = binary.

    void resize(std::size_t count);
};

/// A connection to a PostgreSQL server. Statements are queued and sent together; awaiting them costs one round trip. Every
/// wait has a deadline. Not thread-safe. Throws PostgresError; after one that isLost() it cannot be used any more.
class PostgresConnection
{
public:
    using Options = std::vector<std::pair<std::string, std::string>>;

    /// `options`: parameters of libpq. `deadline`: of each wait for the server.
    PostgresConnection(const Options &options, std::chrono::milliseconds deadline);
    ~PostgresConnection();
    PostgresConnection(const PostgresConnection &) = delete;
    PostgresConnection &operator=(const PostgresConnection &) = delete;

    /// Called with the result of a statement that succeeded, or an error of its own to throw.
    using Failed = std::function<void(const PostgresError &)>;

    /// Queues a statement. `name`: of a prepared statement; "" = prepare nothing. `failed`: may throw a more telling error.
    void send(const char *sql, const PostgresParameters &parameters, Failed failed = nullptr);
    void prepare(const std::string &name, const char *sql, const PostgresParameters &parameters);
    void sendPrepared(const std::string &name, const PostgresParameters &parameters, Failed failed = nullptr);
    /// The answer to the statement that was queued last is kept here.
    void keepAnswer(const std::shared_ptr<PostgresAnswer> &answer) { queued_.back().answer = answer; }
    /// Waits until everything that is queued is done; returns the result of the last statement. After an error, which is the
    /// first one, the server has skipped all later statements.
    PostgresResult await();
    std::size_t queued() const { return queued_.size(); }

    /// Runs statements without parameters and results at once; nothing may be queued.
    void execute(const std::string &sql);
    /// Runs one statement without parameters.
    PostgresResult query(const char *sql);

    /// The warnings of the server since the last call.
    std::vector<std::string> takeWarnings() { return std::exchange(warnings_, {}); }
    /// Whether notifications have arrived; waits for them until then, without any other use of the connection.
    bool awaitNotification(std::chrono::milliseconds time);
    /// For wake-ups of a thread that waits: the descriptor of the connection.
    int socket() const;
    bool isLost() const { return lost_; }
    /// Of the server, such as 150004.
    int serverVersion() const;
    std::string parameter(const char *name) const;

private:
    struct Queued
    {
        Failed failed;
        std::shared_ptr<PostgresAnswer> answer = nullptr;
    };
    void makeRoom();
    void queue(int sent, Failed failed);
    void waitReadable();
    void flush();
    PostgresResult next();
    [[noreturn]] void fail(const std::string &doing);
    PostgresResult takeResults();

    const std::chrono::milliseconds deadline_;
    pg_conn *connection_ = nullptr;
    std::deque<Queued> queued_;
    std::vector<std::string> warnings_;
    bool lost_ = false;
};

} // namespace psa::store

#pragma once

#include "host/store/postgres/postgres_connection.h"
#include "host/store/postgres/postgres_statement.h"

#include "host/secrets/crypto.h"

#include <array>
#include <map>
#include <optional>
#include <set>

namespace psa::store {

/// What every transaction asks for.
struct PostgresTransactionSettings
{
    std::string schema;
    std::string synchronousCommit = "on";
    secrets::RandomSource random = secrets::systemRandom;
};

/// A connection of a store to its PostgreSQL database, which can be lost and made again. Writes are sent with the next
/// statement whose result is needed, at the latest with the commit: run() and insert() cost no round trip. Not thread-safe.
class PostgresDatabase final : public SqlDatabase
{
public:
    explicit PostgresDatabase(PostgresTransactionSettings settings);
    ~PostgresDatabase() override;
    PostgresDatabase(const PostgresDatabase &) = delete;
    PostgresDatabase &operator=(const PostgresDatabase &) = delete;

    /// Uses this connection from now on; nullptr = none.
    void connect(std::unique_ptr<PostgresConnection> connection);
    bool isConnected() const { return connection_ != nullptr && !connection_->isLost(); }
    PostgresConnection &connection();

    void execute(const char *sql) override { connection().execute(sql); }

    enum class Access
    {
        read,
        write,
        writeAlone ///< After all transactions that have locked a connection, and before the next ones.
    };
    /// Begins a transaction with a snapshot of its own. `writes`: of so many callers.
    void begin(Access access, std::size_t writes = 1);
    /// Of the server, when the transaction began; or now, in one that only reads.
    clock::Clock::Wall now();
    /// Throws PostgresError, of what was run before, too. If the server gives a warning, the transaction is not known to be
    /// durable: throws StoreError (unavailable) with perhapsDone.
    void commit();
    /// Does nothing if there is no transaction.
    void rollback() noexcept;
    void savepoint() { send("SAVEPOINT one"); }
    void rollbackToSavepoint();
    void releaseSavepoint() { send("RELEASE one"); }
    /// Waits until everything is done that was run so far. Throws its error, or the one that this transaction had before.
    void settle();

    /// A statement of this transaction has failed, so that nothing else can be done in it.
    bool hasFailed() const { return failure_ != nullptr; }
    /// How many statements that write were run so far.
    std::uint64_t writes() const { return writes_; }
    /// The transaction was begun with Access::writeAlone.
    bool isAlone() const { return alone_; }
    /// COMMIT was sent, and the answer is not known.
    bool isInDoubt() const { return inDoubt_; }

    /// Prepares no statement on the server from now on, as behind a pooler.
    void useUnnamed() { unnamed_ = true; }
    bool isUnnamed() const { return unnamed_; }

    /// Makes `questions`, which change nothing, cheap: runs them several times. At first statements have no rows but are
    /// sent, all in one round trip; then those whose rows have come have them. The last time, all have.
    void ask(const std::function<void()> &questions);
    /// Questions may have no rows because these have not come yet.
    bool isAsking() const { return asking_; }

    /// From now on, writes of many rows of a table become one statement: in any order, before anything else is run.
    void mergeWrites(bool merge) { merging_ = merge; }

    /// For PostgresStatement.
    PostgresAnswer rowsOf(PostgresStatement &statement);

protected:
    std::unique_ptr<SqlCursor> prepare(const char *sql, bool assignsId) override;
    void finishLater(SqlCursor &cursor) override;
    std::int64_t finish(SqlCursor &cursor) override;
    std::int64_t finishInsert(SqlCursor &cursor, const std::string &conflict) override;

private:
    /// Ids of a table that this transaction has taken from its sequence.
    struct Ids
    {
        const char *sequence = "";
        std::deque<std::int64_t> ready;
        std::size_t used = 0; ///< Of them.
        double usual = 0;     ///< By each caller of transactions before.
    };
    /// Those of which a transaction may need many are taken when it begins.
    static constexpr std::array<const char *, 7> idSequences = {
        "ticket_id", "audit_id", "operation_id", "delivery_id", "event_id", "episode_id", "event_step_id"};

    /// Writes of the same statement that are sent as one.
    struct Merged
    {
        PostgresStatement *single;
        std::vector<unsigned> types;
        std::vector<PostgresRow> rows;
    };
    /// The ids of the rows of a table that they concern.
    using Touched = std::map<std::string, std::set<std::string>, std::less<>>;

    template <class Act>
    auto tracked(Act &&act);
    void send(const char *sql);
    void send(PostgresStatement &statement, const std::string &conflict = "");
    void sendNow(PostgresStatement &statement, const std::string &conflict);
    PostgresResult await();
    PostgresAnswer ahead(PostgresStatement &statement);
    bool merge(PostgresStatement &statement);
    void sendMerged();
    PostgresStatement &mergedStatement(const Merged &merged);
    void discard();
    void start(std::size_t writes);
    std::int64_t nextId(const std::string &sequence);

    const PostgresTransactionSettings settings_;
    const std::string startWriteSql_;
    const std::string startReadSql_;
    const std::string lockSql_; ///< Of Access::writeAlone.
    std::unique_ptr<PostgresConnection> connection_;
    std::string namePrefix_; ///< Of prepared statements of this connection; no other one has it.
    std::uint64_t prepared_ = 0;
    std::vector<PostgresStatement *> preparing_; ///< Not known to be prepared yet.
    std::vector<PostgresStatement *> known_;     ///< All that were prepared here.
    std::array<Ids, idSequences.size()> ids_;
    std::size_t callers_ = 1; ///< Of this transaction.
    std::optional<clock::Clock::Wall> now_;
    std::uint64_t writes_ = 0;
    bool open_ = false;          ///< A transaction.
    std::exception_ptr failure_; ///< Of the transaction: nothing else can be done in it.
    bool inDoubt_ = false;
    bool alone_ = false;
    bool unnamed_ = false;
    bool asking_ = false;   ///< Questions have no rows yet.
    std::size_t asked_ = 0; ///< In this run of the questions.
    std::map<std::pair<const PostgresStatement *, PostgresRow>, std::shared_ptr<PostgresAnswer>> answers_;
    bool merging_ = false;
    std::vector<Merged> merged_; ///< Not sent yet.
    Touched touched_;            ///< By them.
    std::unordered_map<PostgresStatement *, std::unique_ptr<PostgresStatement>> mergedStatements_;
};

} // namespace psa::store

#pragma once

#include "host/store/sql/sql_session.h"
#include "host/store/sqlite/key_table.h"
#include "host/store/sqlite/sqlite_database.h"

namespace psa::store {

/// The SQLite store as a read or a write sees it.
class SqliteSession final : public SqlSession
{
public:
    SqliteSession(SqliteDatabase &database, const clock::Clock &clock) : SqlSession(database), clock_(clock) {}

    clock::Clock::Wall now() const override { return std::chrono::floor<std::chrono::milliseconds>(clock_.wallNow()); }

    /// Reads the keys of all tickets into the table in memory; outside transactions.
    void loadKeys();
    /// More than half of the table's entries may belong to deleted tickets.
    bool hasStaleKeys() const { return deletedKeys_ * 2 > keys_.size(); }

protected:
    std::optional<std::int64_t> idByKey(std::int64_t connectionId, const std::string &key) const override;
    void noteKey(std::int64_t hash, std::int64_t ticketId) override { keys_.add(hash, ticketId); }
    void forgetKeys(std::size_t deleted) override { deletedKeys_ += deleted; }

private:
    const clock::Clock &clock_;
    KeyTable keys_;
    std::size_t deletedKeys_ = 0; ///< Upper bound of the entries of `keys_` whose tickets are deleted.
};

} // namespace psa::store

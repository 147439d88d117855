#pragma once

#include "host/store/sql/owner_thread.h"
#include "host/store/sqlite/commit_mark.h"
#include "host/store/sqlite/sqlite_database.h"
#include "host/store/store_error.h"

#include <optional>

namespace psa::store {

/// Result of a group of writes.
struct GroupResult
{
    std::optional<StoreError> failure;  ///< Why the whole group failed; nullopt if it is durable.
    std::int64_t pages = 0;             ///< Pages that were written for it, or were about to be when it failed.
    std::optional<Acknowledged> newest; ///< What is to be acknowledged with it; nullopt if nothing changed.
};

/// Makes the writes of many callers durable together, because waiting for the disk dominates. Each has a savepoint, so
/// that a failing one rolls back only itself.
class GroupCommit
{
public:
    GroupCommit(SqliteDatabase &database, StoreWriter &writer) : database_(database), writer_(writer) {}

    /// Starts counting transactions after `newest`.
    void countFrom(const Acknowledged &newest) { newest_ = newest; }

    using Note = std::function<void(const GroupResult &)>;

    /// Executes the writes among `jobs` and notifies each caller once all are durable. If the database fails,
    /// everything is rolled back and all of them get that error. `note` is called before the callers are notified.
    void run(const OwnerThread::Jobs &jobs, const Note &note);

private:
    struct Write
    {
        StoreJob *job;
        std::exception_ptr failure;
    };

    std::optional<Acknowledged> commit(std::vector<Write> &writes);
    std::exception_ptr runOne(StoreJob &job);
    void undo(std::vector<Write> &writes, const std::exception_ptr &why);

    SqliteDatabase &database_;
    StoreWriter &writer_;
    std::optional<Acknowledged> newest_; ///< nullopt: transactions are not counted.
};

} // namespace psa::store

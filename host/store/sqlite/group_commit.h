#pragma once

#include "host/store/sqlite/owner_thread.h"
#include "host/store/sqlite/sqlite_database.h"
#include "host/store/store_error.h"

#include <optional>

namespace psa::host {

/// Makes the writes of many callers durable together, since what takes the time is waiting for the disk. Each has a
/// savepoint, so that one that fails undoes only itself.
class GroupCommit
{
public:
    GroupCommit(SqliteDatabase &database, StoreWriter &writer) : database_(database), writer_(writer) {}

    /// Gets the error that a whole group ended with, or nothing if it is durable.
    using Note = std::function<void(const std::optional<StoreError> &)>;

    /// Does the writes among `jobs` and tells each caller when all are durable. If the database fails, nothing stays and
    /// all of them get that error. `note` is told before they are.
    void run(const OwnerThread::Jobs &jobs, const Note &note);

private:
    struct Write
    {
        StoreJob *job;
        std::exception_ptr failure;
    };

    void commit(std::vector<Write> &writes);
    std::exception_ptr runOne(StoreJob &job);
    void undo(std::vector<Write> &writes, const std::exception_ptr &why);

    SqliteDatabase &database_;
    StoreWriter &writer_;
};

} // namespace psa::host

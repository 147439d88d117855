#include "host/store/sqlite/group_commit.h"

#include "host/store/sqlite/sqlite_database.h"
#include "host/store/sqlite/sqlite_opening.h"

namespace psa::store {

void GroupCommit::run(const OwnerThread::Jobs &jobs, const Note &note)
{
    std::vector<Write> writes;
    for (const auto &job : jobs)
        if (job->kind == StoreJob::Kind::write)
            writes.push_back({job.get(), nullptr});
    if (writes.empty())
        return;
    GroupResult result;
    database_.takePagesWritten(); // discards the count of earlier pages
    try
    {
        result.newest = commit(writes);
        if (result.newest)
            newest_ = result.newest;
    }
    catch (const SqliteError &error)
    {
        result.failure = toStoreError(error);
        undo(writes, std::make_exception_ptr(*result.failure));
    }
    result.pages = database_.takePagesWritten();
    note(result);
    for (const Write &each : writes)
        each.job->done(each.failure);
}

std::optional<Acknowledged> GroupCommit::commit(std::vector<Write> &writes)
{
    const std::int64_t before = database_.totalChanges();
    std::optional<Acknowledged> newest;
    database_.execute("BEGIN IMMEDIATE");
    for (Write &each : writes)
        each.failure = runOne(*each.job);
    if (newest_ && database_.totalChanges() != before)
        newest = countCommit(database_, *newest_);
    database_.execute("COMMIT");
    return newest;
}

/// The exception of the work. Itself throws an SqliteError if the database cannot continue the transaction.
std::exception_ptr GroupCommit::runOne(StoreJob &job)
{
    database_.run("SAVEPOINT one");
    std::exception_ptr failure;
    try
    {
        job.work(writer_);
    }
    catch (const SqliteError &error)
    {
        if (error.isDamage() || error.isEnvironment())
            throw;
        failure = std::make_exception_ptr(toStoreError(error));
    }
    catch (...)
    {
        failure = std::current_exception();
    }
    if (failure)
        database_.run("ROLLBACK TO one");
    database_.run("RELEASE one");
    return failure;
}

void GroupCommit::undo(std::vector<Write> &writes, const std::exception_ptr &why)
{
    // Some errors have already ended the transaction. If the rollback itself fails, the next BEGIN reports it.
    try
    {
        if (database_.inTransaction())
            database_.execute("ROLLBACK");
    }
    catch (const SqliteError &) // NOLINT(bugprone-empty-catch)
    {
    }
    for (Write &each : writes)
        if (!each.failure)
            each.failure = why;
}

} // namespace psa::store

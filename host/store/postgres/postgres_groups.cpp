#include "host/store/postgres/postgres_groups.h"

#include "host/store/postgres/change_rows.h"

#include <algorithm>

namespace psa::store {
namespace {

/// So often a group runs again that collides with other hosts; then its writes run one by one.
constexpr int groupCollisions = 4;
constexpr int writeCollisions = 10;

/// The whole transaction is over, whatever write it was that met this.
bool endsGroup(const PostgresError &error)
{
    return error.isLost() || error.isCollision() || error.isOfPooledStatements() || error.isEnvironment();
}

} // namespace

PostgresGroups::PostgresGroups(PostgresDatabase &database, PostgresSession &session, PostgresLink &link,
                               std::string owner)
    : database_(database), session_(session), link_(link), owner_(std::move(owner))
{
}

void PostgresGroups::run(const OwnerThread::Jobs &jobs, const Note &note)
{
    std::vector<StoreJob *> callers;
    Writes writes;
    for (const auto &job : jobs)
        if (job->kind == StoreJob::Kind::write)
        {
            callers.push_back(job.get());
            writes.push_back({&job->work, nullptr, &job->ask});
        }
    if (writes.empty())
        return;
    Result result;
    try
    {
        makeDurable(writes);
        result.change = std::move(change_);
    }
    catch (const StoreError &error)
    {
        result.failure = error;
        for (Write &each : writes)
            each.failure = std::current_exception();
    }
    note(result);
    for (std::size_t i = 0; i < callers.size(); ++i)
        callers[i]->done(writes[i].failure);
}

void PostgresGroups::runAlone(const std::function<void(StoreWriter &)> &work)
{
    Writes writes{{&work, nullptr}};
    makeDurable(writes);
    if (writes.front().failure)
        std::rethrow_exception(writes.front().failure);
}

void PostgresGroups::makeDurable(Writes &writes)
{
    change_ = {};
    Care care = Care::together;
    for (int collisions = 0; collisions < groupCollisions;)
        try
        {
            if (attempt(writes, care))
                return;
            care = Care::savepoints;
        }
        catch (const PostgresError &error)
        {
            if (recover(error, collisions))
                return;
        }
    makeEachDurable(writes);
}

void PostgresGroups::makeEachDurable(Writes &writes)
{
    for (Write &each : writes)
    {
        Writes one{{each.work, nullptr}};
        for (int collisions = 0, done = 0; done == 0;)
            try
            {
                done = attempt(one, Care::savepoints) ? 1 : 0;
            }
            catch (const PostgresError &error)
            {
                done = recover(error, collisions) ? 1 : 0;
                if (done == 0 && collisions >= writeCollisions)
                {
                    one.front().failure = std::make_exception_ptr(toStoreError(error));
                    break;
                }
            }
        each.failure = one.front().failure;
    }
}

/// False: one of the writes failed after it had written something, so that each needs a savepoint.
bool PostgresGroups::attempt(Writes &writes, Care care)
{
    using Access = PostgresDatabase::Access;
    try
    {
        return attempt(writes, care, Access::write);
    }
    catch (const PostgresSession::MustBeAlone &)
    {
        database_.rollback();
    }
    return attempt(writes, care, Access::writeAlone);
}

bool PostgresGroups::attempt(Writes &writes, Care care, PostgresDatabase::Access access)
{
    link_.connectIfLost();
    pending_ = {};
    for (Write &each : writes)
        each.failure = nullptr;
    database_.takeChange();
    database_.begin(access, writes.size());
    database_.mergeWrites(care == Care::together);
    session_.begin();
    writesBefore_ = database_.writes();
    if (care == Care::together && !runTogether(writes))
    {
        database_.rollback();
        return false;
    }
    if (care == Care::savepoints)
    {
        for (Write &each : writes)
            runWithSavepoint(each);
        commit();
    }
    return true;
}

/// And commits them. What fails together may be the error of any of them.
bool PostgresGroups::runTogether(Writes &writes)
try
{
    ask(writes);
    for (Write &each : writes)
    {
        const std::uint64_t before = database_.writes();
        try
        {
            (*each.work)(session_);
        }
        catch (const PostgresError &)
        {
            throw;
        }
        catch (const PostgresSession::MustBeAlone &)
        {
            throw;
        }
        catch (...)
        {
            if (database_.writes() != before || database_.hasFailed())
                return false;
            each.failure = std::current_exception();
        }
    }
    commit();
    return true;
}
catch (const PostgresError &error)
{
    if (endsGroup(error))
        throw;
    return false;
}
catch (const StoreError &error)
{
    if (error.perhapsDone)
        throw;
    return false;
}

/// What a question throws is met again by the write that it belongs to, unless the transaction is over.
void PostgresGroups::ask(const Writes &writes)
{
    const auto any = [](const Write &each) { return each.ask != nullptr && *each.ask; };
    if (std::none_of(writes.begin(), writes.end(), any))
        return;
    session_.ask([&] {
        for (const Write &each : writes)
            try
            {
                if (any(each))
                    (*each.ask)(session_);
            }
            catch (const StoreError &) // NOLINT(bugprone-empty-catch)
            {
            }
    });
}

void PostgresGroups::runWithSavepoint(Write &write)
{
    database_.savepoint();
    try
    {
        (*write.work)(session_);
        database_.settle();
    }
    catch (const PostgresError &error)
    {
        if (endsGroup(error))
            throw;
        write.failure = std::make_exception_ptr(toStoreError(error));
    }
    catch (const PostgresSession::MustBeAlone &)
    {
        throw;
    }
    catch (...)
    {
        write.failure = std::current_exception();
    }
    if (write.failure)
    {
        database_.rollbackToSavepoint();
        session_.begin(); // what it remembers may be gone
    }
    database_.releaseSavepoint();
}

void PostgresGroups::commit()
{
    pending_ = database_.takeChange();
    if (database_.writes() == writesBefore_)
    {
        database_.rollback();
        return;
    }
    const std::int64_t at = toStoredTime(database_.now());
    ++commits_;
    database_.run("INSERT INTO host_commit (owner, n, at) VALUES (?1, ?2, ?3)"
                  " ON CONFLICT (owner) DO UPDATE SET n = excluded.n, at = excluded.at",
                  owner_, commits_, at);
    if (!pending_.isEmpty())
        database_.run("INSERT INTO store_change (owner, change, at) VALUES (?1, ?2, ?3)", owner_,
                      toChangeText(pending_), at);
    database_.commit();
    merge(pending_, change_);
}

bool PostgresGroups::recover(const PostgresError &error, int &collisions)
{
    if (database_.isInDoubt())
    {
        if (!wasCommitted(error))
            return false;
        merge(pending_, change_);
        return true;
    }
    database_.rollback();
    if (error.isLost())
        link_.reconnect(error);
    else if (error.isOfPooledStatements() && !database_.isUnnamed())
        link_.useUnnamed();
    else if (error.isCollision())
        link_.backOff(++collisions);
    else
        throw toStoreError(error);
    return false;
}

/// COMMIT was sent, and the connection was lost before its answer came: whether it is durable. The question changes a row
/// that every transaction of this process changes. So it waits for the old one, if that is still there; and if the old one
/// has not got so far yet, it will collide. While its own commit is not known to be durable either, it is asked again, but
/// callers do not wait for ever for a standby that is not there.
bool PostgresGroups::wasCommitted(const PostgresError &error)
try
{
    PostgresError last = error;
    const auto until = std::chrono::steady_clock::now() + link_.deadline();
    for (int collisions = 0;;)
        try
        {
            if ((!last.isLost() && !last.isCollision()) || std::chrono::steady_clock::now() > until)
                throw toStoreError(last);
            if (last.isLost())
                link_.reconnect(last);
            else
                link_.backOff(++collisions);
            database_.begin(PostgresDatabase::Access::write);
            const std::int64_t newest =
                database_.integer("INSERT INTO host_commit (owner, n, at) VALUES (?1, 0, 0)"
                                  " ON CONFLICT (owner) DO UPDATE SET at = host_commit.at RETURNING n",
                                  owner_);
            database_.commit();
            return newest == commits_;
        }
        catch (const PostgresError &next)
        {
            database_.rollback();
            last = next;
        }
}
catch (StoreError &failure)
{
    failure.perhapsDone = true;
    throw;
}

} // namespace psa::store

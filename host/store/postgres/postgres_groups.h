#pragma once

#include "host/store/postgres/postgres_link.h"
#include "host/store/postgres/postgres_session.h"
#include "host/store/sql/owner_thread.h"

namespace psa::store {

/// Makes the writes of many callers durable together: one wait for the disks of the database, and few round trips. At first
/// all of a group run without savepoints; if one of them fails after it has written something, the group is rolled back
/// and runs again, with a savepoint for each. A group that collides with another host, or whose connection is lost, runs
/// again, too.
class PostgresGroups
{
public:
    /// `owner`: of this process, random. `link`: of `database`.
    PostgresGroups(PostgresDatabase &database, PostgresSession &session, PostgresLink &link, std::string owner);

    struct Result
    {
        std::optional<StoreError> failure; ///< Why nothing of the group is known to be durable.
        StoreChange change;                ///< Of what is durable.
    };
    using Note = std::function<void(const Result &)>;

    /// Executes the writes among `jobs` and notifies each caller once all are durable. `note` is called before.
    void run(const OwnerThread::Jobs &jobs, const Note &note);

    /// Does `work` as a transaction of its own, in the same way. Throws StoreError and what `work` throws.
    void runAlone(const std::function<void(StoreWriter &)> &work);

private:
    struct Write
    {
        const std::function<void(StoreWriter &)> *work;
        std::exception_ptr failure;
        const std::function<void(StoreWriter &)> *ask = nullptr;
    };
    using Writes = std::vector<Write>;
    enum class Care
    {
        together,
        savepoints
    };

    void makeDurable(Writes &writes);
    void makeEachDurable(Writes &writes);
    bool attempt(Writes &writes, Care care);
    bool attempt(Writes &writes, Care care, PostgresDatabase::Access access);
    bool runTogether(Writes &writes);
    void ask(const Writes &writes);
    void runWithSavepoint(Write &write);
    void commit();
    /// What `error` of an attempt allows: returns true if the transaction turned out to be committed; throws StoreError if it
    /// makes no sense to try again.
    bool recover(const PostgresError &error, int &collisions);
    bool wasCommitted(const PostgresError &error);

    PostgresDatabase &database_;
    PostgresSession &session_;
    PostgresLink &link_;
    const std::string owner_;
    std::int64_t commits_ = 0;       ///< Number of the last transaction that was to be committed.
    std::uint64_t writesBefore_ = 0; ///< This transaction.
    StoreChange pending_;            ///< Of this transaction.
    StoreChange change_;             ///< Of this group.
};

} // namespace psa::store

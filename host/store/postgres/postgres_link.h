#pragma once

#include "host/store/postgres/postgres_database.h"
#include "host/store/postgres/postgres_opening.h"

#include <condition_variable>
#include <mutex>

namespace psa::store {

/// What the connections of a store have in common. Thread-safe.
class PostgresReach
{
public:
    PostgresReach(PostgresStoreSettings settings, std::string synchronousCommit)
        : settings_(std::move(settings)), synchronousCommit_(std::move(synchronousCommit))
    {
    }

    const PostgresStoreSettings &settings() const { return settings_; }
    /// What each transaction asks for.
    const std::string &synchronousCommit() const { return synchronousCommit_; }

    // One line for all connections, when the state changes.

    /// What was begun in this state() has failed. It says nothing new if the state has changed since.
    void noteLost(const std::string &why, std::uint64_t state);
    void noteBack();
    /// A pooler loses prepared statements.
    void noteUnnamed();
    /// A number that is different after each change.
    std::uint64_t state() const;

    /// The store is being closed: nobody waits any more.
    void end();
    /// False: it is being closed.
    bool wait(std::chrono::milliseconds time);
    bool isEnding() const;
    /// Between half of `time` and all of it.
    std::chrono::milliseconds jittered(std::chrono::milliseconds time) const;

private:
    const PostgresStoreSettings settings_;
    const std::string synchronousCommit_;
    mutable std::mutex mutex_; ///< Guards what follows.
    std::condition_variable ended_;
    bool ending_ = false;
    bool lost_ = false;
    bool unnamed_ = false;
    std::uint64_t state_ = 0;
};

/// Connects a database, and connects it again. Not thread-safe.
class PostgresLink
{
public:
    PostgresLink(PostgresReach &reach, PostgresDatabase &database) : reach_(reach), database_(database) {}

    /// Throws PostgresError and StoreRefused.
    void connect();
    /// Throws StoreError (unavailable) if that does not succeed within the callers' patience.
    void connectIfLost();
    /// After this error. Likewise.
    void reconnect(const PostgresError &error);
    /// Statements are unnamed from now on.
    void useUnnamed();
    /// Waits a while, since this was the n-th collision.
    void backOff(int collisions);
    /// Of each answer of the server.
    std::chrono::milliseconds deadline() const { return reach_.settings().deadline; }

private:
    PostgresReach &reach_;
    PostgresDatabase &database_;
    clock::Clock::Steady lostSince_;
    clock::Clock::Steady nextTry_;
    std::chrono::milliseconds delay_{0};
    std::string why_ = "there was none";
    std::uint64_t state_ = 0; ///< Of the reach, when it was connected or this was tried.
};

} // namespace psa::store

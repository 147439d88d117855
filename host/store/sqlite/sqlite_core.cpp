#include "host/store/sqlite/sqlite_core.h"

#include "host/store/sqlite/plugin_call_rows.h"
#include "host/store/sqlite/sqlite_backup.h"
#include "host/store/sqlite/sqlite_error.h"
#include "host/store/sqlite/sqlite_opening.h"
#include "host/store/sqlite/ticket_upkeep.h"

#include <algorithm>
#include <system_error>

namespace psa::host {
SqliteCore::SqliteCore(const SqliteStoreSettings &settings, std::shared_ptr<const Clock> clock)
    : settings_(settings), clock_(std::move(clock)), folder_(settings.folder),
      lock_(folder_.path(), settings.socketPath),
      database_(openStoreFile(folder_, settings.vfs)), context_{*database_, *clock_, {}, 0}, session_(context_),
      group_(*database_, session_), epoch_(loadEpoch(*database_, folder_)), report_(begin())
{
}

SqliteCore::~SqliteCore()
{
    if (damage_)
        return;
    try
    {
        ++epoch_.number;
        saveEpochNumber(*database_, epoch_.number);
        database_.reset();
        writeEpoch(folder_, epoch_);
    }
    catch (const std::exception &) // NOLINT(bugprone-empty-catch)
    {
        // The disk fails: it is as if the process had been killed, which loses nothing.
    }
}

/// Begins a new epoch, and finds out what the one before left behind.
OpenReport SqliteCore::begin()
{
    OpenReport report;
    const auto before = readEpoch(folder_);
    report.created = epoch_.number == 0;
    report.restored = whyRestored(epoch_, before);
    epoch_.number = std::max(epoch_.number, before ? before->number : 0) + 1;
    database_->execute("BEGIN IMMEDIATE");
    report.madeUnknown = recoverTickets(context_, !report.restored.empty());
    saveEpochNumber(*database_, epoch_.number);
    database_->execute("COMMIT");
    writeEpoch(folder_, epoch_);
    loadKeys(context_);
    return report;
}

void SqliteCore::serve(const OwnerThread::Jobs &jobs)
{
    if (damage_)
    {
        for (const auto &job : jobs)
            job->done.set_exception(std::make_exception_ptr(*damage_));
        return;
    }
    // Reads first: they see what is durable, and not what this group is about to write.
    for (const auto &job : jobs)
        if (job->kind != StoreJob::Kind::write)
            serveOne(*job);
    group_.run(jobs, [this](const std::optional<StoreError> &failure) { note(failure, writeProblem_); });
    tidyUp();
}

void SqliteCore::backup(const std::filesystem::path &file)
{
    try
    {
        backUp(*database_, file, settings_.vfs);
    }
    catch (const std::system_error &error)
    {
        throw StoreError(StoreError::Kind::unavailable, std::string("the backup failed: ") + error.what());
    }
}

StoreHealth SqliteCore::health() const
{
    const std::lock_guard lock(healthMutex_);
    const std::string &problem = writeProblem_.empty() ? logProblem_ : writeProblem_;
    return {problem.empty(), problem};
}

void SqliteCore::serveOne(StoreJob &job)
{
    try
    {
        job.work(session_);
        job.done.set_value();
    }
    catch (const SqliteError &error)
    {
        const StoreError failure = toStoreError(error);
        if (error.isDamage())
            note(failure, writeProblem_);
        job.done.set_exception(std::make_exception_ptr(failure));
    }
    catch (...)
    {
        job.done.set_exception(std::current_exception());
    }
}

/// What nobody waits for.
void SqliteCore::tidyUp()
{
    try
    {
        if (database_->checkpoint(settings_.checkpointPages))
            note(std::nullopt, logProblem_);
        if (context_.deletedKeys * 2 > context_.keys.size())
            loadKeys(context_);
    }
    catch (const SqliteError &error)
    {
        note(toStoreError(error), logProblem_); // the next group tries again
    }
}

void SqliteCore::note(const std::optional<StoreError> &failure, std::string &problem)
{
    if (failure && failure->kind == StoreError::Kind::unusable)
        damage_ = failure;
    const std::lock_guard lock(healthMutex_);
    problem = failure ? failure->what() : "";
}

} // namespace psa::host

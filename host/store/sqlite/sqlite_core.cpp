#include "host/store/sqlite/sqlite_core.h"

#include "host/store/sqlite/sqlite_database.h"
#include "host/store/sqlite/sqlite_opening.h"

#include <algorithm>
#include <system_error>

namespace psa::store {
namespace {

/// Pages of a ticket without long texts, with its indexes and its audit entry.
constexpr std::int64_t ticketPages = 16;
constexpr std::int64_t maxProbePages = 512;
constexpr std::int64_t pageBytes = 4096;

} // namespace

SqliteCore::SqliteCore(const SqliteStoreSettings &settings, std::shared_ptr<const clock::Clock> clock)
    : settings_(settings), clock_(std::move(clock)), folder_(settings.folder),
      lock_(folder_.path(), settings.socketPath), database_(openStoreFile(folder_, settings.vfs, settings.restored)),
      session_(*database_, *clock_), epoch_(loadEpoch(*database_, folder_)), mark_(folder_, *clock_),
      group_(*database_, session_), report_(begin())
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
        mark_.sync();
    }
    catch (const std::exception &) // NOLINT(bugprone-empty-catch)
    {
        // The disk fails: the effect is that of a killed process, which loses nothing.
    }
}

/// Starts a new epoch, and determines what the previous one left behind.
OpenReport SqliteCore::begin()
{
    OpenReport report;
    const auto before = readEpoch(folder_);
    const Acknowledged stored = loadAcknowledged(*database_, epoch_.storeId);
    report.created = epoch_.number == 0;
    report.restored = settings_.restored ? restoredByOperator : restoreReason(epoch_, before);
    start_ = stored;
    if (report.created && before && before->number > 0)
        throw StoreRefused(folder_.store().string() + " has lost everything" + recoveryAdvice(folder_));
    // Before either is relevant: if one is missing later, it was removed.
    if (report.created)
        writeEpoch(folder_, epoch_);
    if (stored.commits == 0)
        mark_.begin(stored);
    if (!report.created)
        lookInto(report, stored);
    epoch_.number = std::max(epoch_.number, before ? before->number : 0) + 1;
    database_->execute("BEGIN IMMEDIATE");
    recover(report);
    database_->execute("COMMIT");
    writeEpoch(folder_, epoch_);
    mark_.begin(start_);
    if (settings_.marks)
        group_.countFrom(start_);
    database_->checkpoint(0); // so that the data does not depend on the log alone
    database_->keepLog(false);
    session_.loadKeys();
    return report;
}

/// Determines whether acknowledged data is missing from the store, and whether the store is consistent then. Throws
/// StoreRefused if it is not.
void SqliteCore::lookInto(OpenReport &report, const Acknowledged &stored)
{
    const std::string lacking = lossReason(stored, mark_);
    if (report.restored.empty())
        report.restored = lacking;
    if (report.restored.empty())
        return;
    const Acknowledged &marked = mark_.before();
    if (marked.storeId == stored.storeId && marked.commits > stored.commits)
    {
        if (marked.lastTicket > stored.lastTicket)
            report.missing = TicketRange{stored.lastTicket + 1, marked.lastTicket};
        start_ = {stored.storeId, marked.commits, std::max(marked.lastTicket, stored.lastTicket)};
        if (keepDamagedLog(folder_))
            report.damagedLog = folder_.damagedLog();
    }
    if (const std::string damage = damageOf(*database_); !damage.empty())
        throw StoreRefused("the store in " + folder_.path().string() + " counts as restored, since " + report.restored +
                           ", and it is damaged: " + damage +
                           ". Keep the folder for analysis, and restore the newest backup");
}

/// Turns what the previous epoch left behind into the start of this one. Within a transaction.
void SqliteCore::recover(OpenReport &report)
{
    report.madeUnknown = session_.recoverTickets(!report.restored.empty());
    saveEpochNumber(*database_, epoch_.number);
    ++start_.commits;
    saveAcknowledged(*database_, start_);
    if (!report.restored.empty())
        session_.noteRestored(report);
}

void SqliteCore::serve(const OwnerThread::Jobs &jobs)
{
    if (damage_)
    {
        for (const auto &job : jobs)
            job->done(std::make_exception_ptr(*damage_));
        return;
    }
    // Reads first: they see durable data, not what this group is about to write.
    for (const auto &job : jobs)
        if (job->kind != StoreJob::Kind::write)
            serveOne(*job);
    group_.run(jobs, [this](const GroupResult &result) {
        noteGroup(result);
        const StoreChange change = database_->takeChange();
        if (!result.failure && !change.isEmpty() && listener_)
            listener_(change);
    });
    tidyUp();
}

bool SqliteCore::rest()
{
    const bool more = !damage_ && tidyUp();
    mark_.sync();
    noteMark();
    return more;
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

void SqliteCore::probe()
{
    const std::int64_t pages = std::clamp(failedPages_, ticketPages, maxProbePages);
    // Random bytes, which no file system can compress; then deletes them, which frees their pages for tickets.
    database_->run("INSERT INTO value VALUES ('store.probe', randomblob(?1))"
                   " ON CONFLICT DO UPDATE SET value = excluded.value",
                   pages * pageBytes);
    database_->run("DELETE FROM value WHERE name = 'store.probe'");
    failedPages_ = 0;
    note(std::nullopt, writeProblem_);
}

StoreHealth SqliteCore::health() const
{
    const std::lock_guard lock(healthMutex_);
    for (const std::string &problem : {writeProblem_, logProblem_, indexProblem_, markProblem_})
        if (!problem.empty())
            return {false, problem};
    return {};
}

void SqliteCore::serveOne(StoreJob &job)
{
    try
    {
        job.work(session_);
        job.done(nullptr);
    }
    catch (const SqliteError &error)
    {
        const StoreError failure = toStoreError(error);
        if (error.isDamage())
            note(failure, writeProblem_);
        job.done(std::make_exception_ptr(failure));
    }
    catch (...)
    {
        job.done(std::current_exception());
    }
}

/// Work that nobody waits for. Returns whether there is more of it.
bool SqliteCore::tidyUp()
{
    try
    {
        if (database_->checkpoint(settings_.checkpointPages))
            note(std::nullopt, logProblem_);
        if (session_.hasStaleKeys())
            session_.loadKeys();
    }
    catch (const SqliteError &error)
    {
        note(toStoreError(error), logProblem_); // the next group tries again
    }
    const bool more = extendSearchIndex();
    mark_.syncIfDue();
    noteMark();
    return more;
}

bool SqliteCore::extendSearchIndex()
{
    try
    {
        const bool more = settings_.searchIndex && session_.mayExtendSearchIndex() &&
                          database_->transaction([this] { return session_.extendSearchIndex(); });
        note(std::nullopt, indexProblem_);
        return more;
    }
    catch (const SqliteError &error)
    {
        note(toStoreError(error), indexProblem_); // after the next group it is tried again
        return false;
    }
}

void SqliteCore::noteGroup(const GroupResult &result)
{
    if (result.newest)
        mark_.advance(*result.newest);
    if (result.failure)
    {
        failedPages_ = std::max<std::int64_t>(result.pages, 1);
        note(result.failure, writeProblem_);
    }
    // A small write may succeed where a ticket does not fit.
    else if (result.pages >= std::min(failedPages_, ticketPages))
    {
        failedPages_ = 0;
        note(std::nullopt, writeProblem_);
    }
}

void SqliteCore::noteMark()
{
    const std::lock_guard lock(healthMutex_);
    markProblem_ = mark_.problem();
}

void SqliteCore::note(const std::optional<StoreError> &failure, std::string &problem)
{
    if (failure && failure->kind == StoreError::Kind::unusable)
        damage_ = failure;
    const std::lock_guard lock(healthMutex_);
    problem = failure ? failure->what() : "";
}

} // namespace psa::store

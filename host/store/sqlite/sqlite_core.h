#pragma once

#include "host/store/sqlite/commit_mark.h"
#include "host/store/sqlite/epoch.h"
#include "host/store/sqlite/group_commit.h"
#include "host/store/sqlite/sqlite_session.h"
#include "host/store/sqlite_store.h"
#include "host/store/state_folder.h"

#include <memory>
#include <mutex>
#include <optional>

namespace psa::store {

class SqliteError;

/// The open store as its owner thread sees it. Except for health(), not thread-safe.
class SqliteCore
{
public:
    /// Opens or creates it. Throws StoreRefused, SqliteError and std::system_error.
    SqliteCore(const SqliteStoreSettings &settings, std::shared_ptr<const clock::Clock> clock);
    /// Closes it in an orderly way, so that the next open needs no recovery.
    ~SqliteCore();
    SqliteCore(const SqliteCore &) = delete;
    SqliteCore &operator=(const SqliteCore &) = delete;

    const OpenReport &report() const { return report_; }
    /// Executes callers' requests and notifies them.
    void serve(const OwnerThread::Jobs &jobs);
    /// Called while there is nothing to do. Returns whether it should be called again.
    bool rest();
    void backup(const std::filesystem::path &file);
    /// Writes as much as the last failed write, and at least as much as a ticket needs. Throws SqliteError.
    void probe();

    void onChange(Store::ChangeListener listener) { listener_ = std::move(listener); }

    /// Whether the last write that was at least as large as a ticket's succeeded, the log does not grow without limit,
    /// and acknowledgements can be recorded beside the store. Thread-safe.
    StoreHealth health() const;

private:
    OpenReport begin();
    void lookInto(OpenReport &report, const Acknowledged &stored);
    void recover(OpenReport &report);
    void serveOne(StoreJob &job);
    bool tidyUp();
    bool extendSearchIndex();
    void noteGroup(const GroupResult &result);
    void note(const std::optional<StoreError> &failure, std::string &problem);
    void noteMark();

    const SqliteStoreSettings settings_;
    const std::shared_ptr<const clock::Clock> clock_;
    const StateFolder folder_;
    const LockFile lock_;
    std::unique_ptr<SqliteDatabase> database_;
    SqliteSession session_;
    Epoch epoch_;
    CommitMark mark_;
    GroupCommit group_;
    Acknowledged start_; ///< The acknowledged state when it was opened.
    const OpenReport report_;
    std::int64_t failedPages_ = 0; ///< Size of the last failed group of writes.
    Store::ChangeListener listener_;
    std::optional<StoreError> damage_; ///< Detected later: all further work is refused.
    mutable std::mutex healthMutex_;
    std::string writeProblem_; ///< Why the last group of writes failed. Guarded by healthMutex_, like the next three.
    std::string logProblem_;   ///< Why the log cannot be copied into the file.
    std::string indexProblem_; ///< Why the search index cannot be extended.
    std::string markProblem_;  ///< Why acknowledgements cannot be recorded.
};

} // namespace psa::store

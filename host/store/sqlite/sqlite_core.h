#pragma once

#include "host/store/sqlite/epoch.h"
#include "host/store/sqlite/group_commit.h"
#include "host/store/sqlite/lock_file.h"
#include "host/store/sqlite/sqlite_session.h"
#include "host/store/sqlite_store.h"

#include <memory>
#include <mutex>
#include <optional>

namespace psa::host {

class SqliteError;

/// The open store as its owner thread sees it. But for health(), everything is for one thread at a time.
class SqliteCore
{
public:
    /// Opens or makes it. Throws StoreRefused, SqliteError and std::system_error.
    SqliteCore(const SqliteStoreSettings &settings, std::shared_ptr<const Clock> clock);
    /// Closes it in an orderly way, so that the next opening has nothing to mend.
    ~SqliteCore();
    SqliteCore(const SqliteCore &) = delete;
    SqliteCore &operator=(const SqliteCore &) = delete;

    const OpenReport &report() const { return report_; }
    /// Does what callers want, and tells them.
    void serve(const OwnerThread::Jobs &jobs);
    void backup(const std::filesystem::path &file);

    /// Whether the last write succeeded, and the log does not grow without end. From any thread.
    StoreHealth health() const;

private:
    OpenReport begin();
    void serveOne(StoreJob &job);
    void tidyUp();
    void note(const std::optional<StoreError> &failure, std::string &problem);

    const SqliteStoreSettings settings_;
    const std::shared_ptr<const Clock> clock_;
    const StateFolder folder_;
    const LockFile lock_;
    std::unique_ptr<SqliteDatabase> database_;
    SqliteContext context_;
    SqliteSession session_;
    GroupCommit group_;
    Epoch epoch_;
    const OpenReport report_;
    std::optional<StoreError> damage_; ///< Found since: nothing is done any more.
    mutable std::mutex healthMutex_;
    std::string writeProblem_; ///< Why the last group of writes failed. Guarded by healthMutex_, as the next.
    std::string logProblem_;   ///< Why the log cannot be copied into the file.
};

} // namespace psa::host

#include "host/store/sqlite/sqlite_backup.h"

#include "host/store/sqlite/migrations.h"
#include "host/store/sqlite/sqlite_opening.h"
#include "host/store/sqlite/state_folder.h"
#include "host/store/store_error.h"

namespace psa::store {
namespace {

void markAsBackup(const std::filesystem::path &file, const std::string &vfs)
{
    SqliteDatabase copy(file, vfs);
    copy.execute("PRAGMA journal_mode = DELETE");
    copy.execute("BEGIN IMMEDIATE");
    copy.execute("PRAGMA application_id = 0x50534142");
    saveEpochNumber(copy, backupEpoch);
    copy.execute("COMMIT");
}

} // namespace

void backUp(SqliteDatabase &database, const std::filesystem::path &file, const std::string &vfs)
{
    if (std::filesystem::exists(file))
        throw StoreError(StoreError::Kind::invalid, file.string() + " exists already; choose another name");
    if (!std::filesystem::is_directory(file.parent_path()))
        throw StoreError(StoreError::Kind::invalid,
                         "there is no folder " + file.parent_path().string() + " for the backup; create it first");
    const std::filesystem::path draft = file.string() + ".partial";
    std::filesystem::remove(draft); // left by an interrupted backup
    makePrivateFile(draft);
    try
    {
        database.run("VACUUM INTO ?1", draft.string());
        markAsBackup(draft, vfs);
        syncFile(draft);
        std::filesystem::rename(draft, file);
        syncFile(file);
    }
    catch (...)
    {
        std::error_code ignored;
        std::filesystem::remove(draft, ignored);
        throw;
    }
}

} // namespace psa::store

#include "host/store/sqlite/sqlite_opening.h"

#include "host/store/sqlite/migrations.h"
#include "host/store/sqlite/sqlite_database.h"
#include "host/store/state_folder.h"
#include "host/store/store_error.h"

#include <array>
#include <fstream>

namespace psa::store {
namespace {

/// The mark in the header of an SQLite file; 0 if the file is too short to have one.
std::int32_t applicationIdOf(const std::filesystem::path &file)
{
    constexpr std::streamoff offset = 68;
    std::array<unsigned char, 4> bytes{};
    std::ifstream content(file, std::ios::binary);
    content.seekg(offset);
    if (!content.read(reinterpret_cast<char *>(bytes.data()), bytes.size()))
        return 0;
    return static_cast<std::int32_t>(bytes[0] << 24U | bytes[1] << 16U | bytes[2] << 8U | bytes[3]);
}

/// SQLite would create a new store for a missing or empty file, and apply to a backup the log of the store that it
/// replaces.
void checkFiles(const StateFolder &folder, bool mustExist)
{
    const bool isThere = std::filesystem::exists(folder.store());
    if (!isThere && mustExist)
        throw StoreRefused("there is no store in " + folder.path().string() +
                           "; restore it there first, or correct folder under [store] in the configuration file");
    const bool isEmpty = !isThere || std::filesystem::file_size(folder.store()) == 0;
    const bool hasLog = std::filesystem::exists(folder.log());
    if (isEmpty && (hasLog || std::filesystem::exists(folder.epoch())))
        throw StoreRefused(folder.store().string() + (isThere ? " is empty" : " is gone") +
                           ", although there was a store here" + recoveryAdvice(folder));
    if (hasLog && applicationIdOf(folder.store()) == backupApplicationId)
        throw StoreRefused(folder.store().string() + " is a backup, but " + folder.log().string() +
                           " belongs to the previous store in this folder; remove that file");
    if (!isThere)
        makePrivateFile(folder.store());
    // A backup that was copied manually may be accessible to others.
    std::filesystem::permissions(folder.store(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

std::int64_t checkedMark(SqliteDatabase &database, const StateFolder &folder)
{
    const std::int64_t mark = database.integer("PRAGMA application_id");
    const bool isNew = mark == 0 && database.integer("SELECT count(*) FROM sqlite_schema") == 0;
    if (!isNew && mark != storeApplicationId && mark != backupApplicationId)
        throw StoreRefused(folder.store().string() +
                           " is an SQLite file of another program; choose another state folder");
    return mark;
}

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

std::string recoveryAdvice(const StateFolder &folder)
{
    return ". Restore it or a backup; to start over instead, remove " + folder.store().string() + ", " +
           folder.epoch().string() + " and " + folder.log().string();
}

std::unique_ptr<SqliteDatabase> openStoreFile(const StateFolder &folder, const std::string &vfs, bool mustExist)
{
    checkFiles(folder, mustExist);
    auto database = std::make_unique<SqliteDatabase>(folder.store(), vfs);
    database->keepLog(true); // a rejected file is left unchanged
    // Before the first access to the file, so that no shared memory is used: with a single connection the defect of
    // SQLite up to 3.51.2 that can lose commits in write-ahead mode cannot occur (https://sqlite.org/wal.html).
    database->execute("PRAGMA locking_mode = EXCLUSIVE");
    database->execute("PRAGMA synchronous = FULL");
    database->execute("PRAGMA mmap_size = 0"); // a failing disk then causes an error instead of a signal
    database->execute("PRAGMA temp_store = MEMORY");
    database->execute("PRAGMA cell_size_check = ON");
    database->execute("PRAGMA cache_size = -16384"); // KiB
    const std::int64_t mark = checkedMark(*database, folder);
    migrate(*database, schemaVersions());
    if (mark == backupApplicationId) // before there is a log, which a backup does not have
        database->execute("PRAGMA application_id = 0x50534153");
    if (database->text("PRAGMA journal_mode = WAL") != "wal")
        throw StoreRefused("the file system of " + folder.path().string() +
                           " does not allow a write-ahead log; use another");
    return database;
}

std::string damageOf(SqliteDatabase &database)
{
    std::string damage;
    SqlStatement rows = database.statement("PRAGMA integrity_check(5)");
    while (rows.next())
        damage += (damage.empty() ? "" : "; ") + rows.text(0);
    return damage == "ok" ? "" : damage;
}

Epoch loadEpoch(SqliteDatabase &database, const StateFolder &folder)
{
    SqlStatement row = database.statement("SELECT store_id, epoch FROM store");
    if (!row.next())
        throw StoreRefused(folder.store().string() + " is damaged: its store id is missing; restore a backup");
    return {row.text(0), row.integer(1), storeInode(folder)};
}

void saveEpochNumber(SqliteDatabase &database, std::int64_t number)
{
    database.run("UPDATE store SET epoch = ?1", number);
}

Acknowledged loadAcknowledged(SqliteDatabase &database, const std::string &storeId)
{
    SqlStatement row = database.statement("SELECT n, (SELECT seq FROM sqlite_sequence WHERE name = 'ticket')"
                                          " FROM ticket_count WHERE connection_id = -1 AND state = 0");
    if (!row.next())
        throw SqliteError(SQLITE_CORRUPT, "its transaction count is missing");
    return {storeId, row.integer(0), row.integer(1)};
}

void saveAcknowledged(SqliteDatabase &database, const Acknowledged &now)
{
    database.run("UPDATE ticket_count SET n = ?1 WHERE connection_id = -1", now.commits);
    if (database.runCounted("UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'ticket'", now.lastTicket) == 0)
        database.run("INSERT INTO sqlite_sequence VALUES ('ticket', ?1)", now.lastTicket);
}

Acknowledged countCommit(SqliteDatabase &database, const Acknowledged &newest)
{
    const std::int64_t commits = newest.commits + 1;
    database.run("UPDATE ticket_count SET n = ?1 WHERE connection_id = -1 AND state = 0", commits);
    return {newest.storeId, commits, database.integer("SELECT seq FROM sqlite_sequence WHERE name = 'ticket'")};
}

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

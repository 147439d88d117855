#pragma once

#include <filesystem>
#include <string>

namespace psa::store {

/// The state folder of one process and its contents.
///
///     lock          who has it open
///     store.db      the SQLite file; store.db-wal beside it while it is open, and after a crash
///     epoch         which opening of which store was the last here
///     mark          the newest transaction that was acknowledged
class StateFolder
{
public:
    /// Creates the folder with mode 0700 if it does not exist. Throws StoreRefused unless it is ours and closed to
    /// others, and nobody else can change its path: folders and links above it belong to root or to us.
    explicit StateFolder(const std::filesystem::path &folder);

    /// Without symbolic links.
    const std::filesystem::path &path() const { return path_; }
    std::filesystem::path store() const { return path_ / "store.db"; }
    std::filesystem::path log() const { return path_ / "store.db-wal"; }
    std::filesystem::path epoch() const { return path_ / "epoch"; }
    std::filesystem::path mark() const { return path_ / "mark"; }
    /// A log that lacked what had been acknowledged, as it was found.
    std::filesystem::path damagedLog() const { return path_ / "store.db-wal.damaged"; }

private:
    std::filesystem::path path_;
};

/// Makes an empty file with mode 0600. Throws std::system_error, also if there is one.
void makePrivateFile(const std::filesystem::path &file);

/// Writes `content` to the file, durable and all or nothing. Throws std::system_error.
void replaceFile(const std::filesystem::path &file, const std::string &content);

/// Copies the write-ahead log, if it has anything, to damagedLog(); whether it had. Throws
/// std::filesystem::filesystem_error.
bool keepDamagedLog(const StateFolder &folder);

/// Makes the content of a file and its name in its folder durable. Throws std::system_error.
void syncFile(const std::filesystem::path &file);

} // namespace psa::store

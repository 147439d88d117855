#pragma once

#include "host/os/file_descriptor.h"

#include <filesystem>
#include <string>

namespace psa::store {

/// Locks a state folder for its lifetime. The kernel releases the lock when the process ends for any reason, even if a
/// child forked by a plugin is still alive: the lock belongs to the process and is not inherited. The file stays,
/// because removing it would let two processes lock two files with the same name.
class LockFile
{
public:
    /// Locks `folder`/lock and records the holder in it. Throws StoreLocked immediately if it is already locked, and
    /// StoreRefused.
    LockFile(const std::filesystem::path &folder, const std::string &socketPath);
    ~LockFile();
    LockFile(const LockFile &) = delete;
    LockFile &operator=(const LockFile &) = delete;

private:
    os::FileDescriptor file_;
};

/// The state folder of one process and its contents.
///
///     lock          who has it open
///     store.db      the SQLite file; store.db-wal beside it while it is open, and after a crash
///     epoch         which opening of which store was the last in this folder
///     mark          the newest acknowledged transaction
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
    /// Copy, as it was found, of a log from which acknowledged data was missing.
    std::filesystem::path damagedLog() const { return path_ / "store.db-wal.damaged"; }

private:
    std::filesystem::path path_;
};

/// Creates an empty file with mode 0600. Throws std::system_error, also if it exists.
void makePrivateFile(const std::filesystem::path &file);

/// Replaces the content of the file atomically and durably. Throws std::system_error.
void replaceFile(const std::filesystem::path &file, const std::string &content);

/// Copies the write-ahead log, if it has content, to damagedLog(); returns whether it had. Throws
/// std::filesystem::filesystem_error.
bool keepDamagedLog(const StateFolder &folder);

/// Makes the content of a file, and its name in its folder, durable. Throws std::system_error.
void syncFile(const std::filesystem::path &file);

} // namespace psa::store

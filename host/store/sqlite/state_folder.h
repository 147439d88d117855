#pragma once

#include <filesystem>
#include <string>

namespace psa::host {

/// The folder that one process keeps its state in, and what may lie in it.
///
///     lock          who has it open
///     store.db      the SQLite file; store.db-wal beside it while it is open, and after a crash
///     epoch         which opening of which store was the last here
class StateFolder
{
public:
    /// Makes the folder with mode 0700 if it is not there. Throws StoreRefused unless it is ours and closed to others.
    explicit StateFolder(const std::filesystem::path &folder);

    /// Without symbolic links.
    const std::filesystem::path &path() const { return path_; }
    std::filesystem::path store() const { return path_ / "store.db"; }
    std::filesystem::path log() const { return path_ / "store.db-wal"; }
    std::filesystem::path epoch() const { return path_ / "epoch"; }

private:
    std::filesystem::path path_;
};

/// Makes an empty file with mode 0600. Throws std::system_error, also if there is one.
void makePrivateFile(const std::filesystem::path &file);

/// Writes `content` to the file, durable and all or nothing. Throws std::system_error.
void replaceFile(const std::filesystem::path &file, const std::string &content);

/// Makes the content of a file and its name in its folder durable. Throws std::system_error.
void syncFile(const std::filesystem::path &file);

} // namespace psa::host

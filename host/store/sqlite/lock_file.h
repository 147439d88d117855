#pragma once

#include "host/os/file_descriptor.h"

#include <filesystem>
#include <string>

namespace psa::host {

/// Keeps others out of a state folder for as long as it lives. The kernel frees it when the process ends, in whatever way,
/// also where a child lives on that was forked by a plugin: the lock is the process's, and no child inherits it. The file
/// stays, since removing it would let two processes lock two files of one name.
class LockFile
{
public:
    /// Locks `folder`/lock and writes into it who holds it. Throws StoreLocked at once if somebody does, and StoreRefused.
    LockFile(const std::filesystem::path &folder, const std::string &socketPath);
    ~LockFile();
    LockFile(const LockFile &) = delete;
    LockFile &operator=(const LockFile &) = delete;

private:
    FileDescriptor file_;
};

} // namespace psa::host

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

} // namespace psa::store

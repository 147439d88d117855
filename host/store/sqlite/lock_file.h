#pragma once

#include "host/os/file_descriptor.h"

#include <filesystem>
#include <string>

namespace psa::host {

/// Keeps other processes out of a state folder for as long as it lives. The kernel frees it when the process ends, in
/// whatever way; the file stays, since removing it would let two processes lock two files of one name.
class LockFile
{
public:
    /// Locks `folder`/lock and writes into it who holds it. Throws StoreLocked at once if another process does, and
    /// StoreRefused.
    LockFile(const std::filesystem::path &folder, const std::string &socketPath);

private:
    FileDescriptor file_;
};

} // namespace psa::host

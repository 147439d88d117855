#pragma once

namespace psa::os {

// Landlock by raw system calls: the C library has no functions for it, and the headers of Debian 12 lack the access rights
// of newer kernels. A restriction applies to the calling thread and those that it starts later, and cannot be lifted.

/// The version of the kernel's Landlock ABI, or a negative error number: -ENOSYS = not built in, -EOPNOTSUPP = not enabled.
int landlockVersion();

/// From now on only files in the folders of libraries can be opened, for reading and executing. Also denies whatever else
/// the kernel's version can deny: TCP, abstract sockets, and signals to other processes. Returns 0 or an error number.
int allowLibrariesOnly();

/// Like allowLibrariesOnly(), but no file at all can be opened. Returns 0 or an error number.
int allowNoFiles();

} // namespace psa::os

#pragma once

namespace psa::plugin::runner::child {

// Landlock, by system calls of its own number: the C library has no functions for it, and headers of Debian 12 lack the
// rights of newer kernels. A domain holds for the calling thread and those that it starts, and can only become narrower.
// These return 0 or an error number.

/// The version of the kernel's interface, or a negative error number: -ENOSYS = not built in, -EOPNOTSUPP = not enabled.
int landlockVersion();

/// From now on only files below the folders of libraries can be opened, for reading and executing, and nothing else that
/// the kernel's version can deny is possible: connections, and signals to processes outside.
int allowLibrariesOnly();

/// From now on no file can be opened.
int allowNoFiles();

} // namespace psa::plugin::runner::child

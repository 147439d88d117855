#pragma once

#include "host/plugin/runner/child/serve.h"

namespace psa::plugin::runner::child {

// How a process that runs a plugin confines itself, in two steps: loading needs files and executable memory, and runs the
// plugin's constructors, so they run under the first step. A sanitizer needs memory and system calls of its own: in such a
// build only files and privileges are limited.

/// What is confined: the whole process, or only the calling thread and those that it starts later, without the limits that
/// can only hold for a process.
enum class Scope
{
    process,
    thread
};

/// The first step, before the library is mapped and while the process has one thread. The kernel kills the process when the
/// thread that spawned it exits, and first when memory runs out. There are no core dumps, no new privileges, at most 32 open
/// files, 512 MiB of data and 2 GiB of addresses. Only libraries can be opened, and only system calls that computing and the
/// dynamic linker need are allowed; any other fails with EPERM and is recorded in `page`, which must outlive the process's
/// threads. Does not throw: what the kernel refuses is in the report.
Report confineBeforeLoading(SharedPage &page, Scope scope = Scope::process);

/// The second step, on the thread that mapped the library: denies executable memory and all system calls that only loading
/// needs, for all threads; all files, for the calling thread and those that it starts; and debuggers. `scope`: as in the
/// first step. Skips parts that the kernel refused then. Throws std::system_error.
void confineAfterLoading(Scope scope = Scope::process);

/// Denies all files to the calling thread and those that it starts later, if confineAfterLoading() ran on another thread.
/// Throws std::system_error.
void confineThread();

} // namespace psa::plugin::runner::child

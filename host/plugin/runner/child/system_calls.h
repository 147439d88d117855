#pragma once

#include "host/plugin/runner/protocol.h"

namespace psa::plugin::runner::child {

// seccomp: the system calls that a process that runs a plugin may make, by name. Every other one fails with EPERM and is
// noted in the shared page. These return 0 or an error number.

/// What computing takes, and what the dynamic linker and confineAfterLoading() need. Call it while there is one thread.
int filterForLoading(SharedPage &page);

/// What computing takes: nothing is opened, and no memory becomes executable. After filterForLoading(). `allThreads`: not
/// only for the calling thread and those that it starts.
int filterForCalls(bool allThreads);

} // namespace psa::plugin::runner::child

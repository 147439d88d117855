#pragma once

#include "host/plugin/runner/protocol.h"

namespace psa::plugin::runner::child {

// The seccomp filters of a process that runs a plugin. A system call that is not allowed raises SIGSYS, whose handler lets
// it fail with EPERM and records its number in the shared page. Both functions return 0 or an error number.

/// Allows what computing, the dynamic linker and confineAfterLoading() need. Call it while the process has one thread.
/// `page` must outlive the process's threads.
int filterForLoading(SharedPage &page);

/// Allows only what computing needs: no file can be opened, and no memory made executable. Call it after
/// filterForLoading(). `allThreads`: for all threads of the process, otherwise for the calling one and those that it
/// starts.
int filterForCalls(bool allThreads);

} // namespace psa::plugin::runner::child

#pragma once

#include "host/plugin/runner/child/serve.h"

namespace psa::plugin::runner::child {

// What a process that runs a plugin takes from itself, in two steps: the dynamic linker needs files and executable memory,
// and while it works constructors of the plugin run. In a build with a sanitizer, which needs memory and system calls
// of its own, only files and privileges are limited.

/// What is confined. A thread: in a program that does other things, too, the calling thread and those that it starts;
/// limits that hold for a whole process are left out.
enum class Scope
{
    process,
    thread
};

/// Before the library is mapped, while there is one thread: the process ends with its parent (with the thread that started
/// it), dumps no core, opens few files, is the first that the kernel ends if memory runs out, and has limits on memory, no
/// way to privileges, no files but libraries, and only system calls that computing takes and the linker needs. System
/// calls that are denied fail with EPERM and are noted in `page`, which must exist as long as the process.
/// What the kernel refuses is reported.
Report confineBeforeLoading(SharedPage &page, Scope scope = Scope::process);

/// After it, on the thread that mapped it: no files and no executable memory any more, for all threads; nobody may look
/// into the process. `scope`: as before. Parts that the kernel refused at first are left out. Throws std::system_error.
void confineAfterLoading(Scope scope = Scope::process);

/// Takes the files from the calling thread and those that it starts, where confineAfterLoading() ran on another one.
/// Throws std::system_error.
void confineThread();

} // namespace psa::plugin::runner::child

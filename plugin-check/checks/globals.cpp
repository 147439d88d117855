// Process-wide state that a plugin must not change.
#include "host/os/memory_file.h"
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/offline.h"
#include "plugin-check/plugin_under_check.h"
#include "plugin-check/process_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <set>

namespace psa::check {
namespace {

void leavesProcessAlone(CheckContext &context)
{
    preparePoco();
    const ProcessState before = globalState();
    PluginUnderCheck plugin(context);
    std::set<std::string> changes;
    for (const CallRecord &record : liveOffline(context, plugin))
        for (const std::string &change : record.threadChanges)
            changes.insert(record.verb + " changes its thread: " + change);
    for (const std::string &change : differences(before, globalState()))
        changes.insert("it changes the process: " + change);
    for (const std::string &change : changes)
        context.fail(change);
}

/// Captures the standard output and error of this process, until its end.
class OutputCapture
{
public:
    /// Throws std::system_error.
    OutputCapture()
    {
        flushAll();
        dup2(file_.fd(), STDOUT_FILENO);
        dup2(file_.fd(), STDERR_FILENO);
    }
    ~OutputCapture()
    {
        flushAll();
        dup2(out_.get(), STDOUT_FILENO);
        dup2(error_.get(), STDERR_FILENO);
    }
    OutputCapture(const OutputCapture &) = delete;
    OutputCapture &operator=(const OutputCapture &) = delete;

    /// The last 1000 bytes written so far.
    std::string text() const
    {
        flushAll();
        return file_.tail(1000);
    }

private:
    static void flushAll()
    {
        std::cout.flush();
        std::cerr.flush();
        (void)std::fflush(nullptr);
    }

    os::MemoryFile file_;
    os::FileDescriptor out_{fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)};
    os::FileDescriptor error_{fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)};
};

void writesNothing(CheckContext &context)
{
    const OutputCapture capture;
    PluginUnderCheck plugin(context);
    liveOffline(context, plugin);
    const std::string written = capture.text();
    if (!written.empty())
        context.fail("it writes to standard output or error instead of the log of the call: " + written);
}

void leavesNothingRunning(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const ProcessState before = thingsLeft();
    liveOffline(context, plugin);
    liveOffline(context, plugin);
    const ProcessState after = thingsLeft();
    for (const std::string &difference : differences(before, after))
        context.fail("after two runs something is left: " + difference);
}

} // namespace

const std::vector<Check> globalChecks{
    {.id = "G01",
     .title = "Process-wide state is unchanged",
     .level = 2,
     .requirement = "Signal handlers, locale, environment, working folder, umask, limits, standard descriptors, "
                    "floating-point environment, and Poco's process-wide state are left alone.",
     .consequence = "All instances of the connection run with settings that nobody chose.",
     .needs = {"C03", "V03"},
     .run = leavesProcessAlone},
    {.id = "G02",
     .title = "Nothing on standard output and error",
     .level = 2,
     .requirement = "A plugin writes to the log of its call and nowhere else.",
     .consequence = "The output is discarded, except for the last bytes, which are shown after a crash.",
     .needs = {"C03", "V03"},
     .run = writesNothing},
    {.id = "G03",
     .title = "Nothing stays open or running",
     .level = 2,
     .requirement = "After every call has returned there are no additional threads, descriptors, processes or keys "
                    "of thread-specific data.",
     .consequence = "The plugin's process grows until it reaches a limit and fails.",
     .needs = {"M01", "L09"},
     .run = leavesNothingRunning},
};

} // namespace psa::check

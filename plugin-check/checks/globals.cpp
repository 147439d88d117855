// Process-wide state that a plugin must not change.
#include "plugin-check/check_context.h"
#include "plugin-check/checks/groups.h"
#include "plugin-check/offline_life.h"
#include "plugin-check/output_capture.h"
#include "plugin-check/plugin_under_check.h"
#include "plugin-check/process_state.h"

#include <algorithm>
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

std::vector<Check> globalChecks()
{
    const std::vector<std::string> works{"C03", "V03"};
    return {
        {.id = "G01",
         .title = "Process-wide state is unchanged",
         .level = 2,
         .group = "globals",
         .requirement = "Signal handlers, locale, environment, working folder, umask, limits, standard descriptors, "
                        "floating-point environment, and Poco's process-wide state are left alone.",
         .consequence =
             "The host and all other plugins run with settings that nobody chose; TLS may not verify anything.",
         .needs = works,
         .run = leavesProcessAlone},
        {.id = "G02",
         .title = "Nothing on standard output and error",
         .level = 2,
         .group = "globals",
         .requirement = "A plugin writes to the log of its call and nowhere else.",
         .consequence = "Output that scripts read from the host is corrupted.",
         .needs = works,
         .run = writesNothing},
        {.id = "G03",
         .title = "Nothing stays open or running",
         .level = 2,
         .group = "globals",
         .requirement = "After every call has returned there are no additional threads, descriptors, processes or keys "
                        "of thread-specific data.",
         .consequence = "The host grows until it crashes, or crashes on exit.",
         .needs = {"M01", "L09"},
         .run = leavesNothingRunning},
    };
}

} // namespace psa::check

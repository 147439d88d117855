// What a plugin must not do with the calls of the host.
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/contract.h"
#include "plugin-check/observed_call.h"
#include "plugin-check/offline.h"
#include "plugin-check/plugin_under_check.h"
#include "plugin-check/process_state.h"

#include <thread>

namespace psa::check {
namespace {

using Rule = std::vector<std::string> (*)(const CallRecord &);

/// Every call of a whole lifecycle keeps `rule`.
void mustKeep(CheckContext &context, Rule rule)
{
    PluginUnderCheck plugin(context);
    for (const CallRecord &record : liveOffline(context, plugin))
        for (const std::string &breach : rule(record))
            context.fail(breach);
}

/// Waits until the threads that are not in `before` have ended: they may use a call that has ended. At most a second,
/// since they may never end; G03 checks that.
void waitForThreads(const ProcessState &before)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (thingsLeft().at("threads") != before.at("threads") && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

void deliversOnceAndInTime(CheckContext &context)
{
    PluginUnderCheck plugin(context);
    const ProcessState before = thingsLeft();
    for (int life = 0; life < 2; ++life) // a kept call is used in the next lifecycle at the latest
        for (const CallRecord &record : liveOffline(context, plugin))
            for (const std::string &breach : breachesOfDelivery(record))
                context.fail(breach);
    context.step("waiting for threads that continue after the calls");
    waitForThreads(before);
    for (const std::string &late : ObservedCall::lateUses())
        context.fail(late);
}

void endsAsAgreed(CheckContext &context)
{
    mustKeep(context, breachesOfEnding);
}

void givesGoodDocuments(CheckContext &context)
{
    mustKeep(context, breachesOfDocuments);
}

void logsGoodLines(CheckContext &context)
{
    mustKeep(context, breachesOfLog);
}

void usesStatusesOfTheVerb(CheckContext &context)
{
    mustKeep(context, breachesOfStatus);
}

} // namespace

const std::vector<Check> misuseChecks{
    {.id = "M01",
     .title = "One result or error, and in time",
     .level = 2,
     .requirement =
         "put_result and put_error are called at most once per call; nothing of a call is used after it has ended.",
     .consequence = "The host treats the call as failed and blames the plugin.",
     .needs = {"C03", "V03"},
     .run = deliversOnceAndInTime},
    {.id = "M02",
     .title = "A call ends as agreed",
     .level = 2,
     .requirement = "Success comes with a result and no error; failure with one error that has the returned status "
                    "and says why.",
     .consequence = "The host treats the call as failed and blames the plugin.",
     .needs = {"C03", "V03"},
     .run = endsAsAgreed},
    {.id = "M03",
     .title = "Documents and texts are valid",
     .level = 2,
     .requirement = "Results match their schema and have at most 1 MiB; every text is UTF-8.",
     .consequence = "The host treats the call as failed and blames the plugin.",
     .needs = {"C03", "V03"},
     .run = givesGoodDocuments},
    {.id = "M04",
     .title = "Log lines are valid",
     .level = 2,
     .requirement = "Log lines have a valid level, are UTF-8 of at most 16 KiB, and number at most 1000 per call.",
     .consequence = "The host blames the plugin in the log and omits lines.",
     .needs = {"C03", "V03"},
     .run = logsGoodLines},
    {.id = "M05",
     .title = "Functions return only their own statuses",
     .level = 2,
     .requirement = "A function returns only the statuses that psa/plugin.h lists for it.",
     .consequence = "The host draws the wrong conclusion and looks up a ticket that was never sent.",
     .needs = {"M02"},
     .run = usesStatusesOfTheVerb},
};

} // namespace psa::check

// Many concurrent instances, and many consecutive calls.
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "plugin-check/check.h"
#include "plugin-check/check_context.h"
#include "plugin-check/plugin_run.h"
#include "plugin-check/plugin_under_check.h"
#include "plugin-check/process_state.h"
#include "plugin-check/request_text.h"
#include "plugin-check/timed_barrier.h"

#include <algorithm>
#include <thread>

namespace psa::check {
namespace {

using Poco::JSON::Object;

constexpr std::size_t threads = 8;

std::string markOf(std::size_t thread)
{
    return "parallel-" + std::to_string(1000 + thread);
}

std::string ticketOf(const PluginRun &run, const std::string &title)
{
    Object::Ptr ticket = json::parseStrict(run.ticketJson()).extract<Object::Ptr>();
    ticket->set("title", title);
    return json::toText(*ticket);
}

/// One call with unique texts; `reference` is empty if the recording only has its own.
PluginCall markedCall(const PluginRun &run, const std::string &mark, bool reference)
{
    PluginCall how;
    how.ticketJson = ticketOf(run, mark);
    how.reference = reference ? mark : "";
    return how;
}

/// All threads make `call` at the same time and meet at its first exchange.
std::vector<Observed> callAtOnce(const PluginRun &run, const GoodCall &call, bool reference)
{
    std::vector<Observed> observed(threads);
    std::vector<std::thread> running;
    TimedBarrier timed_barrier(threads);
    for (std::size_t i = 0; i < threads; ++i)
        running.emplace_back([&, i] {
            PluginCall how = markedCall(run, markOf(i), reference && call.verb == Verb::createTicket);
            how.hook = [&](std::size_t index, const net::HttpRequest &, net::HttpResponse good) {
                if (index == 0)
                    timed_barrier.arrive(std::chrono::seconds(2));
                return good;
            };
            observed[i] = run.call(call, std::move(how));
        });
    for (std::thread &each : running)
        each.join();
    return observed;
}

/// A request that creates a ticket must contain the data of its own call, and none of another.
void checkOwnTexts(CheckContext &context, const Observed &observed, std::size_t thread, bool reference)
{
    for (const Sent &each : observed.sent)
    {
        if (!each.request.mutates)
            continue;
        for (std::size_t other = 0; other < threads; ++other)
            if (other != thread && mentions(each.request, markOf(other)))
                context.fail("concurrent instances mix up their tickets: a request has the texts of another one");
        if (reference && !mentions(each.request, markOf(thread)))
            context.fail("concurrent instances lose their tickets: a request lacks its own texts");
    }
}

void compareToAlone(CheckContext &context, const GoodCall &call, const Observed &alone, const Observed &observed)
{
    if (observed.outcome.ended != plugin::Ended::returned)
        context.failAndStop(call.name() + " in parallel: " + observed.outcome.error->message);
    if (alone.outcome.ok() != observed.outcome.ok() || alone.outcome.result != observed.outcome.result)
        context.fail(call.name() + " gives " + observed.summary() + " " + observed.outcome.result +
                     " with other instances running; alone it returns " + alone.summary() + " " + alone.outcome.result);
}

void instancesAtOnce(CheckContext &context)
{
    const PluginRun run(context);
    for (const GoodCall &call : run.good().calls)
    {
        context.step(call.name() + " alone");
        const bool reference =
            call.verb == Verb::createTicket && run.call(call, markedCall(run, markOf(0), true)).outcome.ok();
        const Observed alone = run.call(call);
        context.step(call.name() + " from " + std::to_string(threads) + " instances at once");
        const std::vector<Observed> all = callAtOnce(run, call, reference);
        for (std::size_t i = 0; i < all.size(); ++i)
        {
            compareToAlone(context, call, alone, all[i]);
            checkOwnTexts(context, all[i], i, reference);
        }
    }
}

/// Each call of PluginUnderCheck has its own thread.
void threadsOverTime(CheckContext &context)
{
    const PluginRun run(context);
    PluginUnderCheck plugin(context);
    for (const GoodCall *call : run.good().recorded(Verb::test))
    {
        context.step("test on another thread than configure");
        psa_instance *instance = plugin.configured(run.configurationJson());
        const CallRecord record =
            plugin.test(instance, {.services = run.services(run.replay(*call, net::WhenUsed::repeatLast),
                                                            std::make_shared<CheckClock>(run.good().now))});
        if (!record.ok())
            context.fail("test on another thread than configure: " + record.describe() +
                         "; one instance is called from different threads over time");
    }
}

void parallel(CheckContext &context)
{
    instancesAtOnce(context);
    threadsOverTime(context);
}

/// Lifecycles of instances: each is created, configured, makes every call of the good run and is destroyed.
class Lives
{
public:
    explicit Lives(const PluginRun &run) : run_(run), clock_(std::make_shared<CheckClock>(run.good().now))
    {
        for (const GoodCall &call : run.good().calls)
            services_.push_back(run.services(run.replay(call, net::WhenUsed::repeatLast), clock_));
    }

    void live(CheckContext &context)
    {
        const auto deadline = [] { return clock::RunningClock::now() + std::chrono::seconds(10); };
        plugin::Instance instance(run_.plugin(), run_.process(), nullptr);
        if (!instance.create(deadline()).ok() || !instance.configure(run_.configurationJson(), deadline()).ok())
            context.failAndStop("an instance cannot be created and configured any more");
        for (std::size_t i = 0; i < services_.size(); ++i)
        {
            const auto outcome = instance.call(run_.verbCall(run_.good().calls[i], {}), services_[i], deadline());
            if (outcome.ended != plugin::Ended::returned)
                context.failAndStop(run_.good().calls[i].name() + " does not return any more");
        }
    }

private:
    const PluginRun &run_;
    std::shared_ptr<CheckClock> clock_;
    std::vector<plugin::CallContext> services_;
};

void leaks(CheckContext &context)
{
    const PluginRun run(context);
    Lives lives(run);
    context.step("lives of instances");
    // The runner keeps the last 1024 calls, three or more of each lifecycle: after that it does not grow any more.
    constexpr unsigned warmUp = 350;
    mustNotGrow(
        context, 350,
        [&](unsigned times) {
            for (unsigned i = 0; i < times; ++i)
                lives.live(context);
        },
        warmUp);
}

} // namespace

const std::vector<Check> loadChecks{
    {.id = "P01",
     .title = "Instances work concurrently, on any thread",
     .level = 4,
     .requirement = "Concurrent instances do not affect each other, and an instance may be called from different "
                    "threads over time.",
     .consequence = "Tickets with the texts of others, wrong results, crashes under load.",
     .needs = {"T02", "L12"},
     .limit = std::chrono::seconds(120),
     .run = parallel},
    {.id = "P02",
     .title = "Nothing is left behind",
     .level = 4,
     .requirement =
         "Hundreds of instances and calls leave no additional memory, open files, threads or thread-specific keys.",
     .consequence = "The plugin's process crashes after months.",
     .needs = {"T02", "L09", "L11", "G03"},
     .limit = std::chrono::seconds(240),
     .run = leaks},
};

} // namespace psa::check

// Plugins that end their process or never return: the error of the call names the cause, and the next process works.
#include "host/plugin/loaded_plugin.h"
#include "tests/faults/fault_plugin.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using psa::test::ample;
using psa::test::faultPlugin;
using psa::test::in;
using psa::test::Lines;
using std::chrono::milliseconds;

namespace {

VerbCall callOf(Verb verb)
{
    VerbCall call{verb};
    for (const Argument &argument : rowOf(verb).arguments)
        call.arguments.emplace_back(argument.fallback);
    return call;
}

/// A process of the plugin whose configuration says in which verb to exit, and how.
struct Told
{
    std::shared_ptr<Lines> log = std::make_shared<Lines>();
    Instance instance;

    explicit Told(const std::string &plugin = "ends_as_told", milliseconds grace = ample)
        : instance(faultPlugin(plugin), Lines::log(log), grace)
    {
    }

    /// Every verb up to `verb`, which it returns.
    CallOutcome callUpTo(Verb verb, const std::string &configuration, milliseconds time = ample)
    {
        CallOutcome outcome = instance.create(in(ample));
        if (verb == Verb::create)
            return outcome;
        REQUIRE(outcome.ok());
        outcome = instance.configure(configuration, in(ample));
        if (verb == Verb::configure)
            return outcome;
        REQUIRE(outcome.ok());
        return instance.call(callOf(verb), {}, in(time));
    }
};

struct Crash
{
    std::string way;
    std::string how; ///< In the message.
};

std::vector<Crash> crashes()
{
    return {{"segv", "signal SIGSEGV"},
            {"abort", "signal SIGABRT"},
            {"trap", "signal SIGILL"},
            {"thread", "signal SIGSEGV"},
            {"handler", "signal SIGSEGV"},
            {"_exit", "it ended its process with exit code 7"},
            {"exit", "it ended its process with exit code 8"}};
}

void checkDied(const CallOutcome &outcome, const std::string &id, const char *function, const std::string &how)
{
    CHECK(outcome.ended == Ended::died);
    CHECK(outcome.alone);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INTERNAL);
    CHECK_THAT(outcome.error->message,
               Catch::StartsWith("The plugin com.example.fault." + id + " crashed in " + function + ": " + how));
    CHECK(outcome.mutation == MutationSeen::none);
}

} // namespace

TEST_CASE(
    "a plugin that ends its process in any verb is blamed with the verb and the cause, and the next process works")
{
    for (const VerbRow &row : verbTable())
    {
        if (row.verb < Verb::configure)
            continue; // neither knows the configuration
        for (const Crash &crash : crashes())
        {
            CAPTURE(row.name, crash.way);
            Told told;
            checkDied(told.callUpTo(row.verb, std::string(row.name) + " " + crash.way), "ends-as-told", row.function,
                      crash.how);
            CHECK_FALSE(told.instance.isUsable());
            if (row.verb == Verb::configure)
                continue; // it was never configured, so the host calls nothing else
            const CallOutcome after = told.instance.call(testCall(), {}, in(ample));
            REQUIRE(after.error);
            CHECK_THAT(after.error->message, Catch::Contains("test was not called"));
        }
        CAPTURE(row.name);
        CHECK(Told().callUpTo(row.verb, "{}").ok());
    }
}

TEST_CASE("a plugin that crashes in create is blamed with the cause")
{
    Told told("crashes_in_create");
    checkDied(told.callUpTo(Verb::create, ""), "crashes-in-create", "create", "signal SIGABRT");
    CHECK_FALSE(told.instance.isUsable());
}

TEST_CASE("a plugin that overflows its stack is blamed with the cause, in the log too")
{
    Told told("stack_overflow");
    checkDied(told.callUpTo(Verb::test, "{}"), "stack-overflow", "test", "signal SIGSEGV");
    CHECK_THAT(told.log->text(), Catch::Contains("misbehaves: it crashed in test: signal SIGSEGV"));
}

TEST_CASE("a crash in destroy is logged with the cause, and the next process works")
{
    const Crash crash = GENERATE(from_range(crashes()));
    CAPTURE(crash.way);
    Told told;
    REQUIRE(told.callUpTo(Verb::test, "destroy " + crash.way).ok());
    CHECK_FALSE(told.instance.destroy());
    CHECK_THAT(told.log->text(), Catch::Contains("plugin com.example.fault.ends-as-told misbehaves: it crashed in "
                                                 "destroy: " +
                                                 crash.how));
    CHECK(Told().callUpTo(Verb::test, "{}").ok());
}

TEST_CASE("a verb that never returns is abandoned at its deadline, and the next process works")
{
    const std::string way = GENERATE("hang", "spin");
    for (const VerbRow &row : verbTable())
    {
        if (row.verb <= Verb::configure)
            continue;
        CAPTURE(row.name, way);
        Told told("ends_as_told", milliseconds(10));
        const CallOutcome outcome = told.callUpTo(row.verb, std::string(row.name) + " " + way, milliseconds(50));
        CHECK(outcome.ended == Ended::hung);
        REQUIRE(outcome.error);
        CHECK(outcome.error->status == PSA_TIMEOUT); // nothing was sent, so nothing can have been changed
        CHECK_THAT(outcome.error->message, Catch::StartsWith("The plugin com.example.fault.ends-as-told did not "
                                                             "return from " +
                                                             std::string(row.function)));
        CHECK_FALSE(told.instance.isUsable());
    }
    CHECK(Told().callUpTo(Verb::test, "{}").ok());
}

TEST_CASE("a destroy that never returns is abandoned after the grace period")
{
    Told told("ends_as_told", milliseconds(50));
    REQUIRE(told.callUpTo(Verb::test, "destroy hang").ok());
    CHECK_FALSE(told.instance.destroy());
    CHECK_THAT(told.log->text(), Catch::Contains("plugin com.example.fault.ends-as-told misbehaves: it did not "
                                                 "return from destroy"));
}

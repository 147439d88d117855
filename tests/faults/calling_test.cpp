// Plugins that load correctly and misbehave when called: an error that blames them.
#include "host/plugin/loaded_plugin.h"
#include "tests/faults/fault_plugin.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace psa::plugin;
using psa::test::ample;
using psa::test::faultPlugin;
using psa::test::in;
using psa::test::Lines;
using std::chrono::milliseconds;

namespace {

struct Connected
{
    std::shared_ptr<Lines> lines = std::make_shared<Lines>();
    Instance instance;

    explicit Connected(const std::string &name, milliseconds grace = milliseconds(100))
        : instance(faultPlugin(name), Lines::log(lines), grace)
    {
    }

    std::vector<std::string> log() const { return lines->all(); }
    void start()
    {
        REQUIRE(instance.create(in(ample)).ok());
        REQUIRE(instance.configure("{\"version\":1,\"values\":{}}", in(ample)).ok());
    }
};

struct BadAnswer
{
    std::string name;
    std::string message;
};

} // namespace

TEST_CASE("a good plugin is created, configured, tested and makes a ticket")
{
    Connected good("good");
    good.start();
    CHECK(good.instance.call(testCall(), {}, in(ample)).result == "{\"version\":1,\"summary\":\"Connected\"}");
    CHECK_THAT(good.instance.call(createTicketCall("ref-1", "{}"), {}, in(ample)).result,
               Catch::Contains("\"id\":\"1\""));
}

TEST_CASE("misbehavior is an error that blames the plugin by name")
{
    const auto wanted = GENERATE(values<BadAnswer>({
        {"error_without_text", "without saying why"},
        {"ok_with_error", "reported success and an error"},
        {"error_with_result", "reported failure and a result"},
        {"result_twice", "delivered a result twice"},
        {"status_differs", "returned timeout but its error says auth"},
        {"unknown_status", "4711, which does not exist"},
        {"invalid_utf8", "result that is not UTF-8"},
        {"huge_result", "2097152 bytes"},
        {"null_error", "error that is NULL"},
        {"result_off_schema", "not a valid test-result: /summary: is required"},
        {"throws", "thrown on purpose"},
        {"throws_int", "let an exception leave the library."},
    }));
    CAPTURE(wanted.name);
    Connected connected(wanted.name);
    connected.start();
    const CallOutcome outcome = connected.instance.call(testCall(), {}, in(ample));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INTERNAL);
    CHECK(outcome.result.empty());
    CHECK_THAT(outcome.error->message, Catch::Contains("defect in the plugin com.example.fault."));
    CHECK_THAT(outcome.error->message, Catch::Contains(wanted.message));
    CHECK(outcome.ended == Ended::returned);
    CHECK(connected.instance.call(createTicketCall("ref-1", "{}"), {}, in(ample)).ok());
}

TEST_CASE("a create without an instance is a defect of the plugin")
{
    Connected connected("create_gives_null");
    const CallOutcome outcome = connected.instance.create(in(ample));
    REQUIRE(outcome.error);
    CHECK_THAT(outcome.error->message, Catch::Contains("success of create without returning an instance"));
}

TEST_CASE("a hung call ends at its deadline, and its process takes no new calls")
{
    Connected connected("hang_ignores_cancel", milliseconds(50));
    connected.start();
    const CallOutcome outcome = connected.instance.call(testCall(), {}, in(milliseconds(50)));
    CHECK(outcome.ended == Ended::hung);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_TIMEOUT); // test changes nothing
    CHECK_THAT(outcome.error->message, Catch::Contains("com.example.fault.hang-ignores-cancel did not return"));
    CHECK_FALSE(connected.instance.isUsable());
    const CallOutcome after = connected.instance.call(createTicketCall("ref-1", "{}"), {}, in(ample));
    REQUIRE(after.error);
    CHECK(after.error->status == PSA_INTERNAL); // it never started, so nothing is unknown
    CHECK_THAT(after.error->message, Catch::Contains("create_ticket was not called"));
}

TEST_CASE("a hung create_ticket that has sent nothing has created nothing")
{
    Connected connected("ticket_hangs", milliseconds(50));
    connected.start();
    const CallOutcome outcome = connected.instance.call(createTicketCall("ref-1", "{}"), {}, in(milliseconds(50)));
    CHECK(outcome.ended == Ended::hung);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_TIMEOUT);
    CHECK(outcome.mutation == MutationSeen::none);
}

TEST_CASE("calls in an order that violates the lifecycle are a bug in the host")
{
    Connected good("good");
    const auto soon = in(ample);
    CHECK_THROWS_WITH(good.instance.configure("{}", soon), Catch::Contains("configure was called before create"));
    REQUIRE(good.instance.create(soon).ok());
    CHECK_THROWS_WITH(good.instance.create(soon), Catch::Contains("create was called twice"));
    CHECK_THROWS_WITH(good.instance.call(testCall(), {}, soon), Catch::Contains("test was called before configure"));
    CHECK_THROWS_WITH(good.instance.call(findTicketCall("r"), {}, soon), Catch::Contains("before configure"));
    REQUIRE(good.instance.configure("{}", soon).ok());
    CHECK(good.instance.configure("{}", soon).ok());
    CHECK_THROWS_AS(good.instance.call(listChoicesCall({"queues", "", "", "{}", 501}), {}, soon), std::logic_error);
    CHECK(good.instance.destroy());
    CHECK_THROWS_WITH(good.instance.call(testCall(), {}, soon), Catch::Contains("after destroy"));
}

TEST_CASE("a stopped instance cancels later calls too")
{
    Connected connected("waits_for_cancel");
    connected.start();
    connected.instance.stop();
    CHECK(connected.instance.call(testCall(), {}, in(ample)).error->status == PSA_CANCELLED);
}

TEST_CASE("the extensions of a plugin are called and their results checked")
{
    Connected connected("extensions");
    connected.start();
    const auto soon = in(ample);
    CHECK_THAT(connected.instance.call(findTicketCall("ref-1"), {}, soon).result, Catch::Contains("\"id\":\"ref-1\""));
    CHECK_THAT(connected.instance.call(listChoicesCall({"queues", "disk", "", "{}", 5}), {}, soon).result,
               Catch::Contains("\"label\":\"queues disk 5\""));
    const CallOutcome read = connected.instance.call(readTicketCall("17"), {}, soon);
    REQUIRE(read.error);
    CHECK_THAT(read.error->message, Catch::Contains("not a valid ticket-result: /ticket: is required"));
}

TEST_CASE("a missing extension is named, and nothing is called")
{
    Connected good("good");
    good.start();
    const auto soon = in(ample);
    for (const CallOutcome &outcome :
         {good.instance.call(findTicketCall("r"), {}, soon), good.instance.call(listChoicesCall({}), {}, soon),
          good.instance.call(readTicketCall("1"), {}, soon)})
    {
        REQUIRE(outcome.error);
        CHECK(outcome.error->status == PSA_NOT_IMPLEMENTED);
        CHECK_THAT(outcome.error->message, Catch::Contains("com.example.fault.good cannot") &&
                                               Catch::Contains("does not offer the extension psa."));
    }
}

TEST_CASE("a plugin cannot fill the log, nor forge lines in it")
{
    Connected connected("log_flood");
    connected.start();
    REQUIRE(connected.instance.call(testCall(), {}, in(ample)).ok());
    REQUIRE(connected.log().size() == LogBudget::maxLines + 1);
    CHECK_THAT(connected.log()[0], Catch::Contains("level that does not exist"));
    CHECK(connected.log()[1] == "\xEF\xBF\xBD[31mred\xEF\xBF\xBD line");
    CHECK_THAT(connected.log().back(), Catch::Contains("more than 1000 lines in one call"));
}

TEST_CASE("a long text of a plugin is truncated between two characters, and contains no escape sequences")
{
    Connected connected("error_wild_text");
    connected.start();
    const CallOutcome outcome = connected.instance.call(testCall(), {}, in(ample));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_AUTH); // a long text is not wrong
    CHECK(outcome.error->message.size() == CallState::maxTextBytes - 1);
    CHECK(outcome.error->hint == "one\ntwo\xEF\xBF\xBD[2J");
}

TEST_CASE("cancel reaches the call in progress")
{
    Connected connected("waits_for_cancel");
    connected.start();
    std::atomic<bool> done{false};
    std::thread canceller([&] {
        while (!done) // until the call has started, cancel has no effect
        {
            connected.instance.cancel();
            std::this_thread::yield();
        }
    });
    const CallOutcome outcome = connected.instance.call(testCall(), {}, in(ample));
    done = true;
    canceller.join();
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CANCELLED);
    CHECK(outcome.error->message == "stopped as asked");
}

TEST_CASE("a result delivered after its call has ended reaches no other call")
{
    Connected connected("result_after_return");
    connected.start();
    CHECK(connected.instance.call(testCall(), {}, in(ample)).ok());
    const CallOutcome second = connected.instance.call(testCall(), {}, in(ample));
    REQUIRE(second.ok());
    CHECK_THAT(second.result, Catch::Contains("Connected"));
    REQUIRE(connected.log().size() == 1);
    CHECK_THAT(connected.log()[0], Catch::Contains("after its call had ended"));
}

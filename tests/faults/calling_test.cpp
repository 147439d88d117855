// Plugins that load well and misbehave when they are called: an error that blames them, and the process goes on.
#include "host/plugin/host_table.h"
#include "host/plugin/instance.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace psa::host;
using std::chrono::milliseconds;

namespace {

struct Connected
{
    std::vector<std::string> log;
    std::unique_ptr<Instance> instance;

    explicit Connected(const std::string &name, milliseconds grace = milliseconds(100))
    {
        static auto *table = new HostTable({}, {});
        LoaderPolicy policy;
        policy.trustedPaths = {FAULTS_DIR};
        PluginLoader loader(table->raw(), {}, policy);
        const LoadReport report = loader.load(std::string(FAULTS_DIR) + "/" + name + ".so");
        INFO(report.found);
        REQUIRE(report.state == LoadState::ready);
        const auto keep = [this](psa_log_level, const std::string &line) { log.push_back(line); };
        instance = std::make_unique<Instance>(report.plugin, keep, grace);
    }

    static Instance::Clock::time_point in(milliseconds time) { return Instance::Clock::now() + time; }
};

struct Case
{
    std::string name;
    std::string message;
};

} // namespace

TEST_CASE("a good plugin is created, configured, tested and makes a ticket")
{
    Connected good("good");
    REQUIRE(good.instance->create(Connected::in(milliseconds(5000))).ok());
    REQUIRE(good.instance->configure("{\"version\":1,\"values\":{}}", Connected::in(milliseconds(5000))).ok());
    CHECK(good.instance->test(Connected::in(milliseconds(5000))).result == "{\"version\":1,\"summary\":\"Connected\"}");
    CHECK_THAT(good.instance->createTicket("ref-1", "{}", Connected::in(milliseconds(5000))).result,
               Catch::Contains("\"id\":\"1\""));
}

TEST_CASE("misbehaviour is an error that blames the plugin by name")
{
    const auto wanted = GENERATE(values<Case>({
        {"error_without_text", "without saying why"},
        {"ok_with_error", "reported success and an error"},
        {"error_with_result", "reported failure and a result"},
        {"result_twice", "delivered a result twice"},
        {"status_differs", "returned timeout but its error says auth"},
        {"unknown_status", "4711, which does not exist"},
        {"invalid_utf8", "result that is not UTF-8"},
        {"huge_result", "2097152 bytes"},
        {"null_error", "error that is NULL"},
        {"result_off_schema", "no test-result: /summary: is required"},
        {"throws", "thrown on purpose"},
    }));
    CAPTURE(wanted.name);
    Connected connected(wanted.name);
    REQUIRE(connected.instance->create(Connected::in(milliseconds(5000))).ok());
    const CallOutcome outcome = connected.instance->test(Connected::in(milliseconds(5000)));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INTERNAL);
    CHECK(outcome.result.empty());
    CHECK_THAT(outcome.error->message, Catch::Contains("defect in the plugin com.example.fault."));
    CHECK_THAT(outcome.error->message, Catch::Contains(wanted.message));
    CHECK(!outcome.lost);
    CHECK(connected.instance->createTicket("ref-1", "{}", Connected::in(milliseconds(5000))).ok());
}

TEST_CASE("create that gives no instance is the plugin's defect")
{
    Connected connected("create_gives_null");
    const CallOutcome outcome = connected.instance->create(Connected::in(milliseconds(5000)));
    REQUIRE(outcome.error);
    CHECK_THAT(outcome.error->message, Catch::Contains("success without an instance"));
}

TEST_CASE("a call that hangs makes the instance lost and nothing else")
{
    Connected connected("hang_ignores_cancel", milliseconds(50));
    REQUIRE(connected.instance->create(Connected::in(milliseconds(5000))).ok());
    const CallOutcome outcome = connected.instance->test(Connected::in(milliseconds(50)));
    CHECK(outcome.lost);
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(connected.instance->lost());
    CHECK(connected.instance->createTicket("ref-1", "{}", Connected::in(milliseconds(5000))).lost);
}

TEST_CASE("cancel reaches the call under way")
{
    Connected connected("waits_for_cancel");
    REQUIRE(connected.instance->create(Connected::in(milliseconds(5000))).ok());
    std::atomic<bool> done{false};
    std::thread canceller([&] {
        while (!done) // until the call has begun, cancel has nothing to reach
        {
            connected.instance->cancel();
            std::this_thread::yield();
        }
    });
    const CallOutcome outcome = connected.instance->test(Connected::in(milliseconds(60000)));
    done = true;
    canceller.join();
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CANCELLED);
    CHECK(outcome.error->message == "stopped as asked");
}

TEST_CASE("a result delivered after its call has ended reaches no other call")
{
    Connected connected("result_after_return");
    REQUIRE(connected.instance->create(Connected::in(milliseconds(5000))).ok());
    CHECK(connected.instance->test(Connected::in(milliseconds(5000))).ok());
    const CallOutcome second = connected.instance->test(Connected::in(milliseconds(5000)));
    REQUIRE(second.ok());
    CHECK_THAT(second.result, Catch::Contains("Connected"));
    REQUIRE(connected.log.size() == 1);
    CHECK_THAT(connected.log[0], Catch::Contains("after its call had ended"));
}

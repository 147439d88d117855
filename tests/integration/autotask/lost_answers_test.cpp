// Creates whose answer is lost: the outcome is unknown exactly if something may have been committed, nothing is sent
// again, and the look-up by reference finds what there is.
#include "fixture.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace psa::host;
using namespace psa::test;
using std::chrono::milliseconds;

namespace {

struct Loss
{
    std::string fault;
    std::size_t committed; ///< Tickets that are there afterwards.
    MutationSeen seen = MutationSeen::noAnswer;
};

std::string cut(const std::string &kind, int bytes)
{
    return R"({"kind": ")" + kind + R"(", "bytes": )" + std::to_string(bytes) + "}";
}

void check(const Loss &loss, milliseconds time)
{
    CAPTURE(loss.fault);
    Setup setup;
    setup.warmUp();
    setup.faultCreate(loss.fault, 1);
    CallOptions options;
    options.time = time;
    const CallOutcome outcome = setup.create("psa-host-1", ticket(), options);
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK_THAT(outcome.error->message, Catch::StartsWith("It is not known whether Autotask created the ticket: "));
    CHECK(outcome.error->hint ==
          "Nothing to do now: the ticket is looked up by its reference before anything is sent again.");
    CHECK(outcome.mutation == loss.seen);
    CHECK(outcome.defects.empty());
    CHECK(!outcome.lost);
    CHECK(setup.createsOf("psa-host-1") == 1);
    CHECK(setup.ticketsWith("psa-host-1") == loss.committed);
    const CallOutcome found = setup.find("psa-host-1");
    INFO(describe(found));
    CHECK(foundTickets(found) == loss.committed);
    CHECK(setup.create("psa-host-2", ticket()).ok()); // The connection works on.
}

} // namespace

TEST_CASE("a create that was done and whose answer is lost is unknown, and is found")
{
    check({R"({"kind": "commit-then-drop"})", 1}, milliseconds(30000));
    check({R"({"kind": "commit-then-reset"})", 1}, milliseconds(30000));
    for (const int bytes : {0, 1, 9, 12, 15, 17, 40, 100, 100000})
        check({cut("commit-then-cut", bytes), 1}, milliseconds(30000));
    for (const int bytes : {0, 1, 10, 100000})
        check({cut("truncated-body", bytes), 1}, milliseconds(30000));
}

TEST_CASE("a create that was done and whose answer is useless is unknown, and is found")
{
    check({R"({"kind": "garbage-body"})", 1, MutationSeen::answered}, milliseconds(30000));
    check({R"({"kind": "empty-500", "when": "after"})", 1, MutationSeen::answered}, milliseconds(30000));
    check({R"({"kind": "status", "status": 503, "body": "<html></html>", "when": "after"})", 1, MutationSeen::answered},
          milliseconds(30000));
    check(
        {R"({"kind": "status", "status": 302, "headers": {"Location": "https://ww5.autotask.net/"}, "when": "after"})",
         1, MutationSeen::answered},
        milliseconds(30000));
}

TEST_CASE("a create that left and was not done is unknown, and is not found")
{
    check({R"({"kind": "drop-before"})", 0}, milliseconds(30000));
    check({R"({"kind": "reset-before"})", 0}, milliseconds(30000));
}

TEST_CASE("a create that takes longer than its deadline is unknown, done or not")
{
    check({R"({"kind": "delay", "ms": 20000, "when": "after"})", 1}, milliseconds(700));
    check({R"({"kind": "hang", "when": "after"})", 1}, milliseconds(700));
    check({R"({"kind": "delay", "ms": 20000})", 0}, milliseconds(700));
    check({R"({"kind": "hang"})", 0}, milliseconds(700));
}

TEST_CASE("a ticket that searches do not find yet is found later, never created again meanwhile")
{
    Setup setup;
    setup.warmUp();
    setup.faultCreate(R"({"kind": "commit-then-drop", "hideMs": 60000})", 1);
    CHECK(setup.create("psa-host-1", ticket()).error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(setup.ticketsWith("psa-host-1") == 1);
    CHECK(foundTickets(setup.find("psa-host-1")) == 0);
    setup.sandbox().advance(std::chrono::seconds(59));
    CHECK(foundTickets(setup.find("psa-host-1")) == 0);
    setup.sandbox().advance(std::chrono::seconds(2));
    const CallOutcome found = setup.find("psa-host-1");
    REQUIRE(foundTickets(found) == 1);
    const auto told = json(found.result)->getArray("tickets")->getObject(0);
    const auto truth = setup.sandbox().truth().tickets.back();
    CHECK(told->getValue<std::string>("id") == std::to_string(truth.id));
    CHECK(told->getValue<std::string>("number") == truth.number);
    CHECK(told->getValue<std::string>("status") == "New");
    CHECK(setup.createsOf("psa-host-1") == 1);
}

TEST_CASE("a reference that was sent twice all the same finds both tickets")
{
    Setup setup;
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    CHECK(foundTickets(setup.find("psa-host-1")) == 2);
}

TEST_CASE("a create that is cancelled under way is unknown at once")
{
    const std::string when = GENERATE("before", "after");
    Setup setup;
    setup.warmUp();
    setup.faultCreate(R"({"kind": "hang", "when": ")" + when + R"("})", 1);
    CallOutcome outcome;
    std::thread caller([&] { outcome = setup.create("psa-host-1", ticket()); });
    const std::size_t committed = when == "after" ? 1 : 0;
    while (setup.createsOf("psa-host-1") == 0 || setup.ticketsWith("psa-host-1") < committed)
        std::this_thread::yield();
    setup.connection().cancelAll();
    caller.join();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(outcome.mutation == MutationSeen::noAnswer);
    CHECK(!outcome.lost);
    CHECK(foundTickets(setup.find("psa-host-1")) == committed);
}

TEST_CASE("a ticket that is cancelled while the plugin still reads was never sent")
{
    Setup setup;
    setup.faultAt("entityInformation/fields", R"({"kind": "hang"})");
    CallOutcome outcome;
    std::thread caller([&] { outcome = setup.create("psa-host-1", ticket()); });
    while (setup.sandbox().requests("GET V1.0/{entity}/entityInformation/fields") == 0)
        std::this_thread::yield();
    setup.connection().cancelAll();
    caller.join();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CANCELLED);
    CHECK(outcome.mutation == MutationSeen::none);
    CHECK(setup.creates() == 0);
}

TEST_CASE("a look-up that gets no usable answer never says that there is no ticket")
{
    const std::string fault = GENERATE(
        R"({"kind": "garbage-body"})", R"({"kind": "empty-500"})", R"({"kind": "drop-before"})",
        R"({"kind": "status", "status": 200, "body": "{}"})",
        R"({"kind": "status", "status": 200, "body": "{\"items\":[{}]}"})",
        R"({"kind": "status", "status": 200, "body": ""})",
        R"({"kind": "status", "status": 404, "body": "<html></html>"})", R"({"kind": "truncated-body", "bytes": 15})");
    Setup setup;
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    setup.faultAt("Tickets/query", fault);
    const CallOutcome outcome = setup.find("psa-host-1");
    INFO(fault << "\n" << describe(outcome));
    CHECK(!outcome.ok());
}

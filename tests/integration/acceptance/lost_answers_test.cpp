// Creates whose answer is lost, for every PSA: the outcome is unknown exactly if something may have been committed,
// nothing is sent again, and the lookup by reference finds what exists.
#include "psas.h"

#include <catch2/catch.hpp>

#include <thread>

using namespace psa::connection;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::test;
using std::chrono::milliseconds;

namespace {

struct Loss
{
    std::string fault;
    std::size_t committed; ///< Tickets that exist afterwards.
    MutationSeen seen = MutationSeen::noAnswer;
    milliseconds time{30000};
};

std::string cut(const std::string &kind, int bytes)
{
    return R"({"kind": ")" + kind + R"(", "bytes": )" + std::to_string(bytes) + "}";
}

void check(Psa &psa, const Loss &loss)
{
    CAPTURE(loss.fault);
    psa.warmUp();
    psa.faultCreate(loss.fault, 1);
    CallOptions options;
    options.time = loss.time;
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket(), options);
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK_THAT(outcome.error->message,
               Catch::StartsWith("It is not known whether " + psa.facts().name + " created the ticket: "));
    CHECK(outcome.error->hint ==
          "Nothing to do now: the ticket is looked up by its reference before anything is sent again.");
    CHECK(outcome.mutation == loss.seen);
    CHECK(outcome.defects.empty());
    CHECK(outcome.ended == Ended::returned);
    CHECK(psa.createsOf("psa-host-1") == 1);
    CHECK(psa.ticketsWith("psa-host-1") == loss.committed);
    const CallOutcome found = psa.find("psa-host-1");
    INFO(describe(found));
    CHECK(foundTickets(found) == loss.committed);
    CHECK(psa.create("psa-host-2", psa.ticket()).ok()); // The connection still works.
}

} // namespace

FOR_EACH_PSA("a create that was done and whose response is lost is unknown, and is found")
{
    std::vector<std::string> faults{R"({"kind": "commit-then-drop"})", R"({"kind": "commit-then-reset"})"};
    for (const int bytes : {0, 1, 9, 12, 15, 17, 40, 100, 100000})
        faults.push_back(cut("commit-then-cut", bytes));
    for (const int bytes : {0, 1, 10, 100000})
        faults.push_back(cut("truncated-body", bytes));
    for (const std::string &fault : faults)
    {
        PSA_OF();
        check(psa, {fault, 1});
    }
}

FOR_EACH_PSA("a create that was done and whose response is useless is unknown, and is found")
{
    const auto fault =
        GENERATE(values<std::string>({R"({"kind": "garbage-body"})", R"({"kind": "empty-500", "when": "after"})",
                                      R"({"kind": "status", "status": 503, "body": "<html></html>", "when": "after"})",
                                      R"({"kind": "status", "status": 302, "when": "after",
                                 "headers": {"Location": "https://elsewhere.example/"}})"}));
    PSA_OF();
    check(psa, {fault, 1, MutationSeen::answered});
}

FOR_EACH_PSA("a create that was sent but not done is unknown, and is not found")
{
    const auto fault = GENERATE(values<std::string>({R"({"kind": "drop-before"})", R"({"kind": "reset-before"})"}));
    PSA_OF();
    check(psa, {fault, 0});
}

FOR_EACH_PSA("a create that takes longer than its deadline is unknown, done or not")
{
    const auto loss = GENERATE(values<Loss>({
        {R"({"kind": "delay", "ms": 60000, "when": "after"})", 1},
        {R"({"kind": "hang", "when": "after"})", 1},
        {R"({"kind": "slow-headers", "ms": 60000})", 1},
        {R"({"kind": "delay", "ms": 60000})", 0},
        {R"({"kind": "hang"})", 0},
    }));
#ifdef __SANITIZE_THREAD__
    const milliseconds deadline(5000); // everything before the request takes this much longer
#else
    const milliseconds deadline(700);
#endif
    PSA_OF();
    const auto start = std::chrono::steady_clock::now();
    check(psa, {loss.fault, loss.committed, MutationSeen::noAnswer, deadline});
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(45));
}

FOR_EACH_PSA("a search whose response drips beyond the deadline ends at the deadline, and nothing is lost")
{
    PSA_OF();
    psa.warmUp();
    psa.faultMatching(psa.facts().search.match, R"({"kind": "slow-headers", "ms": 20000})");
    CallOptions options;
    options.time = milliseconds(700);
    const CallOutcome outcome = psa.find("psa-host-1", options);
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_TIMEOUT);
    CHECK(outcome.error->message == "No response from " + psa.facts().host + ".");
    CHECK(outcome.ended == Ended::returned);
}

FOR_EACH_PSA("a ticket that searches do not find yet is found later, never created again meanwhile")
{
    PSA_OF();
    psa.warmUp();
    psa.faultCreate(R"({"kind": "commit-then-drop", "hideMs": 60000})", 1);
    CHECK(psa.create("psa-host-1", psa.ticket()).error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(psa.ticketsWith("psa-host-1") == 1);
    CHECK(foundTickets(psa.find("psa-host-1")) == 0);
    psa.simulator().advance(std::chrono::seconds(59));
    CHECK(foundTickets(psa.find("psa-host-1")) == 0);
    psa.simulator().advance(std::chrono::seconds(2));
    const CallOutcome found = psa.find("psa-host-1");
    REQUIRE(foundTickets(found) == 1);
    const auto told = json(found.result)->getArray("tickets")->getObject(0);
    CHECK(told->getValue<std::string>("id") == psa.lastTicket());
    const CallOutcome read = psa.read(psa.lastTicket());
    REQUIRE(read.ok());
    for (const char *name : {"number", "status"})
        CHECK(told->getValue<std::string>(name) == json(read.result)->getObject("ticket")->getValue<std::string>(name));
    CHECK(psa.createsOf("psa-host-1") == 1);
}

FOR_EACH_PSA("a reference that was sent twice finds both tickets")
{
    PSA_OF();
    REQUIRE(psa.create("psa-host-1", psa.ticket()).ok());
    REQUIRE(psa.create("psa-host-1", psa.ticket()).ok());
    REQUIRE(psa.create("psa-host-10", psa.ticket()).ok());
    CHECK(foundTickets(psa.find("psa-host-1")) == 2);
    CHECK(foundTickets(psa.find("psa-host")) == 0);
}

FOR_EACH_PSA("a create that is cancelled while in progress is unknown at once")
{
    const std::string when = GENERATE("before", "after");
    PSA_OF();
    psa.warmUp();
    psa.faultCreate(R"({"kind": "hang", "when": ")" + when + R"("})", 1);
    CallOutcome outcome;
    std::thread caller([&] { outcome = psa.create("psa-host-1", psa.ticket()); });
    const std::size_t committed = when == "after" ? 1 : 0;
    while (psa.createsOf("psa-host-1") == 0 || psa.ticketsWith("psa-host-1") < committed)
        std::this_thread::yield();
    psa.connection().cancelAll();
    caller.join();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(outcome.mutation == MutationSeen::noAnswer);
    CHECK(outcome.ended == Ended::returned);
    CHECK(foundTickets(psa.find("psa-host-1")) == committed);
}

FOR_EACH_PSA("a ticket that is cancelled while the plugin still reads was never sent")
{
    PSA_OF();
    const Route read = psa.facts().firstRead;
    psa.faultMatching(read.match, R"({"kind": "hang"})");
    CallOutcome outcome;
    std::thread caller([&] { outcome = psa.create("psa-host-1", psa.ticket()); });
    while (psa.simulator().requests(read.counted) == 0)
        std::this_thread::yield();
    psa.connection().cancelAll();
    caller.join();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CANCELLED);
    CHECK(outcome.mutation == MutationSeen::none);
    CHECK(psa.creates() == 0);
}

FOR_EACH_PSA("a lookup without a usable response never reports that there is no ticket")
{
    std::vector<std::string> faults{
        R"({"kind": "garbage-body"})", R"({"kind": "empty-500"})", R"({"kind": "drop-before"})",
        R"({"kind": "status", "status": 404, "body": "<html></html>"})", R"({"kind": "truncated-body", "bytes": 15})"};
    for (const std::string &body : TestType::describePsa().uselessSearches)
    {
        psa::sandbox::Object::Ptr fault = json(R"({"kind": "status", "status": 200})");
        fault->set("body", body);
        faults.push_back(psa::sandbox::toText(fault));
    }
    for (const std::string &fault : faults)
    {
        PSA_OF();
        REQUIRE(psa.create("psa-host-1", psa.ticket()).ok());
        psa.faultMatching(psa.facts().search.match, fault);
        const CallOutcome outcome = psa.find("psa-host-1");
        INFO(fault << "\n" << describe(outcome));
        CHECK(!outcome.ok());
    }
}

#include "tests/sandbox/client.h"

#include "sandbox/common/fault.h"

#include <Poco/Net/NetException.h>
#include <catch2/catch.hpp>

#include <future>

using namespace psa::sandbox;
using namespace std::chrono_literals;

namespace {

std::string rule(const std::string &fault)
{
    return R"({"match": {"method": "POST", "entity": "Tickets", "nth": 1}, "fault": )" + fault + "}";
}

/// A create with externalID r-1 that gets `fault`.
struct Faulty : Running
{
    explicit Faulty(const std::string &fault) { sandbox.addFault(rule(fault)); }
    Reply create() const { return client.create(R"({"externalID": "r-1"})"); }
    std::size_t created() const { return sandbox.truth().ticketsWith("r-1"); }
};

} // namespace

TEST_CASE("A connection that ends in the middle leaves the client without an answer, whatever was done")
{
    struct Case
    {
        const char *fault;
        std::size_t created;
    };
    const auto it = GENERATE(values<Case>({
        {R"({"kind": "commit-then-drop"})", 1},
        {R"({"kind": "commit-then-reset"})", 1},
        {R"({"kind": "commit-then-cut", "bytes": 12})", 1},
        {R"({"kind": "commit-then-cut", "bytes": 0})", 1},
        {R"({"kind": "truncated-body", "bytes": 5})", 1},
        {R"({"kind": "drop-before"})", 0},
        {R"({"kind": "reset-before"})", 0},
    }));
    for (const bool http : {false, true})
    {
        INFO(it.fault << (http ? " http" : " https"));
        psa::sandbox::autotask::AutotaskOptions options;
        options.http = http;
        Running run(options);
        run.sandbox.addFault(rule(it.fault));
        CHECK_THROWS_AS(run.client.create(R"({"externalID": "r-1"})"), Poco::Exception);
        const auto truth = run.sandbox.truth();
        CHECK(truth.ticketsWith("r-1") == it.created);
        CHECK(truth.references.at("r-1").received == 1);
        CHECK(truth.references.at("r-1").committed == it.created);
        CHECK(run.sandbox.lastRequests(1).at(0).status == 0);
        CHECK(run.client.create(R"({"externalID": "r-1"})").status == 200); // The rule was only for the first.
    }
}

TEST_CASE("A reset is a reset on the wire, and a drop is not")
{
    const auto thrown = [](const std::string &fault) -> std::string {
        psa::sandbox::autotask::AutotaskOptions options;
        options.http = true; // With TLS, libraries report both alike.
        Running run(options);
        run.sandbox.addFault(rule(fault));
        try
        {
            run.client.create();
        }
        catch (const Poco::Exception &error)
        {
            return error.name();
        }
        return "nothing";
    };
    CHECK(thrown(R"({"kind": "reset-before"})") == Poco::Net::ConnectionResetException("").name());
    CHECK(thrown(R"({"kind": "drop-before"})") == Poco::Net::NoMessageException("").name());
}

TEST_CASE("A delay comes before or after the work and the answer is good")
{
    for (const std::string when : {"before", "after"})
    {
        const Faulty run(R"({"kind": "delay", "ms": 40, "when": ")" + when + "\"}");
        const auto begin = std::chrono::steady_clock::now();
        CHECK(run.create().status == 200);
        CHECK(std::chrono::steady_clock::now() - begin >= 40ms);
    }
}

TEST_CASE("A call that hangs after the work leaves its ticket behind and ends with its client or the sandbox")
{
    std::future<bool> answered;
    Faulty run(R"({"kind": "hang", "when": "after"})");
    answered = std::async(std::launch::async, [client = run.client] {
        try
        {
            client.create(R"({"externalID": "r-1"})");
            return true;
        }
        catch (const Poco::Exception &)
        {
            return false;
        }
    });
    while (run.created() == 0)
        std::this_thread::yield();
    CHECK(answered.wait_for(0s) == std::future_status::timeout);
}

TEST_CASE("A status with body and headers stands in for the service, which does nothing")
{
    const Faulty run(R"({"kind": "status", "status": 429, "body": "{}", "headers": {"Retry-After": "30"}})");
    const Reply reply = run.create();
    CHECK(reply.status == 429);
    CHECK(reply.headers.at("retry-after") == "30");
    CHECK(run.created() == 0);
}

TEST_CASE("An HTML 503 can come after the work was done")
{
    const Faulty run(R"({"kind": "status", "status": 503, "body": "<html>down</html>", "when": "after"})");
    const Reply reply = run.create();
    CHECK(reply.status == 503);
    CHECK(reply.contentType == "text/html");
    CHECK(run.created() == 1);
}

TEST_CASE("An empty 500 and one with errors do nothing, unless told to come after")
{
    const Faulty empty(R"({"kind": "empty-500"})");
    CHECK(empty.create().body.empty());
    CHECK(empty.created() == 0);
    const Faulty errors(R"({"kind": "errors-500", "errors": ["one", "two"], "when": "after"})");
    CHECK(errors.create().body == R"({"errors":["one","two"]})");
    CHECK(errors.created() == 1);
}

TEST_CASE("Broken JSON and a wrong content type come with status 200 after the work")
{
    const Faulty garbage(R"({"kind": "garbage-body"})");
    const Reply broken = garbage.create();
    CHECK(broken.status == 200);
    CHECK_THROWS_AS(broken.json(), BadJson);
    CHECK(garbage.created() == 1);
    const Faulty html(R"({"kind": "wrong-content-type"})");
    CHECK(html.create().contentType == "text/html");
    CHECK(html.created() == 1);
}

TEST_CASE("Slow headers drip and the answer is good")
{
    const Faulty run(R"({"kind": "slow-headers", "ms": 50})");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(run.create().status == 200);
    CHECK(std::chrono::steady_clock::now() - begin >= 40ms);
}

TEST_CASE("A ticket that is visible late is not found by queries before its time")
{
    Faulty run(R"({"kind": "late-visible", "ms": 600000})");
    const Reply reply = run.create();
    const std::string filter = R"({"op":"eq","field":"externalID","value":"r-1"})";
    CHECK(run.client.count(filter) == 0);
    CHECK(run.client.get(base + "Tickets/" + std::to_string(reply.itemId())).item());
    run.sandbox.advance(10min);
    CHECK(run.client.count(filter) == 1);
}

TEST_CASE("A rule fires at its match, as often as it says, for the method and route it names")
{
    Running run;
    run.sandbox.addFault(
        R"({"match": {"method": "GET", "route": "version$", "nth": 2, "count": 2}, "fault": {"kind": "empty-500"}})");
    std::vector<int> statuses;
    for (int i = 0; i < 5; ++i)
        statuses.push_back(run.client.get(base + "Version").status);
    CHECK(statuses == std::vector<int>{200, 500, 500, 200, 200});
    CHECK(run.client.create().status == 200);
}

TEST_CASE("A rule with a probability does the same for the same seed")
{
    const auto outcomes = [](int seed) {
        Running run;
        run.sandbox.addFault(R"({"match": {"probability": 0.5, "seed": )" + std::to_string(seed) +
                             R"(}, "fault": {"kind": "empty-500"}})");
        std::string text;
        for (int i = 0; i < 24; ++i)
            text += run.client.get(base + "Version").status == 200 ? '.' : 'x';
        return text;
    };
    const std::string first = outcomes(7);
    CHECK(first == outcomes(7));
    CHECK(first != outcomes(8));
    CHECK(first.find('.') != std::string::npos);
    CHECK(first.find('x') != std::string::npos);
}

TEST_CASE("A rule that is not understood is refused with what is known")
{
    Running run;
    for (const std::string bad :
         {R"({"fault": {"kind": "nonsense"}})", R"({"match": {}})", R"({"fault": {"kind": "hang", "when": "later"}})",
          R"({"match": {"typo": 1}, "fault": {"kind": "hang"}})", R"({"fault": {"kind": "delay", "ms": -1}})",
          R"({"match": {"route": "("}, "fault": {"kind": "hang"}})"})
        CHECK_THROWS_AS(run.sandbox.addFault(bad), std::invalid_argument);
}

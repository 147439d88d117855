#include "tests/sandbox/connectwise_client.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <catch2/catch.hpp>

#include <future>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A create with externalXRef r-1 that gets `fault`.
struct CwFaulty : CwRunning
{
    explicit CwFaulty(const std::string &fault)
    {
        sandbox.addFault(R"({"match": {"method": "POST", "entity": "Tickets", "nth": 1}, "fault": )" + fault + "}");
    }
    CwReply create() const { return client.create(R"({"externalXRef": "r-1"})"); }
    std::size_t created() const { return sandbox.truth().ticketsWith("r-1"); }
    std::string found() const
    {
        return client.get("service/tickets/count?conditions=" + encoded("externalXRef=\"r-1\"")).at("count");
    }
};

} // namespace

TEST_CASE("ConnectWise: the truth tells every ticket, every reference and every count")
{
    const CwRunning run(withControl<connectwise::ConnectWiseOptions>());
    const std::int64_t id = run.client.create(R"({"externalXRef": "r-1", "summary": "t"})").id();
    run.client.create(R"({"externalXRef": "r-1", "company": {"id": 99}})");
    const Object::Ptr truth = control(run.sandbox, "GET", "/truth").json();
    REQUIRE(truth->getArray("tickets")->size() == 1);
    const Object::Ptr ticket = truth->getArray("tickets")->getObject(0);
    CHECK(ticket->getValue<std::int64_t>("id") == id);
    CHECK(ticket->getValue<std::string>("externalXRef") == "r-1");
    CHECK(ticket->getValue<std::string>("company") == "AcmeDental");
    CHECK(ticket->getValue<std::string>("board") == "Help Desk");
    CHECK(ticket->getValue<std::string>("summary") == "t");
    CHECK(ticket->getValue<int>("request") == 1);
    CHECK(toText(truth->getObject("references")) == R"({"r-1":{"committed":1,"received":2}})");
    CHECK(truth->getObject("requests")->getObject("byRoute")->getValue<int>("POST service/tickets") == 2);
    CHECK(run.sandbox.requests("POST service/tickets") == 2);
    CHECK(truth->getValue<int>("failedLogins") == 0);
}

TEST_CASE("ConnectWise: requests are listed with fingerprints of key and clientId, and never either")
{
    const CwRunning run(withControl<connectwise::ConnectWiseOptions>());
    run.client.get("service/boards/1/statuses");
    const HttpReply reply = control(run.sandbox, "GET", "/requests?last=1");
    CHECK_THAT(reply.body, Contains("sandboxmsp+SandboxPublicKey") && Contains("\"entity\":\"Statuses\"") &&
                               Contains("service/boards/{parent}/statuses"));
    CHECK_THAT(reply.body, !Contains(run.sandbox.privateKey()) && !Contains(run.sandbox.clientId()));
    CHECK(run.sandbox.lastRequests(1).at(0).info.secretFingerprint.size() == 8);
}

TEST_CASE("ConnectWise: everything is reset")
{
    CwRunning run(withControl<connectwise::ConnectWiseOptions>());
    run.client.create();
    run.sandbox.changeTenant(
        R"({"codebase": "v2025_2", "secret": "x", "revoke": "Boards query", "site": "other.example"})");
    CHECK(control(run.sandbox, "POST", "/tenant", R"({"nonsense": 1})").status == 400);
    CHECK(control(run.sandbox, "POST", "/tenant", R"({"deactivate": {"entity": "Priorities", "id": 1}})").status ==
          400);
    CHECK(control(run.sandbox, "POST", "/reset").status == 200);
    CHECK(run.sandbox.requests() == 0);
    CHECK(run.sandbox.truth().tickets.empty());
    CHECK(run.sandbox.codebase() == "v2025_1");
    CHECK(run.client.get("service/boards").status == 200);
}

TEST_CASE("ConnectWise: a lost answer tells nothing of whether the ticket is there; the truth does")
{
    const CwFaulty after(R"({"kind": "commit-then-drop"})");
    CHECK_THROWS_AS(after.create(), Poco::Exception);
    CHECK(after.created() == 1);
    CHECK(after.found() == "1");
    const CwFaulty before(R"({"kind": "drop-before"})");
    CHECK_THROWS_AS(before.create(), Poco::Exception);
    CHECK(before.created() == 0);
    CHECK(before.sandbox.truth().references.at("r-1").received == 1);
    CHECK(before.create().status == 201); // The rule was only for the first.
}

TEST_CASE("ConnectWise: a ticket that is visible late is not found by lists before its time")
{
    CwFaulty run(R"({"kind": "late-visible", "ms": 600000})");
    const CwReply reply = run.create();
    CHECK(run.found() == "0");
    CHECK(run.client.get("service/tickets/" + std::to_string(reply.id())).status == 200);
    run.sandbox.advance(10min);
    CHECK(run.found() == "1");
}

TEST_CASE("ConnectWise: a failure of the service comes as its error document, other bodies as they are told")
{
    const CwFaulty failing(R"({"kind": "errors-500", "text": "Query read timeout", "when": "after"})");
    const CwReply reply = failing.create();
    CHECK(reply.status == 500);
    CHECK(reply.message() == "Query read timeout");
    CHECK(failing.created() == 1);
    const CwFaulty html(R"({"kind": "status", "status": 503, "body": "<html>down</html>"})");
    CHECK(html.create().contentType == "text/html");
    CHECK(html.created() == 0);
    const CwFaulty garbage(R"({"kind": "garbage-body"})");
    CHECK_THROWS_AS(garbage.create().json(), BadJson);
    CHECK(garbage.created() == 1);
}

TEST_CASE("ConnectWise: calls over the minute's limit are a 429, with Retry-After in one of three forms")
{
    CwRunning run;
    run.sandbox.setSwitch("limit.perMinute", "2");
    CHECK(run.client.get("system/info").status == 200);
    CHECK(run.client.create().status == 201);
    const CwReply seconds = run.client.create();
    CHECK(seconds.status == 429);
    CHECK(seconds.headers.at("retry-after") == "30");
    CHECK_THAT(seconds.body, Contains("Please try again in 30 seconds"));
    run.sandbox.setSwitch("limit.retryAfter", "date");
    run.sandbox.setSwitch("limit.wait", "3600");
    int zone = 0;
    const auto date = Poco::DateTimeParser::parse(Poco::DateTimeFormat::HTTP_FORMAT,
                                                  run.client.create().headers.at("retry-after"), zone);
    CHECK(date.timestamp() > Poco::Timestamp() + Poco::Timespan(3500, 0).totalMicroseconds());
    run.sandbox.setSwitch("limit.retryAfter", "none");
    CHECK_FALSE(run.client.create().headers.contains("retry-after"));
    CHECK(run.client.call("GET", "/login/companyinfo/sandboxmsp").status == 200); // Has no limits.
    run.sandbox.advance(61s);
    CHECK(run.client.create().status == 201);
    CHECK(run.sandbox.truth().tickets.size() == 2);
}

TEST_CASE("ConnectWise: requests at once over the limit are a 429")
{
    std::future<bool> answered; // Ends with the sandbox.
    CwRunning run;
    run.sandbox.setSwitch("limit.threads", "1");
    run.sandbox.addFault(R"({"match": {"route": "boards$"}, "fault": {"kind": "hang"}})");
    answered = std::async(std::launch::async, [client = run.client] {
        try
        {
            client.get("service/boards");
            return true;
        }
        catch (const Poco::Exception &)
        {
            return false;
        }
    });
    while (run.sandbox.truth().maxAtOnce == 0)
        std::this_thread::yield();
    CHECK(run.client.get("system/info").status == 429);
    CHECK(run.sandbox.truth().maxAtOnce == 1);
    run.sandbox.setSwitch("limit.threads", "0");
    CHECK(run.client.get("system/info").status == 200);
}

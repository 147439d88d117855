#include "tests/sandbox/halopsa_client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("HaloPSA: the truth tells every ticket, every reference and every count")
{
    const HaloRunning run(withControl<halopsa::HaloPsaOptions>());
    const std::int64_t id = run.client.create(R"({"third_party_id_string": "r-1", "summary": "t"})").id();
    run.client.create(R"({"third_party_id_string": "r-1", "client_id": 99})");
    const Object::Ptr truth = control(run.sandbox, "GET", "/truth").json();
    REQUIRE(truth->getArray("tickets")->size() == 1);
    const Object::Ptr ticket = truth->getArray("tickets")->getObject(0);
    CHECK(ticket->getValue<std::int64_t>("id") == id);
    CHECK(ticket->getValue<std::string>("thirdPartyId") == "r-1");
    CHECK(ticket->getValue<std::string>("client") == "Acme Dental");
    CHECK(ticket->getValue<std::string>("type") == "Incident");
    CHECK(ticket->getValue<std::string>("status") == "New");
    CHECK(ticket->getValue<std::string>("priority") == "Medium");
    CHECK(ticket->getValue<int>("request") == 2);
    CHECK(toText(truth->getObject("references")) == R"({"r-1":{"committed":1,"received":2}})");
    CHECK(truth->getObject("requests")->getObject("byRoute")->getValue<int>("POST api/Tickets (create)") == 2);
    CHECK(truth->getValue<int>("tokens") == 1);
}

TEST_CASE("HaloPSA: faults and counts tell a create, a change and a note apart")
{
    HaloTicket run;
    run.sandbox.addFault(
        R"({"match": {"method": "POST", "entity": "Tickets"}, "fault": {"kind": "status", "status": 503}})");
    CHECK(run.client.create().status == 503);
    CHECK(run.client.post("Tickets", "nonsense").status == 503);
    CHECK(run.change(R"("status_id": 2)").status == 201);
    CHECK(run.note().status == 201);
    CHECK(run.found() == std::to_string(run.id));
    run.sandbox.clearFaults();
    run.sandbox.addFault(R"({"match": {"entity": "TicketChanges"}, "fault": {"kind": "commit-then-drop"}})");
    CHECK(run.client.create().status == 201);
    CHECK_THROWS_AS(run.change(R"("status_id": 9)"), Poco::Exception);
    CHECK(run.truth().status == "Closed");
    run.sandbox.addFault(R"({"match": {"method": "POST", "entity": "Actions"}, "fault": {"kind": "drop-before"}})");
    CHECK_THROWS_AS(run.note(), Poco::Exception);
    CHECK(run.actions().status == 200);
    CHECK(run.sandbox.requests("POST api/Tickets (create)") == 4);
    CHECK(run.sandbox.requests("POST api/Tickets (change)") == 2);
    CHECK(run.sandbox.requests("POST api/Actions (create)") == 2);
    run.sandbox.addFault(R"({"match": {"entity": "Token"}, "fault": {"kind": "status", "status": 404}})");
    CHECK(run.client.token().status == 404);
    CHECK(run.sandbox.requests("POST auth/token") == 2);
}

TEST_CASE("HaloPSA: requests are listed with fingerprints, and neither secret nor token")
{
    const HaloRunning run(withControl<halopsa::HaloPsaOptions>());
    run.client.get("Status?tickettype_id=1");
    const HttpReply reply = control(run.sandbox, "GET", "/requests?last=2");
    CHECK_THAT(reply.body, Contains(run.sandbox.clientId()) && Contains("\"entity\":\"Status\"") &&
                               Contains("api/Status?tickettype_id=1") && Contains("\"entity\":\"Token\""));
    CHECK_THAT(reply.body, !Contains(run.sandbox.clientSecret()) && !Contains("HaloSandboxToken"));
    CHECK(run.sandbox.lastRequests(1).at(0).info.secretFingerprint.size() == 8);
    CHECK_THAT(control(run.sandbox, "GET", "/truth").body, !Contains("HaloSandboxToken"));
}

TEST_CASE("HaloPSA: everything is reset")
{
    HaloRunning run(withControl<halopsa::HaloPsaOptions>());
    run.client.create();
    run.sandbox.changeTenant(R"({"secret": "x", "revoke": "Tickets query", "site": "other.example", "tenant": "other",
        "deactivate": {"entity": "Client", "id": 12}, "scopes": "read:assets"})");
    CHECK(control(run.sandbox, "POST", "/tenant", R"({"nonsense": 1})").status == 400);
    CHECK(control(run.sandbox, "POST", "/tenant", R"({"deactivate": {"entity": "SLA", "id": 1}})").status == 400);
    CHECK(control(run.sandbox, "POST", "/reset").status == 200);
    CHECK(run.sandbox.requests() == 0);
    CHECK(run.sandbox.truth().tickets.empty());
    CHECK(run.sandbox.tokens().empty());
    CHECK(run.sandbox.site() == "acme.halopsa.com");
    CHECK(run.client.get("Tickets").status == 401);
    run.client.logIn();
    CHECK(run.client.create().status == 201);
    CHECK(run.client.get("Tickets").at("record_count") == "1");
}

TEST_CASE("HaloPSA: a ticket that is visible late is not found by lists before its time")
{
    HaloRunning run;
    run.sandbox.addFault(
        R"({"match": {"entity": "Tickets", "method": "POST"}, "fault": {"kind": "late-visible", "ms": 600000}})");
    const HaloReply reply = run.client.create(R"({"third_party_id_string": "r-1"})");
    const std::string list = "Tickets?third_party_id_string=r-1";
    CHECK(run.client.get(list).at("record_count") == "0");
    CHECK(run.client.get("Tickets/" + reply.at("id")).status == 200);
    run.sandbox.advance(10min);
    CHECK(run.client.get(list).at("record_count") == "1");
}

TEST_CASE("HaloPSA: a failure of the service comes as its error document")
{
    HaloRunning run;
    run.sandbox.addFault(R"({"match": {"entity": "Tickets", "method": "POST"},
        "fault": {"kind": "errors-500", "text": "Object reference not set", "when": "after"}})");
    const HaloReply reply = run.client.create();
    CHECK(reply.status == 500);
    CHECK(reply.message() == "Object reference not set");
    CHECK(run.sandbox.truth().tickets.size() == 1);
    run.sandbox.setSwitch("errors.shape", "text");
    CHECK(run.client.create().body == "Object reference not set");
}

TEST_CASE("HaloPSA: requests over the limit of five minutes get 429, and Retry-After if the tenant sends it")
{
    HaloRunning run;
    run.sandbox.setSwitch("limit.requests", "3");
    for (int i = 0; i < 3; ++i)
        CHECK(run.client.get("Status").status == 200);
    CHECK(run.client.get("Status").status == 200); // not enforced
    run.sandbox.setSwitch("limit.enforced", "true");
    const HaloReply refused = run.client.get("Status");
    CHECK(refused.status == 429);
    CHECK_FALSE(refused.headers.contains("retry-after"));
    CHECK(run.client.token().status == 200); // The authorization server has no limit.
    run.sandbox.setSwitch("limit.retryAfter", "60");
    CHECK(run.client.get("Status").headers.at("retry-after") == "60");
    CHECK(run.sandbox.truth().callsInWindow == 6);
    run.sandbox.advance(301s);
    CHECK(run.client.get("Status").status == 200);
}

TEST_CASE("HaloPSA: a value that becomes inactive is refused from then on")
{
    HaloRunning run;
    CHECK(run.client.create().status == 201);
    run.sandbox.changeTenant(R"({"deactivate": {"entity": "Client", "id": 12}})");
    CHECK(run.client.create().status == 400);
    CHECK_THAT(run.client.get("Client").body, !Contains("Acme Dental"));
    run.sandbox.changeTenant(R"({"deactivate": {"entity": "Status", "id": 2}})");
    CHECK(run.client.create(R"({"client_id": 13, "status_id": 2})").status == 400);
    CHECK(run.client.create(R"({"client_id": 13})").status == 201);
}

TEST_CASE("HaloPSA: plain HTTP is served under any host, and leads back to it")
{
    halopsa::HaloPsaOptions options;
    options.http = true;
    HaloRunning run(options);
    run.client.standard["Host"] = "psa.test:80";
    CHECK(run.client.call("GET", "/api/authinfo").at("auth_url") == "http://psa.test:80/auth");
    CHECK(run.client.get("Status").status == 200);
}

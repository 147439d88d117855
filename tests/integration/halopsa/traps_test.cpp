// Known pitfalls for clients of HaloPSA: odd answers, filters that are ignored, tokens, forms of errors.
#include "fixture.h"

#include "tests/sandbox/halopsa_client.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::halopsa;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

void createOthers(const Setup &setup, int count)
{
    const psa::sandbox::test::HaloClient client(setup.sandbox());
    for (int i = 0; i < count; ++i)
        REQUIRE(client.create(R"({"third_party_id_string": "other-)" + std::to_string(i) + "\"}").status == 201);
}

} // namespace

TEST_CASE("a create is understood in every form in which HaloPSA answers it")
{
    const std::string status = GENERATE("201", "200");
    const std::string body = GENERATE("object", "array");
    Setup setup;
    setup.sandbox().setSwitch("ticket.createStatus", status);
    setup.sandbox().setSwitch("ticket.createBody", body);
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(ticketId(outcome) == std::to_string(setup.sandbox().truth().tickets.back().id));
}

TEST_CASE("a ticket is found by its own reference, whether open, closed or deleted, and whatever lists show")
{
    const auto [name, value] = GENERATE(table<std::string, std::string>({{"list.filter", "honoured"},
                                                                         {"list.filter", "ignored"},
                                                                         {"list.reference", "false"},
                                                                         {"list.pageSize", "3"}}));
    const std::string human = GENERATE("", "close", "delete");
    CAPTURE(name, value, human);
    Setup setup;
    createOthers(setup, 3);
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    const std::string id = std::to_string(setup.sandbox().truth().tickets.back().id);
    createOthers(setup, 3);
    if (!human.empty())
        setup.sandbox().act(R"({"ticketId": )" + id + R"(, "action": ")" + human + "\"}");
    setup.sandbox().setSwitch(name, value);
    const CallOutcome found = setup.find("psa-host-1");
    INFO(describe(found));
    REQUIRE(found.ok());
    REQUIRE(foundTickets(found) == 1);
    CHECK(json(found.result)->getArray("tickets")->getObject(0)->getValue<std::string>("id") == id);
    CHECK(foundTickets(setup.find("psa-host")) == 0);
}

TEST_CASE("a list that is not whole never means that there is no ticket")
{
    const std::string odd = GENERATE("null", "cut", "repeated");
    CAPTURE(odd);
    Setup setup;
    createOthers(setup, 60);
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    createOthers(setup, 60); // three pages
    setup.sandbox().setSwitch("list.filter", "ignored");
    setup.sandbox().setSwitch("list.odd", odd);
    const CallOutcome there = setup.find("psa-host-1");
    INFO(describe(there));
    CHECK((!there.ok() || foundTickets(there) == 1));
    // Rows that come twice are a whole list all the same, if each ticket is among them.
    const CallOutcome absent = setup.find("psa-host-2");
    INFO(describe(absent));
    CHECK(absent.ok() == (odd == "repeated"));
}

TEST_CASE(
    "a tenant with more tickets than are read for a lookup is an unclear answer, after a bounded number of requests")
{
    Setup setup;
    createOthers(setup, 70);
    setup.sandbox().setSwitch("list.filter", "ignored");
    setup.sandbox().setSwitch("list.pageSize", "5"); // fourteen pages
    const std::size_t before = setup.sandbox().requests();
    const CallOutcome outcome = setup.find("psa-host-1");
    INFO(describe(outcome));
    CHECK_FALSE(outcome.ok());
    CHECK(setup.sandbox().requests() - before <= 30);
}

TEST_CASE(
    "a rejected value is reported in HaloPSA's words and with its field, in whichever form and with whichever status")
{
    const std::string shape = GENERATE("exception", "result", "Message", "error", "oauth", "errors", "errorObjects",
                                       "message", "detail", "array", "string", "text");
    CAPTURE(shape);
    Setup setup;
    setup.sandbox().setSwitch("errors.shape", shape);
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"company": 999})"));
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK(outcome.error->field == "company");
    CHECK_THAT(outcome.error->message, Catch::StartsWith("HaloPSA does not accept the ticket: "));
    CHECK(outcome.error->message.find_first_of("{}[]") == std::string::npos);
}

TEST_CASE("a missing mandatory field is a rejection, also with a 500, and the ticket can be corrected")
{
    const std::string status = GENERATE("400", "500");
    CAPTURE(status);
    Setup setup;
    setup.sandbox().setSwitch("errors.status", status);
    const CallOutcome outcome = setup.create("psa-host-1", ticketWithFields(R"({"ticketType": "Service Request"})"));
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK((outcome.error->field == "category" || outcome.error->field == "description"));
    CHECK(setup.ticketsWith("psa-host-1") == 0);
    CHECK(setup
              .create("psa-host-1", ticket(R"({"description": "It is slow.", "category": "Hardware>Laptop",
                  "fields": {"ticketType": "Service Request"}})"))
              .ok());
}

TEST_CASE("a priority is that of the ticket type's SLA, and is left out with a warning where there is none")
{
    Setup setup;
    CHECK(setup.made(ticket(R"({"priority": "critical"})")).at("priority_id") == "1");
    const Values request = setup.made(ticket(R"({"priority": "Urgent", "description": "x", "category": "Software",
        "fields": {"ticketType": "Service Request"}})"),
                                      "psa-host-2");
    CHECK(request.at("sla_id") == "2");
    CHECK(request.at("priority_id") == "1");
    const CallOutcome outcome =
        setup.create("psa-host-3", ticket(R"({"priority": "High", "fields": {"ticketType": "Alert"}})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    REQUIRE(warnings(outcome).size() == 1);
    CHECK_THAT(warnings(outcome)[0], Contains("no SLA"));
}

TEST_CASE("a contact brings its site, and a company name that fits two clients is never guessed")
{
    Setup setup;
    const Values stored = setup.made(ticket(R"({"contact": "Grace Hopper"})"));
    CHECK(stored.at("user_id") == "483");
    CHECK(stored.at("site_id") == "41");
    const CallOutcome outcome = setup.create("psa-host-2", ticket(R"({"company": "Globex"})"));
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->field == "company");
    CHECK_THAT(outcome.error->message + outcome.error->hint, Contains("13") && Contains("15"));
    CHECK(setup.ticketsWith("psa-host-2") == 0);
}

TEST_CASE("a token that is valid for less time than promised is renewed, and each ticket exists once")
{
    Setup setup;
    setup.sandbox().setSwitch("token.validFor", "60");
    for (int i = 0; i < 4; ++i)
    {
        CHECK(setup.create("psa-host-" + std::to_string(i), ticket()).ok());
        CHECK(setup.ticketsWith("psa-host-" + std::to_string(i)) == 1);
        setup.sandbox().advance(2min);
    }
    CHECK(setup.signIns() >= 4);
    CHECK(setup.sandbox().truth().failedLogins == 0);
}

TEST_CASE("a right that was granted later works after a test of the connection, although tokens keep the old ones")
{
    Setup setup;
    setup.sandbox().setSwitch("token.bakedRights", "true");
    setup.sandbox().changeTenant(R"({"revoke": "Tickets create"})");
    CHECK(setup.create("psa-host-1", ticket()).error->status == PSA_PERMISSION);
    setup.sandbox().changeTenant(R"({"grant": "Tickets create"})");
    REQUIRE(setup.test().ok());
    CHECK(setup.create("psa-host-1", ticket()).ok());
    CHECK(setup.ticketsWith("psa-host-1") == 1);
}

TEST_CASE("an API that answers with a web page is a wrong Tenant URL, and no login is repeated for it")
{
    Setup setup;
    setup.warmUp();
    setup.faultAt("GET", "/api/Client$",
                  R"({"kind": "status", "status": 200, "body": "<!DOCTYPE html><html><body>Sign in</body></html>"})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_CONFIG);
    CHECK(outcome.error->field == "tenantUrl");
}

TEST_CASE("tickets from many threads share one token and stay within the limit of the tenant")
{
    Setup setup;
    setup.sandbox().setSwitch("limit.enforced", "true");
    std::atomic<int> created{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            for (int k = 0; k < 5; ++k)
                created += setup.create("psa-host-" + std::to_string(i * 5 + k), ticket()).ok() ? 1 : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK(created == 40);
    CHECK(setup.signIns() <= 2); // each of the two instances may have begun before there was a token
    CHECK(setup.sandbox().truth().callsInWindow <= 280); // 40 % of 700
}

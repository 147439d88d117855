// The connection test: what the operator sees below the Test button.
#include "fixture.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::autotask;

TEST_CASE("a valid connection shows where it is connected to, and what it found")
{
    Setup setup;
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(detail(outcome, "Zone") == "America West, https://webservices5.autotask.net/ATServicesRest/");
    CHECK(detail(outcome, "Autotask version") == "2026.3.0");
    CHECK(detail(outcome, "Right to create tickets") == "All");
    CHECK(detail(outcome, "Queues") == "6");
    CHECK(detail(outcome, "Ticket categories") == "4");
    CHECK_THAT(detail(outcome, "API requests in the last hour"), Catch::EndsWith(" of 10000"));
}

TEST_CASE("a manually entered Zone URL is used without a lookup")
{
    Setup setup(Values{{"zoneUrl", "https://webservices5.autotask.net/atservicesrest/v1.0"}});
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(json(outcome.result)->getValue<std::string>("summary") ==
          "Connected to Autotask (webservices5.autotask.net)");
    CHECK(setup.lookUps() == 0);
}

TEST_CASE("rights reported as numbers are understood like those reported as words")
{
    Setup setup;
    setup.sandbox().setSwitch("access.type", "number");
    CHECK(detail(setup.test(), "Right to create tickets") == "All");
    setup.sandbox().changeTenant(R"({"revoke": "Tickets create"})");
    const CallOutcome outcome = setup.test();
    REQUIRE(!outcome.ok());
    CHECK(outcome.error->status == PSA_PERMISSION);
    CHECK(outcome.error->message == "The API user may not create tickets in Autotask.");
    CHECK_THAT(outcome.error->hint, Catch::Contains("write on Tickets"));
}

TEST_CASE("missing rights other than create are warnings with their consequence")
{
    Setup setup;
    setup.sandbox().changeTenant(R"({"revoke": "Tickets query"})");
    for (const char *right : {"Companies query", "Tickets update", "TicketNotes create", "TicketNotes query",
                              "TicketHistory query", "TimeEntries query", "Resources query"})
        setup.sandbox().changeTenant(R"({"revoke": ")" + std::string(right) + "\"}");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    const std::vector<std::string> said = warnings(outcome);
    REQUIRE(said.size() == 8);
    std::size_t i = 0;
    for (const char *text :
         {"may not change tickets", "may not search tickets", "may not read companies", "may not add notes",
          "may not read the notes", "may not read the history", "may not read time entries", "may not read resources"})
        CHECK_THAT(said[i++], Catch::Contains(text));
}

TEST_CASE("a test after the tenant moved finds the new zone automatically")
{
    Setup setup;
    REQUIRE(setup.test().ok());
    setup.sandbox().changeTenant(R"({"zone": 6})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(json(outcome.result)->getValue<std::string>("summary") ==
          "Connected to Autotask (webservices6.autotask.net)");
    CHECK(setup.sandbox().truth().failedLogins == 0);
}

TEST_CASE("a database that has used half of its hourly requests is reported with the numbers")
{
    Setup setup;
    setup.sandbox().setSwitch("limit.hourly", "6");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    REQUIRE(warnings(outcome).size() == 1);
    CHECK_THAT(warnings(outcome)[0], Catch::Contains("More than half of the API requests"));
    CHECK_THAT(detail(outcome, "API requests in the last hour"), Catch::EndsWith(" of 6"));
}

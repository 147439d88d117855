// Known pitfalls for clients of ConnectWise.
#include "fixture.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::connectwise;

TEST_CASE("a company that moved to another codebase gets its ticket there with the next attempt, after one lookup")
{
    Setup setup;
    setup.warmUp();
    setup.sandbox().changeTenant(R"({"codebase": "v2025_2"})");
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_UNAVAILABLE);
    CHECK(outcome.refusedChanges == 0);
    CHECK_THAT(setup.log().back(), Catch::Contains("moved from https://api-na.myconnectwise.net/v2025_1/"));
    CHECK(foundTickets(setup.find("psa-host-1")) == 0);
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    CHECK(setup.ticketsWith("psa-host-1") == 1);
    CHECK(setup.lookUps() == 2);

    // From now on it is known.
    const std::size_t before = setup.sandbox().requests();
    REQUIRE(setup.create("psa-host-2", ticket()).ok());
    CHECK(setup.sandbox().requests() == before + 1);
    CHECK(setup.sandbox().truth().failedLogins == 0);
}

TEST_CASE("every verb follows a company that moved")
{
    Setup setup;
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    const std::string id = std::to_string(setup.sandbox().truth().tickets.back().id);
    setup.sandbox().changeTenant(R"({"codebase": "v2025_2"})");
    SECTION("find")
    {
        CHECK(foundTickets(setup.find("psa-host-1")) == 1);
    }
    SECTION("read")
    {
        CHECK(setup.read(id).ok());
    }
    SECTION("list")
    {
        ChoicesQuery query;
        query.list = "boards";
        CHECK(setup.list(query).ok());
    }
    SECTION("test")
    {
        CHECK(setup.test().ok());
    }
    CHECK(setup.lookUps() == 2);
}

TEST_CASE("a site whose stable path does not work is reached by the codebase that the lookup returns")
{
    Setup setup;
    setup.sandbox().setSwitch("codebase.alias", "false");
    CHECK(setup.test().ok());
    CHECK(setup.create("psa-host-1", ticket()).ok());
}

TEST_CASE("a reference that could change the search is not sent")
{
    const std::string reference = GENERATE("x\" or id>0 or externalXRef=\"", "psa-host-1\" or externalXRef!=\"",
                                           "\\\" or 1=1 or externalXRef=\"");
    Setup setup;
    setup.warmUp();
    const std::size_t before = setup.sandbox().requests();
    const CallOutcome found = setup.find(reference);
    INFO(describe(found));
    CHECK(!found.ok());
    const CallOutcome created = setup.create(reference, ticket());
    CHECK(!created.ok());
    CHECK(created.mutation == MutationSeen::none);
    CHECK(setup.sandbox().requests() == before);
}

TEST_CASE("a search finds exactly the reference, whatever characters it contains and however case is compared")
{
    Setup setup;
    REQUIRE(setup.create("psa-host-a", ticket()).ok());
    REQUIRE(setup.create("psa-host-A", ticket()).ok());
    REQUIRE(setup.create("100% & more='yes'", ticket()).ok());
    CHECK(foundTickets(setup.find("psa-host-a")) == 1);
    CHECK(foundTickets(setup.find("psa-host-A")) == 1);
    CHECK(foundTickets(setup.find("100% & more='yes'")) == 1);
    CHECK(foundTickets(setup.find("%")) == 0);
}

TEST_CASE("a status that becomes inactive is noticed at the next ticket")
{
    Setup setup;
    const std::string byName = ticket(R"({"status": "In Progress"})");
    REQUIRE(setup.create("psa-host-1", byName).ok());
    setup.sandbox().changeTenant(R"({"deactivate": {"entity": "Statuses", "id": 17}})");
    const CallOutcome late = setup.create("psa-host-2", byName);
    INFO(describe(late));
    REQUIRE(late.error);
    CHECK(late.error->field == "status");
    CHECK_THAT(late.error->hint,
               Catch::EndsWith("Valid values: New (not responded) (16), Waiting Customer (18), Closed "
                               "(19)."));
    const CallOutcome outcome = setup.create("psa-host-3", byName);
    REQUIRE(outcome.error);
    CHECK(outcome.error->message == "Status \"In Progress\" is inactive in ConnectWise.");
    CHECK(outcome.mutation == MutationSeen::none);
}

TEST_CASE("a status made a minute ago is found although the board's list is in the cache")
{
    Setup setup;
    setup.sandbox().changeTenant(R"({"deactivate": {"entity": "Statuses", "id": 18}})");
    REQUIRE(setup.create("psa-host-1", ticket(R"({"status": "In Progress"})")).ok());
    setup.sandbox().reset(); // It is active again.
    const CallOutcome outcome = setup.create("psa-host-2", ticket(R"({"status": "Waiting Customer"})"));
    INFO(describe(outcome));
    CHECK(outcome.ok());
}

TEST_CASE("tickets from many threads never exceed a limit of four concurrent requests")
{
    Setup setup;
    setup.sandbox().setSwitch("limit.threads", "4");
    std::atomic<int> created{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            for (int k = 0; k < 3; ++k)
                created += setup.create("psa-host-" + std::to_string(i * 3 + k), ticket()).ok() ? 1 : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK(created == 24);
    CHECK(setup.sandbox().truth().maxAtOnce <= 4);
}

// The entries of drop-downs.
#include "fixture.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::connectwise;

namespace {

using Items = std::vector<std::string>;

ChoicesQuery query(const std::string &list, const std::string &dependsOn = "{}")
{
    ChoicesQuery query;
    query.list = list;
    query.dependsOnJson = dependsOn;
    return query;
}

Items listed(Setup &setup, const ChoicesQuery &query)
{
    const CallOutcome outcome = setup.list(query);
    INFO(query.list << ": " << describe(outcome));
    REQUIRE(outcome.ok());
    return items(outcome);
}

std::string cursor(const CallOutcome &outcome)
{
    return json(outcome.result)->optValue<std::string>("nextCursor", "");
}

} // namespace

TEST_CASE("every list of the forms is listed as in ConnectWise")
{
    Setup setup;
    CHECK(listed(setup, query("boards")) == Items{"1 Help Desk", "2 Alerts", "3 Field Service", "4 Old Desk"});
    CHECK(listed(setup, query("priorities")).size() == 4);
    CHECK(listed(setup, query("sources")) == Items{"1 Call", "2 Email", "3 Monitoring"});
    CHECK(listed(setup, query("locations")) == Items{"1 On-Site", "2 Remote", "4 In-house"});
    const std::size_t before = setup.sandbox().requests();
    listed(setup, query("boards"));
    CHECK(setup.sandbox().requests() == before);
}

TEST_CASE("values that belong to a board are listed for the board, by its id or its name")
{
    Setup setup;
    for (const char *board : {R"({"queue": 2})", R"({"queue": "2"})", R"({"queue": "alerts"})"})
    {
        CHECK(listed(setup, query("statuses", board)) == Items{"26 New Alert", "27 Acknowledged", "28 Closed"});
        CHECK(listed(setup, query("types", board)) == Items{"111 Monitoring", "112 Backup"});
        CHECK(listed(setup, query("teams", board)) == Items{"27 Alert Team"});
    }
    CHECK(listed(setup, query("statuses")).empty());
    CHECK(listed(setup, query("statuses", R"({"queue": "Nowhere"})")).empty());
}

TEST_CASE("sub-types and items are those allowed with the type")
{
    Setup setup;
    CHECK(listed(setup, query("subTypes", R"({"queue": 1})")) == Items{"201 Hardware", "202 Patching"});
    CHECK(listed(setup, query("subTypes", R"({"queue": 1, "category": "Proactive"})")) == Items{"202 Patching"});
    CHECK(listed(setup, query("items", R"({"queue": 1, "category": 101, "subType": "Hardware"})")) ==
          Items{"301 Printer", "302 Laptop"});
    CHECK(listed(setup, query("items", R"({"queue": 1, "category": 102, "subType": 202})")).empty());
}

TEST_CASE("values that are inactive are marked, so that nobody chooses them")
{
    Setup setup;
    const CallOutcome outcome = setup.list(query("statuses", R"({"queue": 1})"));
    const auto all = json(outcome.result)->getArray("items");
    REQUIRE(all->size() == 5);
    for (unsigned i = 0; i < all->size(); ++i)
        CHECK(all->getObject(i)->optValue("active", true) ==
              (all->getObject(i)->getValue<std::string>("label") != "Escalated (old)"));
}

TEST_CASE("companies are searched and paged, each one once unless deleted, with its identifier")
{
    Setup setup;
    ChoicesQuery wanted = query("companies");
    wanted.query = "globex";
    CHECK(listed(setup, wanted) == Items{"20 Globex", "22 Globex", "21 Globex Europe"});
    wanted.query = "Söhne \"Bau\"";
    const CallOutcome quoted = setup.list(wanted);
    CHECK(items(quoted) == Items{"24 Müller & Söhne \"Bau\""});
    CHECK(json(quoted.result)->getArray("items")->getObject(0)->getValue<std::string>("code") == "MuellerSoehne");
    wanted.query = "";
    wanted.limit = 2;
    Items all;
    int pages = 0;
    do
    {
        const CallOutcome outcome = setup.list(wanted);
        INFO(describe(outcome));
        REQUIRE(outcome.ok());
        for (const std::string &item : items(outcome))
            all.push_back(item);
        wanted.cursor = cursor(outcome);
    } while (!wanted.cursor.empty() && ++pages < 10);
    CHECK(all == Items{"19 Acme Dental", "20 Globex", "22 Globex", "21 Globex Europe", "24 Müller & Söhne \"Bau\"",
                       "2 The MSP itself"});
}

TEST_CASE("contacts are the active ones of the company, searched by any part of the name")
{
    Setup setup;
    CHECK(listed(setup, query("contacts")).empty());
    for (const char *company : {R"({"company": 19})", R"({"company": "AcmeDental"})", R"({"company": "Acme Dental"})"})
        CHECK(listed(setup, query("contacts", company)) == Items{"480 Ada Byron"});
    CHECK(listed(setup, query("contacts", R"({"company": "Globex"})")).empty()); // Ambiguous.
    for (const char *text : {"byr", "ada", "Ada Byron", " byron  ada "})
    {
        ChoicesQuery wanted = query("contacts", R"({"company": 19})");
        wanted.query = text;
        CHECK(listed(setup, wanted) == Items{"480 Ada Byron"});
    }
}

// The entries of drop-downs, and tickets read back.
#include "fixture.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::autotask;

namespace {

using Items = std::vector<std::string>;

ChoicesQuery query(const std::string &list)
{
    ChoicesQuery query;
    query.list = list;
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

TEST_CASE("every pick-list of the forms is listed as in Autotask")
{
    Setup setup;
    CHECK(listed(setup, query("queues")) == Items{"5 Client Portal", "6 Post Sale", "8 Monitoring Alert",
                                                  "29683354 Service Desk", "29683355 Level 2",
                                                  "29683356 Closed queue"});
    CHECK(listed(setup, query("categories")) ==
          Items{"2 Datto RMM Alert", "3 Standard", "101 Incident", "102 Retired"});
    CHECK(listed(setup, query("priorities")) == Items{"4 Critical", "1 High", "2 Medium", "29683411 Low"});
    CHECK(listed(setup, query("statuses")).size() == 6);
    CHECK(listed(setup, query("sources")).front() == "-2 Insourced");
    CHECK(listed(setup, query("ticketTypes")).size() == 5);
    CHECK(listed(setup, query("issueTypes")) == Items{"10 Hardware", "11 Network"});
    CHECK(setup.sandbox().requests("GET V1.0/{entity}/entityInformation/fields") == 1);
}

TEST_CASE("values that are inactive are marked, so that nobody chooses them")
{
    Setup setup;
    const CallOutcome outcome = setup.list(query("queues"));
    const auto all = json(outcome.result)->getArray("items");
    for (unsigned i = 0; i < all->size(); ++i)
    {
        const bool closed = all->getObject(i)->getValue<std::string>("label") == "Closed queue";
        CHECK(all->getObject(i)->optValue("active", true) == !closed);
    }
}

TEST_CASE("sub-issue types are those of the issue type, by its id or its label")
{
    Setup setup;
    ChoicesQuery wanted = query("subIssueTypes");
    wanted.dependsOnJson = R"({"issueType": "10"})";
    CHECK(listed(setup, wanted) == Items{"134 Disk", "135 Printer"});
    wanted.dependsOnJson = R"({"issueType": "network"})";
    CHECK(listed(setup, wanted) == Items{"140 Wi-Fi"});
    wanted.dependsOnJson = R"({"issueType": "99"})";
    CHECK(listed(setup, wanted).empty());
}

TEST_CASE("companies are searched and paged, each active one once")
{
    Setup setup;
    ChoicesQuery wanted = query("companies");
    wanted.query = "globex";
    CHECK(listed(setup, wanted) == Items{"175 Globex", "29683501 Globex"});
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
    CHECK(all ==
          Items{"0 The MSP itself", "174 Acme Dental", "175 Globex", "29683501 Globex", "29683503 Müller & Söhne"});
}

TEST_CASE("pick-lists are paged and searched too")
{
    Setup setup;
    ChoicesQuery wanted = query("queues");
    wanted.limit = 4;
    const CallOutcome first = setup.list(wanted);
    CHECK(items(first).size() == 4);
    wanted.cursor = cursor(first);
    CHECK(listed(setup, wanted) == Items{"29683355 Level 2", "29683356 Closed queue"});
    wanted.cursor = "";
    wanted.query = "MONITOR";
    CHECK(listed(setup, wanted) == Items{"8 Monitoring Alert"});
}

TEST_CASE("contacts are the active ones of the company, and without a company there are none")
{
    Setup setup;
    ChoicesQuery wanted = query("contacts");
    CHECK(listed(setup, wanted).empty());
    for (const char *company : {R"({"company": 174})", R"({"company": "174"})", R"({"company": "Acme Dental"})"})
    {
        wanted.dependsOnJson = company;
        CHECK(listed(setup, wanted) == Items{"30001 Ada Byron <ada@acme.example>"});
    }
    wanted.dependsOnJson = R"({"company": "Globex"})"; // Ambiguous.
    CHECK(listed(setup, wanted).empty());
}

TEST_CASE("work types are the billing codes for work")
{
    Setup setup;
    CHECK(listed(setup, query("workTypes")) == Items{"29683311 Remote support", "29683312 On site"});
}

TEST_CASE("a contact is searched by any part of the name that the drop-down shows")
{
    const std::string text = GENERATE("byr", "ada", "acme.example", "Ada Byron", " byron  ada ");
    Setup setup;
    ChoicesQuery wanted = query("contacts");
    wanted.dependsOnJson = R"({"company": 174})";
    wanted.query = text;
    CHECK(listed(setup, wanted) == Items{"30001 Ada Byron <ada@acme.example>"});
}

TEST_CASE("a ticket is read back with number, status and address")
{
    Setup setup;
    const CallOutcome made = setup.create("psa-host-1", ticket(R"({"status": "In Progress"})"));
    REQUIRE(made.ok());
    const CallOutcome outcome = setup.read(ticketId(made));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    const auto told = json(outcome.result)->getObject("ticket");
    CHECK(told->getValue<std::string>("id") == ticketId(made));
    CHECK(told->getValue<std::string>("number") == setup.sandbox().truth().tickets.back().number);
    CHECK(told->getValue<std::string>("status") == "In Progress");
    CHECK(told->getValue<std::string>("url") == json(made.result)->getObject("ticket")->getValue<std::string>("url"));
}

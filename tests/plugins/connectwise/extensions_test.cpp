// find, choices and read.
#include "company.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise::test;
using psa::plugins::textOf;

namespace {

/// "id label" of every item, and the cursor after them.
std::string shown(const Outcome &outcome)
{
    REQUIRE(outcome.ok());
    const auto page = document("choices", outcome.result);
    const auto items = page->getArray("items");
    std::string text;
    for (unsigned i = 0; i < items->size(); ++i)
    {
        const auto item = items->getObject(i);
        text += textOf(*item, "id") + " " + textOf(*item, "label") + (item->has("active") ? " (inactive)" : "") +
                (item->has("code") ? " [" + textOf(*item, "code") + "]" : "") + "; ";
    }
    return text + textOf(*page, "nextCursor");
}

/// A company whose search for tickets is answered with `body`.
struct Finding
{
    FakeHost host;
    ConnectWiseUnderTest plugin{host};

    explicit Finding(const std::string &body)
    {
        host.on("GET", ticketsRoute, ok(body));
        scriptCompany(host);
        plugin.configured();
    }
};

} // namespace

TEST_CASE("tickets are found by exactly their reference")
{
    Finding company(R"([{"id":5,"externalXRef":"ref-1","status":{"id":11,"name":"New"}},)"
                    R"({"id":6,"externalXRef":"REF-1","status":{"id":11,"name":"New"}}])");
    const Outcome outcome = company.plugin.find("ref-1");
    REQUIRE(outcome.ok());
    const auto tickets = document("found-tickets", outcome.result)->getArray("tickets");
    REQUIRE(tickets->size() == 1);
    CHECK(textOf(*tickets->getObject(0), "id") == "5");
    CHECK(textOf(*tickets->getObject(0), "number") == "5");
    CHECK(textOf(*tickets->getObject(0), "status") == "New");
    const Sent &search = company.host.sent.back();
    CHECK(queryOf(search) == "conditions=externalXRef=\"ref-1\"&fields=id,externalXRef,status&pageSize=10");
    CHECK(!search.mutates);
    CHECK(company.host.sent.size() == 2);
}

TEST_CASE("two tickets with one reference are both returned, and finding none is a result")
{
    Finding two(R"([{"id":5,"externalXRef":"ref-1"},{"id":"6","externalXRef":"ref-1"}])");
    CHECK(document("found-tickets", two.plugin.find().result)->getArray("tickets")->size() == 2);
    Finding none("[]");
    CHECK(document("found-tickets", none.plugin.find().result)->getArray("tickets")->size() == 0);
}

TEST_CASE("an ambiguous response never counts as none")
{
    std::string fullPage;
    for (int i = 1; i <= 10; ++i)
        fullPage += (i == 1 ? "" : ",") + (R"({"externalXRef":"other","id":)" + std::to_string(i)) + "}";
    const auto body = GENERATE_COPY(values<std::string>(
        {"", "null", "{}", "{\"items\":[]}", "[", "<html></html>", R"([{"id":5}])", R"([{"id":5,"externalXRef":null}])",
         R"([{"externalXRef":"ref-1"}])", R"([null])", "[" + fullPage + "]"}));
    CAPTURE(body);
    Finding company(body);
    const Outcome outcome = company.plugin.find();
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK(!outcome.hint.empty());
}

TEST_CASE("a search result truncated anywhere never counts as none")
{
    const std::string whole = R"([{"id":5,"externalXRef":"ref-1"}])";
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        CAPTURE(size);
        Finding company(whole.substr(0, size));
        CHECK(company.plugin.find().status == PSA_UNAVAILABLE);
    }
}

TEST_CASE("a reference that could change the search is not sent")
{
    const auto reference =
        GENERATE(values<std::string>({"x\" or id>0 or externalXRef=\"", "\"", "a\\", "\\\" or 1=1", "a\nb", ""}));
    CAPTURE(reference);
    Finding company(R"([{"id":5,"externalXRef":"ref-1"}])");
    const Outcome outcome = company.plugin.find(reference);
    CHECK(outcome.status == PSA_INTERNAL);
    CHECK_THAT(outcome.message, Catch::Contains("cannot be searched for"));
    CHECK(company.host.sent.empty());
}

TEST_CASE("a reference with characters that are special only in URLs is searched unchanged")
{
    Finding company(R"([{"id":5,"externalXRef":"a&b=c#d%20 e+f'g"}])");
    CHECK(document("found-tickets", company.plugin.find("a&b=c#d%20 e+f'g").result)->getArray("tickets")->size() == 1);
    const std::string &url = company.host.sent.back().url;
    CHECK(url.find('#') == std::string::npos);
    CHECK_THAT(url, Catch::Contains("externalXRef%3D%22a%26b%3Dc%23d%2520%20e%2Bf%27g%22&fields="));
}

TEST_CASE("a search without permission says so")
{
    FakeHost host;
    host.on("GET", ticketsRoute,
            Answer{403, R"({"code":"Security","message":"You do not have security permission."})"});
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.find().status == PSA_PERMISSION);
}

TEST_CASE("lists are listed in ConnectWise's order, filtered, in pages")
{
    Company company;
    CHECK(shown(company.plugin.list("boards")) ==
          "1 Help Desk; 2 Monitoring; 3 Old board (inactive); 4 Twin; 5 twin; ");
    CHECK(queryOf(company.host.sent.back()) == "conditions=projectFlag=false&pageSize=1000&page=1");
    CHECK(shown(company.plugin.list("boards", "HELP")) == "1 Help Desk; ");
    CHECK(shown(company.plugin.list("boards", "", "", "{}", 2)) == "1 Help Desk; 2 Monitoring; 2");
    CHECK(shown(company.plugin.list("boards", "", "2", "{}", 2)) == "3 Old board (inactive); 4 Twin; 4");
    CHECK(shown(company.plugin.list("priorities")) == "6 Priority 1 - Critical; 8 Priority 3 - Medium; ");
    CHECK(shown(company.plugin.list("sources")) == "3 Monitoring; 2 Phone; ");
    CHECK(shown(company.plugin.list("locations")) == "1 On-Site; 4 Remote; ");
    CHECK(company.host.sent.size() == 5); // The company lookup, and each list once.
}

TEST_CASE("statuses, types and teams are those of the chosen board, by its id or its name")
{
    Company company;
    CHECK(shown(company.plugin.list("statuses", "", "", R"({"queue":"1"})")) ==
          "11 New; 12 In Progress; 13 Waiting (inactive); ");
    CHECK(shown(company.plugin.list("statuses", "", "", R"({"queue":"help desk"})")) ==
          "11 New; 12 In Progress; 13 Waiting (inactive); ");
    CHECK(shown(company.plugin.list("statuses", "", "", R"({"queue":2})")) == "21 New; ");
    CHECK(shown(company.plugin.list("types", "", "", R"({"queue":1})")) == "31 Hardware; 32 Network; ");
    CHECK(shown(company.plugin.list("teams", "", "", R"({"queue":1})")) == "61 Level 1; ");
    CHECK(shown(company.plugin.list("statuses")).empty());
    CHECK(shown(company.plugin.list("statuses", "", "", R"({"queue":"NOC"})")).empty());
}

TEST_CASE("sub-types and items are those allowed with the chosen type")
{
    Company company;
    CHECK(shown(company.plugin.list("subTypes", "", "", R"({"queue":1})")) == "41 Disk; 42 Switch; ");
    CHECK(shown(company.plugin.list("subTypes", "", "", R"({"queue":1,"category":"hardware"})")) == "41 Disk; ");
    CHECK(shown(company.plugin.list("items", "", "", R"({"queue":1,"category":"32","subType":"Switch"})")) ==
          "52 Restart; ");
    CHECK(shown(company.plugin.list("items", "", "", R"({"queue":1,"category":"31","subType":"42"})")).empty());
}

TEST_CASE("a list longer than a page of ConnectWise is read to its end")
{
    std::string full;
    for (int i = 1; i <= 1000; ++i)
        full += (i == 1 ? "" : ",") + (R"({"id":)" + std::to_string(i) + R"(,"name":"S)" + std::to_string(i)) + "\"}";
    FakeHost host;
    host.on("GET", "/service/sources", ok("[" + full + "]"))
        .on("GET", "/service/sources", ok(R"([{"id":1001,"name":"Last"}])"));
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(shown(plugin.list("sources", "last")) == "1001 Last; ");
    CHECK(queryOf(host.sent.back()) == "pageSize=1000&page=2");
}

TEST_CASE("companies are searched by name and paged, with their identifiers")
{
    FakeHost host;
    host.on("GET", companiesRoute,
            ok(R"([{"id":2,"identifier":"ACME","name":"Acme Dental"},{"id":3,"identifier":"Fab","name":"Fabrikam"}])"))
        .on("GET", companiesRoute, ok(R"([{"id":9,"identifier":"NW","name":"Northwind"}])"));
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    CHECK(shown(plugin.list("companies", "a\" or \"b", "", "{}", 2)) == "2 Acme Dental [ACME]; 3 Fabrikam [Fab]; 2");
    CHECK(queryOf(host.sent.back()) ==
          "conditions=deletedFlag=false and (name contains \"a\") and (name contains \"or\") and (name contains \"b\")"
          "&fields=id,identifier,name&orderBy=name&pageSize=2&page=1");
    CHECK(shown(plugin.list("companies", "", "2", "{}", 2)) == "9 Northwind [NW]; ");
    CHECK_THAT(queryOf(host.sent.back()), Catch::EndsWith("&pageSize=2&page=2"));
}

TEST_CASE("contacts are those of the company")
{
    Company company;
    company.host.on("GET", "/company/contacts", ok(R"([{"id":7,"firstName":"Ann","lastName":"Lee"}])"));
    CHECK(shown(company.plugin.list("contacts", "ann l", "", R"({"company":19297})")) == "7 Ann Lee; ");
    CHECK_THAT(
        queryOf(company.host.sent.back()),
        Catch::StartsWith("conditions=company/id=19297 and inactiveFlag=false and (firstName contains \"ann\" or "
                          "lastName contains \"ann\") and (firstName contains \"l\" or lastName contains \"l\")"));
    CHECK(shown(company.plugin.list("contacts", "", "", R"({"company":"ACME"})")) == "7 Ann Lee; ");
    CHECK(shown(company.plugin.list("contacts")).empty());
    CHECK(shown(company.plugin.list("contacts", "", "", R"({"company":"Nobody"})")).empty());
}

TEST_CASE("every list named in the descriptor exists, and no other")
{
    Company company;
    company.host.on("GET", "/company/contacts", ok("[]"));
    const auto descriptor = document("descriptor", company.plugin.describe().result);
    for (const char *form : {"ticketDefaults", "ticketFields"})
        for (const auto &[name, field] : *descriptor->getObject(form)->getObject("properties"))
            if (const auto list = textOf(*field.extract<Poco::JSON::Object::Ptr>(), "choices"); !list.empty())
            {
                CAPTURE(name);
                CHECK(company.plugin.list(list, "", "", R"({"queue":1})").ok());
            }
    const Outcome outcome = company.plugin.list("queues");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK_THAT(outcome.message, Catch::Contains("queues"));
}

TEST_CASE("a ticket is read with its number, its status as a word, and where to open it")
{
    Company company;
    company.host.on("GET", "/service/tickets/29683",
                    ok(R"({"id":29683,"summary":"Disk full","status":{"id":12,"name":"In Progress"}})"));
    const Outcome outcome = company.plugin.read("29683");
    REQUIRE(outcome.ok());
    const auto ticket = document("ticket-result", outcome.result)->getObject("ticket");
    CHECK(textOf(*ticket, "number") == "29683");
    CHECK(textOf(*ticket, "status") == "In Progress");
    CHECK_THAT(textOf(*ticket, "url"), Catch::Contains("recid=29683"));
}

TEST_CASE("a missing ticket is not found")
{
    Company company;
    company.host.on("GET", "/service/tickets/1", Answer{404, R"({"code":"NotFound","message":"Ticket 1 not found"})"})
        .on("GET", "/service/tickets/2", ok("{}"));
    const Outcome outcome = company.plugin.read("1");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.message == "ConnectWise has no ticket with the id 1, or the API member may not see it.");
    CHECK(company.plugin.read("../company/companies/1").status == PSA_NOT_FOUND);
    CHECK(company.plugin.read("-1").status == PSA_NOT_FOUND);
    CHECK(company.plugin.read("2").status == PSA_UNAVAILABLE);
}

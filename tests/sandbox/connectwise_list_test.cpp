#include "tests/sandbox/connectwise_client.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using Catch::Contains;

namespace {

/// Five tickets with values for conditions; ids from 100001 in this order.
struct WithTickets : CwRunning
{
    std::vector<std::int64_t> all;

    WithTickets()
    {
        for (const char *changes :
             {R"({"summary": "Printer jam", "externalXRef": "r-1", "budgetHours": 1.5})",
              R"({"summary": "printer \"blue\"", "externalXRef": "R-2", "company": {"id": 20}})",
              R"({"summary": "Disk full", "board": {"id": 2}, "externalXRef": "a\\b"})",
              R"({"summary": "100% busy", "severity": "High", "requiredDate": "2026-12-01T10:00:00Z"})",
              R"({"summary": "Ünïcode", "customerUpdatedFlag": true, "priority": {"id": 1}})"})
            all.push_back(client.create(changes).id());
    }

    /// Those that match the conditions, counted from 1: "1 3"; or the error message.
    std::string found(const std::string &conditions, const std::string &more = "") const
    {
        const CwReply reply = client.find("service/tickets", conditions, more);
        if (reply.status != 200)
            return reply.message();
        std::string text;
        for (unsigned i = 0; i < reply.rows()->size(); ++i)
        {
            const auto id = reply.rows()->getObject(i)->getValue<std::int64_t>("id");
            const auto at = std::find(all.begin(), all.end(), id) - all.begin() + 1;
            text += (text.empty() ? "" : " ") + std::to_string(at);
        }
        return text;
    }
};

} // namespace

TEST_CASE("ConnectWise: conditions leave what they say")
{
    const WithTickets run;
    struct Case
    {
        const char *conditions;
        const char *found;
    };
    for (const Case &it : std::vector<Case>{
             {R"(externalXRef="r-1")", "1"},
             {R"(externalXRef="r-2")", "2"},      // Case is ignored.
             {R"(externalXRef != "r-1")", "2 3"}, // A missing value compares as false.
             {R"(externalXRef = null)", "4 5"},
             {R"(externalXRef!=null)", "1 2 3"},
             {R"(summary="printer \"blue\"")", "2"},
             {R"(externalXRef="a\\b")", "3"},
             {R"(summary contains "PRINT")", "1 2"},
             {R"(summary not contains "print")", "3 4 5"},
             {R"(summary like "printer%")", "1 2"},
             {R"(summary like "%jam")", "1"},
             {R"(summary like "%i%k%")", "3"},
             {R"(summary like "printer")", ""},
             {R"(summary not like "printer%")", "3 4 5"},
             {R"(summary = "ünïcode")", "5"},
             {R"(summary = 'Disk full')", "3"},
             {R"(board/id=2)", "3"},
             {R"(board/name="Help Desk" and company/identifier="globex")", "2"},
             {R"(company/name = "Acme Dental")", "1 3 4 5"},
             {R"(priority/name like "Priority 1%")", "5"},
             {R"(id in (100001, 100003))", "1 3"},
             {R"(externalXRef in ("r-1", "r-2"))", "1 2"},
             {R"(externalXRef not in ("r-1"))", "2 3"},
             {R"(customerUpdatedFlag = true)", "5"},
             {R"(customerUpdatedFlag=False and board/id=2)", "3"},
             {R"(budgetHours > 1)", "1"},
             {R"(budgetHours = 1.5)", "1"},
             {R"(severity = "high")", "4"},
             {R"(requiredDate > [2026-11-30T00:00:00Z])", "4"},
             {R"(requiredDate < [2026-12-01])", ""},
             {R"(lastUpdated > [2020-01-01T00:00:00Z] and _info/dateEntered > [2020-01-01T00:00:00Z])", "1 2 3 4 5"},
             {R"(summary="Disk full" or summary="Printer jam" and board/id=2)", "3"},
             {R"((summary="Disk full" or summary="Printer jam") and board/id=1)", "1"},
             {R"(SUMMARY = "Disk full" AND ((BOARD/ID = 2)))", "3"},
             {R"(id >= 100004)", "4 5"},
             {"", "1 2 3 4 5"},
         })
    {
        INFO(it.conditions);
        CHECK(run.found(it.conditions) == it.found);
    }
}

TEST_CASE("ConnectWise: conditions that cannot be read are refused with what they should be")
{
    const WithTickets run;
    for (const std::string bad : {R"(id="1")",
                                  "id=1.5",
                                  "summary=5",
                                  "summary=printer",
                                  "summary",
                                  "=5",
                                  R"(summary "x")",
                                  R"(summary="x)",
                                  R"(summary="x" and)",
                                  R"((summary="x")",
                                  R"(summary="x"))",
                                  R"(summary in "x")",
                                  "id in ()",
                                  "id in (1",
                                  "lastUpdated>2026-01-01",
                                  R"(lastUpdated>"2026-01-01")",
                                  "lastUpdated>[soon]",
                                  "lastUpdated>[2026-01-01",
                                  "customerUpdatedFlag=1",
                                  R"(id like "1")",
                                  R"(summary like 5)",
                                  "board=1",
                                  "id=1;drop",
                                  R"(summary not = "x")",
                                  R"(summary="x" summary="y")"})
    {
        INFO(bad);
        const CwReply reply = run.client.find("service/tickets", bad);
        CHECK(reply.status == 400);
        CHECK(reply.code() == "ApiFindCondition");
        CHECK(reply.message().size() > 100);
    }
    std::string deep = "id=1";
    for (int i = 0; i < 60; ++i)
        deep = "(" + deep + ")";
    CHECK(run.client.find("service/tickets", deep).status == 400);
}

TEST_CASE("ConnectWise: a name that a record does not have is not recognized")
{
    const WithTickets run;
    CHECK(run.found("boardName=\"x\"") == "boardName is not a recognized name.");
    CHECK(run.found("board/nothing=1") == "board/nothing is not a recognized name.");
    CHECK(run.found("initialDescription=\"x\"") == "initialDescription is not a recognized name.");
    CHECK(run.found("customFields/id=1") == "customFields/id is not a recognized name.");
    CHECK(run.client.find("service/boards", "board/name=\"x\"").message() == "board/name is not a recognized name.");
    CHECK(run.found("severity=\"Huge\"") == "Enum value supplied was invalid");
}

TEST_CASE("ConnectWise: elements of lists have conditions of their own")
{
    const CwRunning run;
    run.client.create(R"({"customFields": [{"id": 5, "value": "probe"}, {"id": 7, "value": 3}]})");
    CHECK(run.client.ids("company/contacts", "",
                         "&childConditions=" + encoded(R"(communicationItems/value like "%globex%")")) == "482");
    CHECK(run.client.get("company/contacts?childConditions=" + encoded("types/id=1")).code() == "ApiFindCondition");
    const std::string custom = "service/tickets/count?customFieldConditions=";
    CHECK(run.client.get(custom + encoded(R"(caption="Alert source" and value="probe")")).at("count") == "1");
    CHECK(run.client.get(custom + encoded("caption=\"Machines\" and value>2")).at("count") == "1");
    CHECK(run.client.get(custom + encoded(R"(caption="Machines" and value="probe")")).at("count") == "0");
}

TEST_CASE("ConnectWise: a list has 25 rows unless it is asked for more, and never over 1000")
{
    CwRunning run;
    for (int i = 0; i < 27; ++i)
        run.client.create();
    CHECK(run.client.get("service/tickets").rows()->size() == 25);
    CHECK(run.client.get("service/tickets?page=2").rows()->size() == 2);
    CHECK(run.client.get("service/tickets?page=3").body == "[]");
    CHECK(run.client.get("service/tickets?page=9000000000000000000").body == "[]");
    CHECK(run.client.get("service/tickets?pageSize=1000").rows()->size() == 27);
    CHECK(run.client.get("service/tickets?pageSize=5000").status == 200);
    CHECK(run.client.get("service/tickets/count").body == R"({"count":27})");
    for (const std::string bad : {"page=0", "pageSize=0", "page=x"})
        CHECK(run.client.get("service/tickets?" + bad).status == 400);
    run.sandbox.setSwitch("list.tooLarge", "reject");
    CHECK(run.client.get("service/tickets?pageSize=5000").status == 400);
}

TEST_CASE("ConnectWise: pages lead to each other in the header Link")
{
    const CwRunning run;
    const std::string first = "company/companies?pageSize=3&fields=id&conditions=" + encoded("name like \"%\"");
    const std::string begin = "<https://api-na.myconnectwise.net/v4_6_release/apis/3.0/company/companies?";
    const CwReply reply = run.client.get(first);
    const std::string link = reply.headers.at("link");
    CHECK_THAT(link, Catch::StartsWith(begin) && Contains("page=2") && Contains("rel=\"next\"") &&
                         Contains("rel=\"last\"") && Contains("conditions=") && !Contains("rel=\"prev\""));
    const std::string next = link.substr(1, link.find('>') - 1);
    const CwReply second = run.client.call("GET", next.substr(next.find("/v4_6")));
    CHECK(second.body == R"([{"id":21},{"id":22},{"id":23}])");
    CHECK_THAT(second.headers.at("link"), Contains("rel=\"prev\"") && Contains("rel=\"first\""));
    CHECK_FALSE(run.client.get("company/companies").headers.contains("link"));
}

TEST_CASE("ConnectWise: forward-only pages go on behind an id, whatever order is asked for")
{
    const CwRunning run;
    const std::map<std::string, std::string> forward = {{"pagination-type", "forward-only"}};
    std::string all;
    std::string next = api + "company/companies?pageSize=3&fields=id&orderBy=id%20desc";
    while (!next.empty())
    {
        const CwReply reply = run.client.call("GET", next, "", forward);
        for (unsigned i = 0; i < reply.rows()->size(); ++i)
            all += reply.rows()->getObject(i)->get("id").toString() + " ";
        const auto link = reply.headers.find("link");
        next.clear();
        if (link == reply.headers.end())
            continue;
        CHECK_THAT(link->second, Contains("pageId=") && Catch::EndsWith("; rel=\"next\""));
        next = link->second.substr(1, link->second.find('>') - 1);
        next = next.substr(next.find("/v4_6"));
    }
    CHECK(all == "2 19 20 21 22 23 24 ");
}

TEST_CASE("ConnectWise: rows are ordered by what is asked, and by id")
{
    const WithTickets run;
    CHECK(run.found("", "&orderBy=id%20desc") == "5 4 3 2 1");
    CHECK(run.found("", "&orderBy=summary") == "4 3 2 1 5");
    CHECK(run.found("", "&orderBy=board/name%20asc,id%20desc") == "3 5 4 2 1");
    CHECK(run.found("", "&orderBy=externalXRef%20desc") == "2 1 3 4 5");
    CHECK(run.client.get("service/tickets?orderBy=nothing").status == 400);
    CHECK(run.client.get("service/tickets?orderBy=id%20upwards").status == 400);
}

TEST_CASE("ConnectWise: only the fields that are asked for are sent")
{
    const CwRunning run;
    const std::string id = std::to_string(run.client.create().id());
    CHECK(
        run.client.get("service/tickets/" + id + "?fields=id,status/name,company/id,company/identifier,nothing").body ==
        "{\"id\":" + id +
            R"json(,"status":{"name":"New (not responded)"},"company":{"id":19,"identifier":"AcmeDental"}})json");
    CHECK(run.client.get("service/tickets?fields=summary").body == R"([{"summary":"Disk full"}])");
}

TEST_CASE("ConnectWise: every board has its own statuses, types, subtypes, items and teams")
{
    CwRunning run;
    CHECK(run.client.ids("service/boards", "inactiveFlag=false and projectFlag=false") == "1 2 3");
    CHECK(run.client.ids("service/info/boards", "inactiveFlag=false and projectFlag=false") == "1 2 3");
    CHECK(run.client.ids("service/boards/1/statuses", "") == "16 17 18 19 20");
    CHECK(run.client.ids("service/boards/2/statuses", "") == "26 27 28");
    CHECK(run.client.ids("service/boards/1/statuses", "defaultFlag=true") == "16");
    CHECK(run.client.ids("service/boards/1/statuses", "closedStatus=true") == "19");
    CHECK(run.client.ids("service/boards/1/statuses", "inactive=false") == "16 17 18 19");
    CHECK(run.client.ids("service/boards/1/types", "") == "101 102 103");
    CHECK(run.client.ids("service/boards/2/types", "") == "111 112");
    CHECK(run.client.ids("service/boards/1/subtypes", "") == "201 202");
    CHECK(run.client.ids("service/boards/1/items", "") == "301 302");
    CHECK(run.client.ids("service/boards/1/teams", "") == "25 26");
    CHECK(run.client.ids("service/boards/1/typeSubTypeItemAssociations", "type/id=101") == "1 2");
    CHECK(run.client.get("service/boards/1/statuses/16").at("board/name") == "Help Desk");
    CHECK(run.client.get("service/boards/2/statuses/16").status == 404);
    CHECK(run.client.get("service/boards/9/statuses").status == 404);
    run.sandbox.setSwitch("conditions.inactive", "reject");
    CHECK(run.client.find("service/boards/1/statuses", "inactive=false").message() ==
          "inactive is not a recognized name.");
    CHECK(run.client.ids("service/boards", "inactiveFlag=true") == "4");
}

TEST_CASE("ConnectWise: the other lists are there, read by id and counted")
{
    CwRunning run;
    CHECK(run.client.ids("service/priorities", "defaultFlag=true") == "4");
    CHECK(run.client.ids("service/sources", "name=\"Monitoring\"") == "3");
    for (const std::string list : {"service/severities", "service/impacts", "service/locations"})
        CHECK(run.client.get(list).rows()->size() == 3);
    CHECK(run.client.ids("company/companies", R"(deletedFlag=false and name contains "globex")") == "20 21 22");
    const std::string quoted = "name = \"Müller & Söhne \\\"Bau\\\"\"";
    CHECK(run.client.ids("company/companies", quoted) == "24");
    CHECK(run.client.get("company/companies/19").at("name") == "Acme Dental");
    CHECK(run.client.get("company/companies/99").code() == "NotFound");
    CHECK(run.client.ids("company/companies/19/sites", "") == "40 41");
    CHECK(run.client.ids("company/contacts", "company/id=19 and inactiveFlag=false") == "480");
    CHECK(run.client.ids("system/members", "inactiveFlag=false") == "150 151 153");
    CHECK(run.client.get("company/companies/count").at("count") == "7");
    run.sandbox.changeTenant(R"({"revoke": "Companies query"})");
    CHECK(run.client.get("company/companies/count").status == 403);
}

// Finding by reference, lists of values, reading a ticket.
#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;
using psa::plugins::textOf;

namespace {

/// A tenant whose search for tickets gets these answers in turn.
struct Searching
{
    FakeHost host;
    HaloPsaUnderTest plugin{host};

    explicit Searching(const std::vector<std::string> &lists)
    {
        for (const std::string &list : lists)
            host.on("GET", ticketsRoute, ok(list));
        scriptTenant(host);
        plugin.configured();
    }
    /// The ids that are found, with spaces; the status of an error.
    std::string found()
    {
        const Outcome outcome = plugin.find();
        message = outcome.message + " " + outcome.detail;
        if (!outcome.ok())
            return "status " + std::to_string(outcome.status);
        std::string ids;
        const auto tickets = document("found-tickets", outcome.result)->getArray("tickets");
        for (unsigned i = 0; i < tickets->size(); ++i)
            ids += (i == 0 ? "" : " ") + textOf(*tickets->getObject(i), "id");
        return ids.empty() ? "none" : ids;
    }
    std::string message;
};

const std::string unclear = "status " + std::to_string(PSA_UNAVAILABLE);
const std::string empty = R"({"record_count":0,"tickets":[]})";

std::string row(int id, const std::string &reference = "ref-1", const std::string &more = {})
{
    return R"({"id":)" + std::to_string(id) + R"(,"third_party_id_string":")" + reference + "\"" + more + "}";
}

/// `count` tickets from the id `first` that have another reference.
std::string others(int first, int count)
{
    std::string rows;
    for (int id = first; id < first + count; ++id)
        rows += (rows.empty() ? "" : ",") + row(id, "other");
    return rows;
}

std::string listed(int count, const std::string &rows)
{
    return R"({"record_count":)" + std::to_string(count) + R"(,"tickets":[)" + rows + "]}";
}

std::string labels(const Outcome &outcome)
{
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    std::string all;
    const auto items = document("choices", outcome.result)->getArray("items");
    for (unsigned i = 0; i < items->size(); ++i)
        all += (i == 0 ? "" : ", ") + textOf(*items->getObject(i), "label") + " (" +
               textOf(*items->getObject(i), "id") + (items->getObject(i)->optValue("active", true) ? ")" : "!)");
    return all;
}

} // namespace

TEST_CASE("a ticket is found by its reference, and the search says what it must include")
{
    Searching tenant({listed(1, row(7))});
    CHECK(tenant.found() == "7");
    const std::string &url = tenant.host.sent.back().url;
    for (const char *part : {"third_party_id_string=ref-1", "open_only=false", "closed_only=false", "deleted=false",
                             "pageinate=true", "page_size=50", "page_no=1"})
        CHECK_THAT(url, Contains(part));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a deleted ticket is found in the list of deleted ones")
{
    Searching tenant({empty, listed(1, row(7, "ref-1", R"(,"deleted":true)"))});
    CHECK(tenant.found() == "7");
    CHECK_THAT(tenant.host.sent.back().url, Contains("deleted=true"));
}

TEST_CASE("a found ticket has its status as people see it, and a deleted one says so")
{
    const auto [more, status] = GENERATE(table<std::string, std::string>({
        {R"(,"status_id":2,"tickettype_id":1)", "In Progress"},
        {R"(,"status_id":2,"tickettype_id":1,"deleted":true)", "Deleted"},
        {"", ""},
    }));
    Searching tenant({listed(1, row(7, "ref-1", more))});
    const auto found = document("found-tickets", tenant.plugin.find().result)->getArray("tickets")->getObject(0);
    CHECK(textOf(*found, "status") == status);
}

TEST_CASE("a ticket is found although its status cannot be read")
{
    FakeHost host;
    host.on("GET", ticketsRoute, ok(listed(1, row(7, "ref-1", R"(,"status_id":2,"tickettype_id":1)"))))
        .on("GET", "/api/Status", Answer{403, ""});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK_THAT(plugin.find().result, Contains(R"("id":"7")"));
}

TEST_CASE("only the exact reference counts, whatever HaloPSA returns")
{
    Searching tenant({listed(4, row(7, "ref-10") + "," + row(8, "REF-1") + "," + row(9, "") + "," + row(10)), empty});
    CHECK(tenant.found() == "10");
}

TEST_CASE("every ticket with the reference is found, once each")
{
    Searching tenant({listed(2, row(7) + "," + row(9) + "," + row(7))});
    CHECK(tenant.found() == "7 9");
}

TEST_CASE("there is no ticket only if both lists were whole")
{
    const auto [lists, result] = GENERATE(table<std::vector<std::string>, std::string>({
        {{empty, empty}, "none"},
        {{R"({"record_count":0,"tickets":null})", empty}, "none"},
        {{"[]", "[]"}, unclear},
        {{R"({"record_count":1,"tickets":null})"}, unclear},
        {{R"({"tickets":null})"}, unclear},
        {{empty, R"({"record_count":1,"tickets":null})"}, unclear},
        {{R"({"record_count":2,"tickets":[)" + others(1, 1) + "]}", R"({"record_count":2,"tickets":[]})"}, unclear},
        {{listed(3, others(1, 2)), listed(3, others(2, 1)), listed(3, "")}, unclear},
        {{listed(3, others(1, 2)), listed(3, others(3, 1)), empty}, "none"},
        {{listed(51, others(1, 50)), listed(51, others(50, 2)), empty}, "none"},
        {{listed(52, others(1, 50)), listed(52, others(50, 2)), listed(52, "")}, unclear},
        {{listed(51, others(1, 50)), listed(51, row(60)), empty}, "60"},
        {{R"({"tickets":[{"id":7}]})"}, "none"},
        {{R"({"record_count":1,"tickets":[null]})"}, unclear},
        {{R"({"record_count":1,"tickets":[{"third_party_id_string":"ref-1"}]})"}, unclear},
        {{R"({"record_count":1,"tickets":[{"id":5,"third_party_id_string":null}]})", empty}, "none"},
    }));
    CAPTURE(lists);
    Searching tenant(lists);
    tenant.host.on("GET", rowRoute, ok(R"({"id":7,"third_party_id_string":"other"})"));
    CHECK(tenant.found() == result);
}

TEST_CASE("a condition that HaloPSA ignores ends in \"unclear\" after ten pages, never in \"none\"")
{
    std::vector<std::string> pages;
    for (int page = 0; page < 12; ++page)
        pages.push_back(listed(5000, others(1 + page * 50, 50)));
    Searching tenant(pages);
    CHECK(tenant.found() == unclear);
    CHECK(requests(tenant.host) == 10);
    CHECK_THAT(tenant.message, Contains("500 of 5000 tickets"));
}

TEST_CASE("a ticket that HaloPSA shows only on a later page is found although the condition is ignored")
{
    Searching tenant({listed(5000, others(1, 50)), listed(5000, row(99) + "," + others(100, 49))});
    // Every later page is the last one again.
    CHECK(tenant.found() == "99");
}

TEST_CASE("a list without references is completed by the tickets themselves")
{
    FakeHost host;
    host.on("GET", ticketsRoute, ok(R"({"record_count":2,"tickets":[{"id":7},{"id":8}]})"))
        .on("GET", ticketsRoute, ok(empty))
        .on("GET", rowRoute, ok(R"({"id":7,"third_party_id_string":"other"})"))
        .on("GET", "/api/Tickets/8", ok(R"({"id":8,"third_party_id_string":"ref-1"})"));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK_THAT(plugin.find().result, Contains(R"("id":"8")"));
}

TEST_CASE("a list of many tickets without references is unclear, and reads no more than twenty")
{
    std::string rows;
    for (int id = 1; id <= 30; ++id)
        rows += (id == 1 ? "" : ",") + std::string(R"({"id":)") + std::to_string(id) + "}";
    FakeHost host;
    host.on("GET", ticketsRoute, ok(listed(30, rows)));
    for (int id = 1; id <= 30; ++id)
        host.on("GET", "/api/Tickets/" + std::to_string(id),
                ok(R"({"third_party_id_string":"other","id":)" + std::to_string(id) + "}"));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.find().status == PSA_UNAVAILABLE);
    CHECK(requests(host) == 21);
}

TEST_CASE("a blank reference is never searched for")
{
    Tenant tenant;
    CHECK(tenant.plugin.find(" ").status == PSA_INTERNAL);
    CHECK(tenant.host.sent.empty());
}

TEST_CASE("lists have what can be chosen, with what a ticket takes as its id")
{
    Tenant tenant;
    auto &plugin = tenant.plugin;
    CHECK(labels(plugin.list("ticketTypes")) == "Incident (1), Alert (21), Retired (22!)");
    CHECK(labels(plugin.list("statuses", "", "", R"({"ticketType":"1"})")) == "New (1), In Progress (2), Closed (9)");
    CHECK(labels(plugin.list("statuses")) == "New (1), In Progress (2), Closed (9)");
    CHECK(labels(plugin.list("priorities", "", "", R"({"ticketType":"Incident"})")) ==
          "High (2), Medium (3), Old (4!)");
    CHECK(labels(plugin.list("priorities", "", "", R"({"ticketType":"Alert"})")).empty());
    CHECK(labels(plugin.list("priorities")).empty());
    CHECK(labels(plugin.list("priorities", "", "", R"({"ticketType":"none"})")).empty());
    CHECK(labels(plugin.list("teams")) == "Service Desk (1), Alert Team (3), Night Shift (4!)");
    CHECK(labels(plugin.list("agents")) == "Tess Tech (3), Left Lately (5!)");
    CHECK(labels(plugin.list("categories", "lap")) == "Hardware>Laptop (302)");
    CHECK(labels(plugin.list("categories2")) == "Repaired (311)");
    CHECK(labels(plugin.list("outcomes")) == "Email User (16), Public Note (18), Internal Note (7), Put on Hold (19)");
    CHECK(labels(plugin.list("companies")) == "Acme Dental (12), Globex (13), globex (15)");
    CHECK(labels(plugin.list("sites", "", "", R"({"company":"12"})")) == "Main (40), Main (42)");
    CHECK(labels(plugin.list("contacts", "", "", R"({"company":"Acme Dental"})")) ==
          "Ada Byron <ada@acme.example> (480), Hank Scorpio <hank@globex.example> (482)");
    CHECK(labels(plugin.list("assets", "", "", R"({"company":"12"})")) == "SRV-01 (700), SRV-01 (710)");
    CHECK(labels(plugin.list("contacts")).empty());
    CHECK(labels(plugin.list("contacts", "", "", R"({"company":"Initech"})")).empty());
    CHECK(plugin.list("boards").status == PSA_NOT_FOUND);
}

TEST_CASE("records are listed page by page, within the hundred that HaloPSA returns")
{
    Tenant tenant;
    const Outcome first = tenant.plugin.list("companies", "acme & co", "", "{}", 2);
    CHECK_THAT(tenant.host.sent.back().url, Contains("search=acme%20%26%20co&pageinate=true&page_size=2&page_no=1"));
    const auto cursor = document("choices", first.result)->getValue<std::string>("nextCursor");
    const Outcome last = tenant.plugin.list("companies", "", cursor, "{}", 2);
    CHECK_THAT(tenant.host.sent.back().url, Contains("page_no=2"));
    CHECK_FALSE(document("choices", last.result)->has("nextCursor"));
    tenant.plugin.list("companies", "", "", "{}", 500);
    CHECK_THAT(tenant.host.sent.back().url, Contains("page_size=100"));
}

TEST_CASE("a ticket is read with its status as people see it")
{
    Tenant tenant;
    tenant.host.on("GET", rowRoute, ok(R"({"id":7,"status_id":2,"tickettype_id":1})"));
    const auto result = document("ticket-result", tenant.plugin.read("7").result)->getObject("ticket");
    CHECK(textOf(*result, "number") == "7");
    CHECK(textOf(*result, "status") == "In Progress");
    CHECK(textOf(*result, "url") == "https://acme.halopsa.com/ticket?id=7");
}

TEST_CASE("a ticket that HaloPSA does not have, or does not show, is not found")
{
    const auto answer = GENERATE(
        Answer{404, ""}, Answer{400, R"({"Message":"Ticket not found, or you do not have access to this Ticket"})"},
        Answer{403, R"({"Message":"Ticket not found, or you do not have access to this Ticket"})"},
        Answer{404, R"("Ticket not found, or you do not have access to this Ticket")"});
    CAPTURE(answer.status, answer.body);
    Tenant tenant;
    tenant.host.on("GET", rowRoute, answer);
    const Outcome outcome = tenant.plugin.read("7");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Contains("no ticket with the id 7, or the agent of the application may not see it"));
}

TEST_CASE("a 404 that HaloPSA did not send is no missing ticket")
{
    const auto [answer, own] = GENERATE(table<Answer, Answer>({{{404, "<html>404</html>"}, {200, R"({"id":9})"}},
                                                               {{404, ""}, {404, ""}},
                                                               {{404, ""}, {404, "<html>404</html>"}},
                                                               {{404, ""}, {503, ""}}}));
    FakeHost host;
    host.on("GET", rowRoute, answer).on("GET", "/api/Agent/me", own);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.read("7");
    CHECK(outcome.status != PSA_NOT_FOUND);
    CHECK_FALSE(outcome.ok());
}

TEST_CASE("what cannot be the id of a ticket is not asked for")
{
    const auto *id = GENERATE("", "x", "-7", "7/Actions", "99999999999999999999");
    Tenant tenant;
    CHECK(tenant.plugin.read(id).status == PSA_NOT_FOUND);
    CHECK(tenant.host.sent.empty());
}

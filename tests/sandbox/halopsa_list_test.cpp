#include "tests/sandbox/halopsa_client.h"

#include "sandbox/halopsa/entities.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using Catch::Contains;

TEST_CASE("HaloPSA: a list with pages says how many records there are, and clips the size of its pages")
{
    HaloRunning run;
    const HaloReply reply = run.client.get("Client?pageinate=true&page_size=2&page_no=2");
    CHECK(reply.all("id", "clients") == "13 14");
    CHECK(reply.at("record_count") == "6");
    CHECK(run.all("Client?pageinate=true&page_size=2&page_no=4", "id", "clients").empty());
    CHECK(run.all("Client?pageinate=true&page_size=2&page_no=0", "id", "clients") == "1 12");
    run.sandbox.setSwitch("list.pageSize", "3");
    CHECK(run.client.get("Client?pageinate=true&page_size=500").rows("clients")->size() == 3);
    // Without pageinate the other parameters mean nothing.
    CHECK(run.client.get("Client?page_size=2&page_no=2").rows("clients")->size() == 6);
    CHECK(run.client.get("Client?count=2").rows("clients")->size() == 2);
}

TEST_CASE("HaloPSA: lists without pages are bare arrays")
{
    const HaloRunning run;
    for (const char *list : {"TicketType", "Status", "Priority", "SLA", "Agent", "Team", "Category", "Outcome",
                             "FieldInfo", "CustomField", "Audit"})
        CHECK(run.client.get(list).rows());
}

TEST_CASE("HaloPSA: an unknown parameter is ignored, and everything is returned")
{
    const HaloRunning run;
    CHECK(run.client.get("Client?third_party_id=1&nonsense=2").rows("clients")->size() == 6);
    CHECK(run.all("Status?tickettype=21") == run.all("Status"));
}

TEST_CASE("HaloPSA: inactive records are listed only if they are asked for")
{
    const HaloRunning run;
    CHECK(run.all("Client?includeinactive=true", "id", "clients") == "1 12 13 14 15 16 17");
    CHECK(run.all("Users?client_id=12", "id", "users") == "480 483");
    CHECK(run.all("Users?site_id=40&includeinactive=true", "id", "users") == "480 481");
    CHECK(run.all("Asset?client_id=12", "id", "assets") == "700 701");
    CHECK(run.all("Agent") == "1 3 4");
    CHECK(run.all("Agent?includeapiagents=true&includedisabled=true") == "1 3 4 5 9");
    CHECK(run.all("TicketType") == "1 3 21");
    CHECK(run.all("TicketType?showall=true") == "1 3 21 30");
    CHECK(run.all("TicketType?showall=true&can_create_only=true") == "1 3 21");
}

TEST_CASE("HaloPSA: the closed statuses of a type are those that a list without them lacks")
{
    const HaloRunning run;
    CHECK(run.all("Status?tickettype_id=1&showall=true") == "1 2 3 9 10 22");
    CHECK(run.all("Status?tickettype_id=1&showall=true&excludeclosed=true") == "1 2 3 22");
    CHECK(run.all("Status?tickettype_id=21&showall=true") == "1 2 9 23");
    CHECK(run.all("Status?tickettype_id=21&showall=true&excludeclosed=true") == "1 2");
    CHECK_THAT(run.client.get("Status").body, !Contains("losed\":true"));
}

TEST_CASE("HaloPSA: a priority has a GUID, and tickets use its number within the SLA")
{
    const HaloRunning run;
    CHECK(run.all("Priority?slaid=2", "priorityid") == "1 2");
    CHECK(run.all("Priority?slaid=1", "priorityid") == "1 2 3 4");
    CHECK_THAT(run.all("Priority?slaid=2"), Contains("-"));
}

TEST_CASE("HaloPSA: outcomes and categories can belong to a type")
{
    const HaloRunning run;
    CHECK(run.all("Outcome?tickettype_id=1") == "7 16 18 19 20");
    CHECK(run.all("Outcome?tickettype_id=21") == "7 16 18 20 21");
    CHECK(run.all("Category?type_id=1&tickettype_id=1") == "301 302 303 304");
    CHECK(run.all("Category?type_id=2") == "311");
}

TEST_CASE("HaloPSA: no list shows the members that only the simulator needs")
{
    const HaloRunning run;
    for (const halopsa::Entity &entity : halopsa::entities())
    {
        CHECK_THAT(run.client.get(entity.name).body, !Contains("\"_"));
        CHECK(run.client.get(std::string(entity.name) + "/1000000").status == 404);
    }
}

TEST_CASE("HaloPSA: a type tells its statuses, and with details what it makes mandatory")
{
    const HaloRunning run;
    const HaloReply type = run.client.get("TicketType/3?includedetails=true");
    CHECK(type.rows("allowed_status")->size() == 6);
    CHECK(type.all("fieldname", "fields") == "summary details category_1");
    CHECK(type.all("technew", "fields") == "2 2 2");
    CHECK_FALSE(run.client.get("TicketType/3").json()->has("fields"));
    CHECK(run.client.get("TicketType/21").at("default_sla") == "0");
}

TEST_CASE("HaloPSA: the API agent is found by Agent/me alone")
{
    const HaloRunning run;
    CHECK(run.client.get("Agent/me").at("name") == "Sandbox API");
    CHECK_THAT(run.all("Agent"), !Contains("9"));
}

TEST_CASE("HaloPSA: an agent without teams or permission gets empty lists, and not a refusal")
{
    HaloTicket run;
    CHECK(run.found() == std::to_string(run.id));
    run.sandbox.changeTenant(R"({"revoke": "Client query"})");
    CHECK(run.client.get("Client").at("record_count") == "0");
    CHECK(run.client.get("Client/12").status == 403);
    run.sandbox.changeTenant(R"({"revoke": "Status query"})");
    CHECK(run.all("Status").empty());
    CHECK(run.found() == std::to_string(run.id));
    run.sandbox.setSwitch("access.lists", "403");
    CHECK(run.client.get("Client").status == 403);
    run.sandbox.setSwitch("agent.teams", "false");
    CHECK(run.found().empty());
    CHECK(run.all("TicketType").empty());
    CHECK(run.read().status == 400);
    CHECK(run.client.get("Agent/me").status == 200);
}

TEST_CASE("HaloPSA: clients, users and assets are searched by a part of their name or address")
{
    const HaloRunning run;
    CHECK(run.all("Client?search=GLOBEX", "id", "clients") == "13 14 15");
    CHECK(run.all("Users?search=hank@globex", "id", "users") == "482");
    CHECK(run.all("Asset?search=srv-01", "id", "assets") == "700 710");
    CHECK(run.all("Client?search=M%C3%BCller", "id", "clients") == "17");
}

TEST_CASE("HaloPSA: a list of tickets shows deleted ones or the others, open or closed ones")
{
    HaloTicket run;
    const std::string id = std::to_string(run.id);
    CHECK(run.found("&open_only=true") == id);
    CHECK(run.found("&closed_only=true").empty());
    run.change(R"("status_id": 10)");
    CHECK(run.found("&open_only=true").empty());
    CHECK(run.found("&closed_only=true") == id);
    CHECK(run.found("&open_only=false&closed_only=false&deleted=false") == id);
    CHECK(run.found("&deleted=true").empty());
    CHECK(run.client.remove(run.ticket).status == 200);
    CHECK(run.found().empty());
    CHECK(run.found("&deleted=true") == id);
}

TEST_CASE("HaloPSA: the filter by reference compares the whole value, where the tenant knows it")
{
    HaloTicket run;
    run.client.create(R"({"third_party_id_string": "r-11"})");
    run.client.create(R"({"supplier_reference": "s-1", "client_id": 13})");
    CHECK(run.found() == std::to_string(run.id));
    CHECK(run.all("Tickets?search_supplier_reference=s-1", "client_id", "tickets") == "13");
    CHECK(run.all("Tickets?client_id=13", "supplier_reference", "tickets") == "s-1");
    run.sandbox.setSwitch("list.filter", "ignored");
    CHECK(run.client.get("Tickets?third_party_id_string=r-1").rows("tickets")->size() == 3);
    run.sandbox.setSwitch("list.reference", "false");
    CHECK_THAT(run.client.get("Tickets").body, !Contains("third_party_id_string"));
    CHECK(run.read().at("third_party_id_string") == "r-1");
}

TEST_CASE("HaloPSA: odd lists of tickets: null, cut, uncounted, or with one ticket on two pages")
{
    HaloRunning run;
    for (int i = 0; i < 4; ++i)
        run.client.create();
    const std::string page = "Tickets?pageinate=true&page_size=2&page_no=";
    CHECK(run.all(page + "1", "id", "tickets") == "2007 2005");
    run.sandbox.setSwitch("list.odd", "null");
    CHECK(run.client.get(page + "1").json()->isNull("tickets"));
    run.sandbox.setSwitch("list.odd", "cut");
    CHECK(run.all(page + "1", "id", "tickets") == "2007");
    CHECK(run.client.get(page + "1").at("record_count") == "4");
    run.sandbox.setSwitch("list.odd", "uncounted");
    CHECK(run.all(page + "1", "id", "tickets") == "2007 2005");
    CHECK_FALSE(run.client.get(page + "1").json()->has("record_count"));
    run.sandbox.setSwitch("list.odd", "repeated");
    CHECK(run.all(page + "1", "id", "tickets") == "2007 2005");
    CHECK(run.all(page + "2", "id", "tickets") == "2005 2003");
}

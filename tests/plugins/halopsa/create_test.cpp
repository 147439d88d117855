// createTicket: what HaloPSA gets.
#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;
using psa::plugins::integerOf;
using psa::plugins::textOf;
using psa::plugins::toJson;

namespace {

/// A tenant that creates ticket 7.
struct Creating : Tenant
{
    explicit Creating(const Answer &answer = {201, R"({"id":7,"status_id":1,"tickettype_id":1})"})
    {
        host.on("POST", ticketsRoute, answer);
    }
    Poco::JSON::Object::Ptr bodyOf(const std::string &json)
    {
        const Outcome outcome = plugin.create(json);
        INFO(outcome.message);
        REQUIRE(outcome.ok());
        return changingBody(host);
    }
};

} // namespace

TEST_CASE("a ticket of ids costs one request, an array of one without an id")
{
    Creating tenant;
    const auto body = tenant.bodyOf(ticket(
        R"("description":"It is full.","status":2,"assignee":3,"device":700,"dueAt":"2026-11-24T18:00:00+01:00",)"
        R"("fields":{"ticketType":1,"site":40})"));
    CHECK(requests(tenant.host) == 1);
    CHECK(changing(tenant.host).url == "https://acme.halopsa.com/api/Tickets");
    CHECK(
        toJson(*body) ==
        R"({"agent_id":3,"assets":[{"id":700}],"client_id":12,"deadlinedate":"2026-11-24T17:00:00Z","details":"It is full.",)"
        R"("site_id":40,"status_id":2,"summary":"Disk full","third_party_id_string":"ref-1","tickettype_id":1})");
}

TEST_CASE("the answer to a create is an object or an array, with 201 or 200")
{
    const auto answer = GENERATE(Answer{201, R"({"id":7})"}, Answer{200, R"({"id":7})"}, Answer{200, R"([{"id":7}])"},
                                 Answer{201, R"([{"id":"7"}])"}, Answer{200, R"({"id":7.0})"});
    CAPTURE(answer.body);
    Creating tenant(answer);
    const auto result = document("ticket-result", tenant.plugin.create(ticket()).result)->getObject("ticket");
    CHECK(textOf(*result, "id") == "7");
    CHECK(textOf(*result, "url") == "https://acme.halopsa.com/ticket?id=7");
}

TEST_CASE("names cost a read each, and the next ticket none")
{
    Creating tenant;
    const std::string byName =
        R"({"version":1,"title":"Disk full","company":"acme  dental","contact":"Ada Byron",)"
        R"("queue":"alert team","status":"In Progress","priority":"Medium","category":"hardware>LAPTOP",)"
        R"("assignee":"tess@msp.example","device":"srv-01","fields":{"ticketType":"incident","site":"main"}})";
    const auto body = tenant.bodyOf(byName);
    CHECK(
        toJson(*body) ==
        R"({"agent_id":3,"assets":[{"id":700}],"category_1":"Hardware>Laptop","client_id":12,"priority_id":3,"site_id":40,)"
        R"("status_id":2,"summary":"Disk full","team":"Alert Team","third_party_id_string":"ref-1","tickettype_id":1,"user_id":480})");
    const std::size_t before = requests(tenant.host);
    tenant.bodyOf(byName);
    CHECK(requests(tenant.host) == before + 1);
}

TEST_CASE("a whole number with a decimal point is sent as a whole number")
{
    Creating tenant;
    tenant.bodyOf(R"({"version":1,"title":"x","company":12.0,"status":"2","fields":{"ticketType":1.0}})");
    CHECK(changing(tenant.host).body.find('.') == std::string::npos);
}

TEST_CASE("a user is sent with the user's site, which HaloPSA demands")
{
    const auto *contact = GENERATE("480", "\"Ada Byron\"", "\"ADA@acme.example\"");
    CAPTURE(contact);
    Creating tenant;
    const auto body = tenant.bodyOf(ticket(std::string(R"("contact":)") + contact + R"(,"fields":{"ticketType":1})"));
    CHECK(integerOf(*body, "user_id") == 480);
    CHECK(integerOf(*body, "site_id") == 40);
}

TEST_CASE("a user of another client or site is refused before anything is sent")
{
    const auto [more, field, said] = GENERATE(table<std::string, std::string, std::string>({
        {R"("contact":482,"fields":{"ticketType":1})", "contact", "belongs to another client of HaloPSA (13)"},
        {R"("contact":"Hank Scorpio","fields":{"ticketType":1})", "contact", "has no active user of the client"},
        {R"("contact":480,"fields":{"ticketType":1,"site":41})", "site", "belongs to another site of the client (40)"},
        {R"("contact":499,"fields":{"ticketType":1})", "contact", "has no user with the id 499"},
    }));
    CAPTURE(more);
    Creating tenant;
    tenant.host.on("GET", "/api/Users/482", ok(R"({"id":482,"site_id":42,"client_id":13})"))
        .on("GET", "/api/Users/499", Answer{404, ""});
    const Outcome outcome = tenant.plugin.create(ticket(more));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == field);
    CHECK_THAT(outcome.message, Contains(said));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a priority is one of the SLA of the ticket type, by its number for tickets")
{
    const auto *priority = GENERATE("2", "\"high\"");
    Creating tenant;
    const auto body = tenant.bodyOf(ticket(std::string(R"("priority":)") + priority + R"(,"fields":{"ticketType":1})"));
    CHECK(integerOf(*body, "priority_id") == 2);
    const std::size_t before = requests(tenant.host);
    tenant.bodyOf(ticket(R"("priority":"Medium","fields":{"ticketType":1})"));
    CHECK(requests(tenant.host) == before + 1);
}

TEST_CASE("a ticket type without an SLA gets no priority, with a warning")
{
    const auto *type = GENERATE(R"({"id":21,"default_sla":-1})", R"({"id":21,"default_sla":0})", R"({"id":21})",
                                R"({"id":21,"sla_id":null})");
    CAPTURE(type);
    FakeHost host;
    host.on("GET", "/api/TicketType/21", ok(type)).on("POST", ticketsRoute, {201, R"({"id":7})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket(R"("priority":"High","fields":{"ticketType":"Alert"})"));
    REQUIRE(outcome.ok());
    CHECK_FALSE(changingBody(host)->has("priority_id"));
    const auto warning = document("ticket-result", outcome.result)->getArray("warnings")->getObject(0);
    CHECK(textOf(*warning, "field") == "priority");
    CHECK_THAT(textOf(*warning, "message"), Contains("has no SLA"));
}

TEST_CASE("the SLA of a ticket type is found under each of its names")
{
    const auto *name = GENERATE("default_sla", "default_sla_id", "sla_id", "slaid", "sla");
    FakeHost host;
    host.on("GET", "/api/TicketType/1", ok(std::string(R"({"id":1,")") + name + R"(":1})"))
        .on("POST", ticketsRoute, {201, R"({"id":7})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.create(ticket(R"("priority":"High","fields":{"ticketType":1})")).ok());
    CHECK(integerOf(*changingBody(host), "priority_id") == 2);
}

TEST_CASE("what a ticket lacks or names wrongly is refused with its field, before anything is sent")
{
    const auto [json, field, said] = GENERATE(table<std::string, std::string, std::string>({
        {R"({"version":1,"title":" ","company":12,"fields":{"ticketType":1}})", "title", "The ticket has no title."},
        {R"({"version":1,"title":"x","company":12})", "ticketType", "HaloPSA requires one"},
        {R"({"version":1,"title":"x","fields":{"ticketType":1}})", "company", "The ticket has no company."},
        {ticket(R"("fields":{"ticketType":"Migration"})"), "ticketType", "has no Ticket type \"Migration\""},
        {ticket(R"("fields":{"ticketType":"Retired"})"), "ticketType", "is inactive in HaloPSA"},
        {ticket(R"("priority":"Normal","fields":{"ticketType":1})"), "priority", "has no Priority \"Normal\""},
        {ticket(R"("priority":4,"fields":{"ticketType":1})"), "priority", "Priority \"4\" is inactive"},
        {ticket(R"("priority":"Low","fields":{"ticketType":99})"), "ticketType", "has no ticket type with the id 99"},
        {ticket(R"("status":"Open","fields":{"ticketType":1})"), "status", "has no Status \"Open\""},
        {ticket(R"("queue":"Night Shift","fields":{"ticketType":1})"), "queue", "is inactive"},
        {ticket(R"("queue":9,"fields":{"ticketType":1})"), "queue", "has no Team \"9\""},
        {ticket(R"("category":"Repaired","fields":{"ticketType":1})"), "category", "has no Category 1 \"Repaired\""},
        {ticket(R"("assignee":"Left Lately","fields":{"ticketType":1})"), "assignee",
         "no enabled agent \"Left Lately\""},
        {ticket(R"("assignee":"Unassigned","fields":{"ticketType":1})"), "assignee", "no enabled agent"},
        {ticket(R"("device":"SRV-09","fields":{"ticketType":1})"), "device",
         "no active asset of the client \"SRV-09\""},
        {R"({"version":1,"title":"x","company":"Globex","fields":{"ticketType":1}})", "company",
         "More than one active"},
        {R"({"version":1,"title":"x","company":"Initech","fields":{"ticketType":1}})", "company", "no active client"},
        {ticket(R"("dueAt":"tomorrow","fields":{"ticketType":1})"), "dueAt", "is not a date and time"},
        {ticket(R"("fields":{"ticketType":1,"customFields":{"CFnone":"x"}})"), "customFields",
         "no custom ticket field"},
        {ticket(R"("fields":{"ticketType":1,"customFields":{"Site code":"PAR"}})"), "customFields", "has no Site code"},
        {ticket(R"("fields":{"ticketType":1,"customFields":{"CFcontract":"perhaps"}})"), "customFields",
         "true or false"},
        {ticket(R"("fields":{"ticketType":1,"customFields":{"CFcontract":[1]}})"), "customFields", "a single value"},
    }));
    CAPTURE(json);
    Creating tenant;
    tenant.host.on("GET", "/api/TicketType/99", Answer{404, ""});
    const Outcome outcome = tenant.plugin.create(json);
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == field);
    CHECK_THAT(outcome.message, Contains(said));
    CHECK_FALSE(outcome.hint.empty());
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a value that is newer than the cached list is found")
{
    Creating tenant;
    tenant.bodyOf(ticket(R"("queue":"Alert Team","fields":{"ticketType":1})"));
    tenant.host.replace("GET", "/api/Team", ok(R"([{"id":8,"name":"New Team"}])"));
    CHECK(textOf(*tenant.bodyOf(ticket(R"("queue":"New Team","fields":{"ticketType":1})")), "team") == "New Team");
}

TEST_CASE("custom fields are sent by their id with the type that HaloPSA has")
{
    Creating tenant;
    const auto body = tenant.bodyOf(ticket(
        R"("fields":{"ticketType":1,"customFields":{"CFalertSource":"Zabbix","site code":"OSL","152":"2026-11-24","Under contract":"yes","CFblank":" "}})"));
    CHECK(
        toJson(*body->getArray("customfields")) ==
        R"([{"id":152,"value":"2026-11-24T00:00:00Z"},{"id":150,"value":"Zabbix"},{"id":153,"value":true},{"id":151,"value":"2"}])");
}

TEST_CASE("custom fields that cannot be looked up are sent as they were written")
{
    const auto answer = GENERATE(Answer{403, ""}, Answer{404, ""}, Answer{200, "[]"});
    FakeHost host;
    host.on("GET", "/api/FieldInfo", answer).on("POST", ticketsRoute, {201, R"({"id":7})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.create(ticket(R"("fields":{"ticketType":1,"customFields":{"CFx":"true","150":"5"}})")).ok());
    CHECK(toJson(*changingBody(host)->getArray("customfields")) ==
          R"([{"id":150,"value":"5"},{"name":"CFx","value":"true"}])");
}

TEST_CASE("an agent that sees no lists can still name values by id, and teams and categories by name")
{
    FakeHost host;
    for (const char *route : {typesRoute, "/api/Team", "/api/Category", "/api/Priority", "/api/Status"})
        host.on("GET", route, ok("[]"));
    host.on("POST", ticketsRoute, {201, R"({"id":7})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(
        plugin.create(ticket(R"("queue":"Alert Team","category":"Hardware","priority":2,"fields":{"ticketType":1})"))
            .ok());
    CHECK(textOf(*changingBody(host), "team") == "Alert Team");
    const Outcome outcome = plugin.create(ticket(R"("fields":{"ticketType":"Incident"})"));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK_THAT(outcome.message, Contains("cannot be looked up: HaloPSA lists no values for it to the agent"));
}

TEST_CASE("a client on the second page is found, and one that is on two pages counts once")
{
    FakeHost host;
    std::string first;
    for (int id = 100; id < 200; ++id)
        first += (first.empty() ? "" : ",") + std::string(R"({"id":)") + std::to_string(id) + R"(,"name":"Client )" +
                 std::to_string(id) + "\"}";
    host.on("GET", clientsRoute, ok(R"({"record_count":101,"clients":[)" + first + "]}"))
        .on("GET", clientsRoute,
            ok(R"({"record_count":101,"clients":[{"id":199,"name":"Client 199"},{"id":12,"name":"Acme Dental"}]})"))
        .on("POST", ticketsRoute, {201, R"({"id":7})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.create(R"({"version":1,"title":"x","company":"Acme Dental","fields":{"ticketType":1}})").ok());
    CHECK(integerOf(*changingBody(host), "client_id") == 12);
    CHECK(requests(host, "GET", "page_no=2") == 1);
}

TEST_CASE("a list of clients that is not whole names no client")
{
    FakeHost host;
    host.on("GET", clientsRoute, ok(R"({"record_count":9,"clients":[{"id":12,"name":"Acme Dental"}]})"));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome =
        plugin.create(R"({"version":1,"title":"x","company":"Acme Dental","fields":{"ticketType":1}})");
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK_THAT(outcome.message, Contains("did not return its whole list of clients"));
}

TEST_CASE("a long title is shortened, and the description starts with all of it")
{
    Creating tenant;
    const std::string title(300, 'x');
    const Outcome outcome =
        tenant.plugin.create(R"({"version":1,"title":")" + title +
                             R"(","description":"It is full.","company":12,"fields":{"ticketType":1}})");
    REQUIRE(outcome.ok());
    const auto body = changingBody(tenant.host);
    CHECK(textOf(*body, "summary").size() < 300);
    CHECK(textOf(*body, "details") == title + "\n\nIt is full.");
    CHECK(document("ticket-result", outcome.result)->getArray("warnings")->size() == 1);
}

// Changes of a ticket.
#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;
using psa::plugins::toJson;

namespace {

constexpr const char *plain =
    R"({"id":7,"status_id":1,"agent_id":1,"team":"Service Desk","priority_id":3,"sla_id":1,"category_1":"Hardware",)"
    R"("tickettype_id":1,"client_id":12,"assets":[{"id":700,"inventory_number":"SRV-01"}]})";

struct Changing : Tenant
{
    explicit Changing(const std::string &row = plain, const Answer &answer = {201, R"({"id":7})"},
                      const std::string &more = {})
        : Tenant(more)
    {
        host.on("GET", rowRoute, ok(row)).on("POST", ticketsRoute, answer);
    }
};

std::string change(const std::string &members)
{
    return R"({"version":1,)" + members + "}";
}

} // namespace

TEST_CASE("a change sends what differs with the id of the ticket, by one request after reading")
{
    const auto [members, body, changed] = GENERATE(table<std::string, std::string, std::string>({
        {R"("status":"Closed")", R"({"dont_do_rules":true,"id":7,"send_survey":false,"status_id":9})", R"(["status"])"},
        {R"("status":2,"priority":"High")",
         R"({"dont_do_rules":true,"id":7,"priority_id":2,"send_survey":false,"status_id":2})",
         R"(["priority","status"])"},
        {R"("queue":"alert team","category":"hardware>laptop")",
         R"({"category_1":"Hardware>Laptop","dont_do_rules":true,"id":7,"team":"Alert Team"})",
         R"(["queue","category"])"},
        {R"("assignee":"Tess Tech")", R"({"agent_id":3,"dont_do_rules":true,"id":7})", R"(["assignee"])"},
        {R"("device":701)", R"({"assets":[{"id":700},{"id":701}],"dont_do_rules":true,"id":7})", R"(["device"])"},
    }));
    CAPTURE(members);
    Changing tenant;
    const Outcome outcome = tenant.plugin.change(change(members));
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    CHECK(toJson(*changingBody(tenant.host)) == body);
    CHECK(toJson(*document("change-result", outcome.result)->getArray("changed")) == changed);
    CHECK(mutating(tenant.host) == 1);
}

TEST_CASE("a change of what the ticket has already sends nothing")
{
    Changing tenant;
    const Outcome outcome = tenant.plugin.change(
        change(R"("status":"new","priority":"Medium","queue":1,"category":"Hardware","assignee":1,"device":"srv-01")"));
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    CHECK(document("change-result", outcome.result)->getArray("changed")->size() == 0);
    CHECK_THAT(outcome.result, Contains(R"("status":{"id":"1","label":"New"})"));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a change of ids costs two requests")
{
    Changing tenant;
    REQUIRE(tenant.plugin.change(change(R"("status":9)")).ok());
    CHECK(requests(tenant.host) == 2);
}

TEST_CASE("rules run if the configuration says so")
{
    Changing tenant(plain, {201, R"({"id":7})"}, R"("runRules":true)");
    REQUIRE(tenant.plugin.change(change(R"("status":9)")).ok());
    CHECK_FALSE(changingBody(tenant.host)->getValue<bool>("dont_do_rules"));
}

TEST_CASE("a ticket that somebody works on is not taken away from them")
{
    const auto [agent, status] = GENERATE(table<std::string, psa_status>({{"4", PSA_CONFLICT},
                                                                          {"9", PSA_OK}, // the plugin's own agent
                                                                          {"1", PSA_OK},
                                                                          {"null", PSA_OK},
                                                                          {"3", PSA_OK}}));
    CAPTURE(agent);
    Changing tenant(R"({"id":7,"status_id":1,"tickettype_id":1,"agent_id":)" + agent + "}");
    const Outcome outcome = tenant.plugin.change(change(R"("assignee":3)"));
    CHECK(outcome.status == status);
    CHECK(mutating(tenant.host) == (status == PSA_OK && agent != "3" ? 1 : 0));
    if (status == PSA_CONFLICT)
    {
        CHECK(outcome.field == "assignee");
        CHECK_THAT(outcome.message, Contains("assigned to agent 4 in HaloPSA"));
    }
}

TEST_CASE("a resolve leaves the agent of a ticket alone")
{
    Changing tenant(R"({"id":7,"status_id":1,"tickettype_id":1,"agent_id":4})");
    REQUIRE(tenant.plugin.change(change(R"("status":"Closed")")).ok());
    CHECK_FALSE(changingBody(tenant.host)->has("agent_id"));
}

TEST_CASE("a ticket without an SLA keeps its priority, with a warning")
{
    Changing tenant(R"({"id":7,"status_id":1,"tickettype_id":21,"priority_id":0})");
    const Outcome outcome = tenant.plugin.change(change(R"("priority":"High")"));
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Contains("has no SLA in HaloPSA"));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("the answer is believed only where it says more than the ticket before and the change")
{
    const auto [answer, shown, warned] = GENERATE(table<std::string, std::string, bool>({
        {R"({"id":7,"status_id":9})", R"("status":{"id":"9","label":"Closed"})", false},
        {R"({"id":7,"status_id":1})", R"("status":{"id":"9","label":"Closed"})", false}, // not yet
        {R"({"id":7})", R"("status":{"id":"9","label":"Closed"})", false},
        {R"({"id":7,"status_id":2})", R"("status":{"id":"2","label":"In Progress"})", true},
    }));
    CAPTURE(answer);
    Changing tenant(plain, {201, answer});
    const Outcome outcome = tenant.plugin.change(change(R"("status":"Closed")"));
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Contains(shown));
    CHECK(document("change-result", outcome.result)->has("warnings") == warned);
}

TEST_CASE("a ticket that is gone gets no change")
{
    const auto [answer, said] = GENERATE(table<Answer, std::string>({
        {{404, ""}, "was deleted in HaloPSA"},
        {{200, R"({"id":7,"deleted":true})"}, "was deleted in HaloPSA"},
        {{200, R"({"id":7,"merged_into_id":9})"}, "was merged into ticket 9"},
        {{400, R"({"Message":"Ticket not found, or you do not have access to this Ticket"})"},
         "or the agent of the application may not see it"},
    }));
    Tenant tenant;
    tenant.host.on("GET", rowRoute, answer);
    const Outcome outcome = tenant.plugin.change(change(R"("status":9)"));
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Contains(said));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a wrong value of a change names its member and what HaloPSA has")
{
    const auto [members, field, hint] = GENERATE(table<std::string, std::string, std::string>({
        {R"("status":"Solved")", "status", "Use one of: New (1), In Progress (2), Closed (9)."},
        {R"("priority":"Normal")", "priority", "Use one of: High (2), Medium (3)."},
        {R"("queue":"x")", "queue", "Use one of: Service Desk (1), Alert Team (3)."},
        {R"("assignee":"x")", "assignee", "Enter the name exactly"},
        {R"("device":"x")", "device", "Enter the name exactly"},
        {R"("status":" ")", "status", "Name a value"},
    }));
    CAPTURE(members);
    Changing tenant;
    const Outcome outcome = tenant.plugin.change(change(members));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == field);
    CHECK_THAT(outcome.hint, Contains(hint));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a change that HaloPSA refuses says what it would accept")
{
    Changing tenant(plain, {400, R"({"Message":"This status is not allowed"})"});
    const Outcome outcome = tenant.plugin.change(change(R"("status":9)"));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.message == "HaloPSA does not accept the change: This status is not allowed.");
    CHECK_THAT(outcome.hint, Contains("Valid values: New (1)"));
}

TEST_CASE("a change whose answer is lost is unknown")
{
    const auto answer = GENERATE(Answer{500, ""}, noAnswer(PSA_HTTP_REASON_CLOSED), Answer{201, "<html></html>"});
    Changing tenant(plain, answer);
    const Outcome outcome = tenant.plugin.change(change(R"("status":9)"));
    CHECK(outcome.status == PSA_OUTCOME_UNKNOWN);
    CHECK_THAT(outcome.hint, Contains("the ticket is read before anything is sent again"));
}

// change: what differs is set, once.
#include "common/json.h"
#include "tenant.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;
using psa::plugins::textOf;

namespace {

constexpr const char *ticketRoute = "/V1.0/Tickets/7";
constexpr const char *patchRoute = "/V1.0/Tickets";
constexpr const char *ownReference = "HWVJX5PY8Q7XN1DQNPKHE5XK57";

std::string rowWith(const std::string &more)
{
    return R"({"item":{"id":7,"companyID":175,"status":1,"priority":2,"queueID":29683378,"ticketCategory":3,)"
           R"("externalID":")" +
           std::string(ownReference) + R"(","creatorResourceID":50,"lastActivityResourceID":50)" +
           (more.empty() ? "" : "," + more) + "}}";
}

struct ChangedTicket
{
    FakeHost host;
    AutotaskUnderTest plugin{host};

    explicit ChangedTicket(const std::string &more = {})
    {
        scriptTenant(host);
        host.on("GET", ticketRoute, ok(more == "null" ? R"({"item":null})" : rowWith(more)))
            .on("PATCH", patchRoute, ok(R"({"itemId":7})"))
            .on("POST", "/V1.0/TicketNotes/query", ok(R"({"items":[]})"))
            .on("POST", "/V1.0/Resources/query",
                ok(R"({"items":[{"id":17,"firstName":"Jane","lastName":"Doe","email":"jane@msp.example"}]})"))
            .on("POST", "/V1.0/ResourceServiceDeskRoles/query",
                ok(R"({"items":[{"id":1,"resourceID":17,"roleID":8,"isActive":true,"isDefault":false},)"
                   R"({"id":2,"resourceID":17,"roleID":9,"isActive":true,"isDefault":true}]})"))
            .on("POST", "/V1.0/ResourceRoleQueues/query",
                ok(R"({"items":[{"id":1,"resourceID":17,"roleID":9,"isActive":true}]})"))
            .on("POST", "/V1.0/ConfigurationItems/query",
                ok(R"({"items":[{"id":61,"companyID":175,"referenceTitle":"SRV-01","serialNumber":"SN1"},)"
                   R"({"id":62,"companyID":174,"referenceTitle":"SRV-01"}]})"));
        plugin.configured();
    }

    Outcome change(const std::string &members) { return plugin.change(R"({"version":1,)" + members + "}"); }
    std::size_t patches() const { return mutating(host); }
    std::size_t requestsOf(const std::string &members)
    {
        const std::size_t before = host.sent.size();
        REQUIRE(change(members).ok());
        return host.sent.size() - before;
    }
};

/// "status priority", the members that were changed.
std::string changedMembers(const Outcome &outcome)
{
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    std::string names;
    const auto array = document("change-result", outcome.result)->getArray("changed");
    for (unsigned i = 0; i < array->size(); ++i)
        names += (i == 0 ? "" : " ") + array->getElement<std::string>(i);
    return names;
}

} // namespace

TEST_CASE("only what differs is set, and nothing else is named in the request")
{
    ChangedTicket tenant;
    const Outcome outcome = tenant.change(R"("status":"Complete","priority":"Mittel","queue":8)");
    CHECK(changedMembers(outcome) == "status queue");
    CHECK(tenant.host.sent.back().body == R"({"id":7,"queueID":8,"status":5})");
    CHECK(tenant.host.sent.back().method == "PATCH");
    CHECK(tenant.host.sent.back().mutates);
}

TEST_CASE("a change costs two requests once zone and fields are cached, and one if nothing differs")
{
    ChangedTicket tenant;
    tenant.requestsOf(R"("status":"Complete")");
    CHECK(tenant.requestsOf(R"("status":"Complete")") == 2);
    CHECK(tenant.requestsOf(R"("status":"new")") == 1);
}

TEST_CASE("a change that differs in nothing sends nothing and says what the status is")
{
    const auto members = GENERATE(values<std::string>(
        {R"("status":"New")", R"("status":"1","priority":2)", R"("queue":"service desk","category":"Standard")"}));
    ChangedTicket tenant;
    const Outcome outcome = tenant.change(members);
    CHECK(changedMembers(outcome).empty());
    CHECK(tenant.patches() == 0);
    const auto status = document("change-result", outcome.result)->getObject("status");
    CHECK(textOf(*status, "label") == "New");
}

TEST_CASE("a value that the ticket has already needs not be active")
{
    ChangedTicket tenant(R"("queueID":7)");
    CHECK(changedMembers(tenant.change(R"("queue":7)")).empty());
    CHECK(tenant.change(R"("queue":"Old queue")").field == "queue");
}

TEST_CASE("the result of a change says which status was set, or which one the ticket has")
{
    ChangedTicket tenant;
    const auto labelAfter = [&](const char *members) {
        const auto result = document("change-result", tenant.change(members).result);
        return textOf(*result->getObject("status"), "label");
    };
    CHECK(labelAfter(R"("status":"Complete")") == "Complete");
    CHECK(labelAfter(R"("priority":"Critical")") == "New");
}

TEST_CASE("an assignee is set together with the role in which a queue has the resource")
{
    const auto given = GENERATE(values<std::string>({R"("Jane Doe")", R"("jane@msp.example")", "17", R"("doe")"}));
    ChangedTicket tenant;
    CHECK(changedMembers(tenant.change(R"("assignee":)" + given)) == "assignee");
    CHECK(tenant.host.sent.back().body == R"({"assignedResourceID":17,"assignedResourceRoleID":9,"id":7})");
}

TEST_CASE("a ticket that the assignee has already is not assigned again, whatever the role")
{
    ChangedTicket tenant(R"("assignedResourceID":17,"assignedResourceRoleID":8)");
    CHECK(changedMembers(tenant.change(R"("assignee":"Jane Doe")")).empty());
    CHECK(tenant.patches() == 0);
}

TEST_CASE("an assignee without a service desk role in a queue is rejected before anything is sent")
{
    ChangedTicket tenant;
    tenant.host.on("POST", "/V1.0/ResourceRoleQueues/query", ok(R"({"items":[]})"));
    tenant.host.cache.clear();
    (void)tenant.change(R"("assignee":17)"); // uses up the first answer
    tenant.host.cache.clear();
    const std::size_t before = tenant.patches();
    const Outcome outcome = tenant.change(R"("assignee":17)");
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == "assignee");
    CHECK(tenant.patches() == before);
}

TEST_CASE("a device is one of the ticket's company, although others have one of that name")
{
    const auto given = GENERATE(values<std::string>({R"("srv-01")", R"("SN1")", "61"}));
    ChangedTicket tenant;
    CHECK(changedMembers(tenant.change(R"("device":)" + given)) == "device");
    CHECK(tenant.host.sent.back().body == R"({"configurationItemID":61,"id":7})");
    const Outcome none = tenant.change(R"("device":"SRV-02")");
    CHECK(none.status == PSA_INVALID_TICKET);
    CHECK(none.field == "device");
}

TEST_CASE("a ticket that was merged into another one is not changed, and no field is to blame")
{
    ChangedTicket tenant(R"("status":5,"completedDate":"2026-11-24T10:00:00Z","completedByResourceID":17)");
    tenant.host.on("POST", "/V1.0/TicketNotes/query", ok(R"({"items":[{"id":1,"noteType":93,"ticketID":7}]})"));
    CHECK(changedMembers(tenant.change(R"("status":"New")")) == "status"); // no such note yet
    const Outcome outcome = tenant.change(R"("status":"New")");
    CHECK(outcome.status == PSA_NOT_FOUND);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Catch::Contains("merged"));
    CHECK(tenant.patches() == 1);
}

TEST_CASE("a ticket that this API user completed and nobody touched since is reopened without looking for a merge")
{
    ChangedTicket tenant(R"("status":5,"completedDate":"2026-11-24T10:00:00Z","completedByResourceID":50)");
    tenant.requestsOf(R"("status":"New")");
    CHECK(tenant.requestsOf(R"("status":"New")") == 2);
    ChangedTicket touched(
        R"("status":5,"completedDate":"2026-11-24T10:00:00Z","completedByResourceID":50,"lastActivityResourceID":17)");
    touched.requestsOf(R"("status":"New")");
    CHECK(touched.requestsOf(R"("status":"New")") == 3);
}

TEST_CASE("a ticket that Autotask does not show was deleted only if its log says so or cannot be read")
{
    const auto [answer, status, words] = GENERATE(table<Answer, psa_status, std::string>(
        {{ok(R"({"items":[{"id":1,"ticketID":7,"deletedByResourceID":17}]})"), PSA_NOT_FOUND, "was deleted"},
         {ok(R"({"items":[{"id":1,"ticketID":8}]})"), PSA_UNAVAILABLE, "at the moment"},
         {ok(R"({"items":[]})"), PSA_UNAVAILABLE, "at the moment"},
         {{500,
           R"({"errors":["The logged in Resource does not have the adequate permissions to query this entity type."]})"},
          PSA_NOT_FOUND,
          "may not see it"}}));
    ChangedTicket tenant("null");
    tenant.host.on("POST", "/V1.0/DeletedTicketLogs/query", answer);
    const Outcome outcome = tenant.change(R"("status":"Complete")");
    CHECK(outcome.status == status);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Catch::Contains(words));
    CHECK(tenant.patches() == 0);
}

TEST_CASE("a zone without the route for changes is reported, and no full update empties other fields")
{
    const auto answer = GENERATE(
        values<Answer>({{404, "<html>File or directory not found.</html>"},
                        {405, R"({"Message":"The requested resource does not support http method 'PATCH'."})"}}));
    ChangedTicket tenant;
    tenant.host.instead[3] = answer;
    const Outcome outcome = tenant.change(R"("status":"Complete")");
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field.empty());
    CHECK_THAT(outcome.message, Catch::Contains("webservices5.autotask.net") && Catch::Contains("PATCH Tickets"));
    CHECK(tenant.host.sent.back().method == "PATCH");
}

TEST_CASE("what Autotask does not accept in a change names the field")
{
    const auto [said, status, field] = GENERATE(table<std::string, psa_status, std::string>(
        {{"Picklist value [5] does not exist for status. ; on record number [1].", PSA_INVALID_TICKET, "status"},
         {"queueID is required", PSA_INVALID_TICKET, "queue"},
         {"The specified AssignedResourceID and AssignedRoleID combination is not currently defined",
          PSA_INVALID_TICKET, "assignee"},
         {"Data violation: When assigning a Resource, you must assign both a assignedResourceID and "
          "assignedResourceRoleID.",
          PSA_INVALID_TICKET, "assignee"},
         {"Reference value on field: configurationItemID of type: InstalledProduct does not exist or is invalid.",
          PSA_INVALID_TICKET, "device"},
         {"Missing Required Field: resolution. ; on record number [1].", PSA_INVALID_TICKET, ""},
         {"No matching records found. The logged in Resource may not have the required permissions to update the data.",
          PSA_NOT_FOUND, ""},
         {"The logged in Resource does not have the adequate permissions to update this entity type.", PSA_PERMISSION,
          ""}}));
    CAPTURE(said);
    ChangedTicket tenant;
    tenant.host.instead[3] = {500, "{\"errors\":[\"" + said + "\"]}"};
    const Outcome outcome = tenant.change(R"("status":"Complete")");
    CHECK(outcome.status == status);
    CHECK(outcome.field == field);
    CHECK(!outcome.hint.empty());
}

TEST_CASE("a category that demands a resolution is named as what to change")
{
    ChangedTicket tenant;
    tenant.host.instead[3] = {500, R"({"errors":["Missing Required Field: resolution."]})"};
    CHECK_THAT(tenant.change(R"("status":"Complete")").hint, Catch::Contains("demands a resolution"));
}

TEST_CASE("a change whose answer is lost is an unknown outcome of a change")
{
    const auto answer = GENERATE(
        values<Answer>({{500, ""}, {503, "<html></html>"}, {200, "{}"}, {200, ""}, noAnswer(PSA_HTTP_REASON_TIMEOUT)}));
    ChangedTicket tenant;
    tenant.host.instead[3] = answer;
    const Outcome outcome = tenant.change(R"("status":"Complete")");
    CHECK(outcome.status == PSA_OUTCOME_UNKNOWN);
    CHECK_THAT(outcome.message, Catch::Contains("changed the ticket"));
    CHECK_THAT(outcome.hint, Catch::Contains("read before anything is sent again"));
}

TEST_CASE("a status that is newer than the cached lists is found by reading them again, once")
{
    ChangedTicket tenant;
    tenant.host.cache["ticket-fields"] =
        R"({"fields":[{"name":"status","picklistValues":[{"value":"1","label":"New"}]}]})";
    CHECK(changedMembers(tenant.change(R"("status":"Complete")")) == "status");
    const Outcome unknown = tenant.change(R"("status":"Nonsense")");
    CHECK(unknown.field == "status");
    CHECK_THAT(unknown.hint, Catch::Contains("Complete (5)"));
}

TEST_CASE("the description of updates offers what change can set")
{
    ChangedTicket tenant;
    const auto about = document("update-description", tenant.plugin.describeUpdates().result);
    CHECK(about->getValue<int>("quietSeconds") == 120);
    CHECK(about->getArray("resolvedStatuses")->getElement<std::string>(0) == "Complete");
    CHECK(about->getArray("afterCreate")->size() == 0);
    CHECK(!about->getValue<bool>("removesNotes"));
    CHECK(about->getArray("changes")->size() == 6);
}

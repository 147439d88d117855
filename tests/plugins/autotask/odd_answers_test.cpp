// How the plugin handles answers that Autotask should not give.
#include "tenant.h"

#include "tests/plugins/common/odd_answers.h"

#include <catch2/catch.hpp>

#include <cstdint>

using namespace psa::plugins::autotask::test;

namespace {

constexpr const char *ticketRow =
    R"({"item":{"id":7,"ticketNumber":"T20261124.0017","status":1,"companyID":175,"createDate":"2026-11-24T10:00:00Z",)"
    R"("lastActivityDate":"2026-11-24T11:00:00Z","lastTrackedModificationDateTime":"2026-11-24T11:00:00Z",)"
    R"("lastActivityResourceID":50,"lastActivityPersonType":1,"creatorResourceID":50}})";

constexpr const char *companiesQuery = "/V1.0/Companies/query";

Outcome inTenant(FakeHost &host, const std::function<Outcome(AutotaskUnderTest &)> &run)
{
    scriptTenant(host);
    host.on("POST", "/V1.0/Tickets", ok(R"({"itemId":7})"))
        .on("PATCH", "/V1.0/Tickets", ok(R"({"itemId":7})"))
        .on("POST", "/V1.0/Tickets/7/Notes", ok(R"({"itemId":90})"))
        .on("GET", "/V1.0/Tickets/7", ok(ticketRow))
        .on("POST", "/V1.0/TicketNotes/query",
            ok(R"({"items":[{"id":90,"ticketID":7,"title":"x [REF1]","noteType":3,)"
               R"("creatorResourceID":17,"createDateTime":"2026-11-24T10:30:00Z"}]})"))
        .on("POST", "/V1.0/TicketHistory/query", ok(R"({"items":[]})"))
        .on("POST", "/V1.0/TimeEntries/query", ok(R"({"items":[]})"))
        .on("POST", "/V1.0/Resources/query",
            ok(R"({"items":[{"id":50,"email":"psa+host@APIUSER.com"},{"id":17,"firstName":"Jane","lastName":"Doe"}]})"))
        .on("POST", "/V1.0/ResourceServiceDeskRoles/query", ok(R"({"items":[{"id":1,"resourceID":17,"roleID":8}]})"))
        .on("POST", "/V1.0/ResourceRoleQueues/query", ok(R"({"items":[{"id":1,"resourceID":17,"roleID":8}]})"))
        .on("POST", "/V1.0/ConfigurationItems/query",
            ok(R"({"items":[{"id":61,"companyID":175,"referenceTitle":"SRV-01"}]})"))
        .on("POST", "/V1.0/Tickets/query", ok(R"({"items":[{"id":7,"externalID":"ref-1","ticketNumber":"T1"}]})"))
        .on("POST", companiesQuery, ok(R"({"items":[{"id":175,"companyName":"Acme Dental"}]})"))
        .on("POST", "/V1.0/Contacts/query", ok(R"({"items":[{"id":9,"firstName":"Ann","lastName":"Dyk"}]})"));
    AutotaskUnderTest plugin(host);
    plugin.configured();
    return run(plugin);
}

OddCall oddCall(const std::string &name, const std::string &schema, std::function<Outcome(AutotaskUnderTest &)> run)
{
    return {name, schema, [run = std::move(run)](FakeHost &host) { return inTenant(host, run); }};
}

const std::string byName =
    R"({"version":1,"title":"Disk full","company":"Acme Dental","contact":"Ann Dyk","queue":"Service Desk","category":3})";

/// Searches for a company of this name among `rows`.
Outcome createFor(const std::string &company, const std::string &rows, FakeHost &host)
{
    scriptTenant(host);
    host.on("POST", companiesQuery, ok(R"({"items":[)" + rows + "]}"))
        .on("POST", "/V1.0/Tickets", ok(R"({"itemId":7})"));
    AutotaskUnderTest plugin(host);
    plugin.configured();
    return plugin.create(R"({"version":1,"title":"x","company":")" + company + R"(","queue":8,"category":3})");
}

} // namespace

TEST_CASE("no odd response of Autotask is taken for more than it says")
{
    const auto call = GENERATE(values<OddCall>(
        {oddCall("test", "test-result", [](auto &plugin) { return plugin.test(); }),
         oddCall("create", "ticket-result", [](auto &plugin) { return plugin.create(byName); }),
         oddCall("find", "found-tickets", [](auto &plugin) { return plugin.find(); }),
         oddCall("read", "ticket-result", [](auto &plugin) { return plugin.read("7"); }),
         oddCall("read", "ticket-result", [](auto &plugin) { return plugin.read("T1"); }),
         oddCall("note", "note-result",
                 [](auto &plugin) { return plugin.addNote(R"({"version":1,"text":"x","visibility":"internal"})"); }),
         oddCall("find note", "found-notes", [](auto &plugin) { return plugin.findNote(); }),
         oddCall("change", "change-result",
                 [](auto &plugin) {
                     return plugin.change(
                         R"({"version":1,"status":"Complete","assignee":"Jane Doe","device":"SRV-01"})");
                 }),
         oddCall("activity", "activity", [](auto &plugin) { return plugin.activity(); }),
         oddCall("assignees", "choices", [](auto &plugin) { return plugin.list("assignees"); }),
         oddCall("queues", "choices", [](auto &plugin) { return plugin.list("queues"); }),
         oddCall("companies", "choices", [](auto &plugin) { return plugin.list("companies"); }),
         oddCall("contacts", "choices",
                 [](auto &plugin) { return plugin.list("contacts", "", "", R"({"company":"Acme Dental"})"); })}));
    checkOddAnswers(call);
}

TEST_CASE("a ticket never goes to another company when Autotask ignores a condition of the search")
{
    FakeHost host;
    const Outcome outcome = createFor("Acme Dental", R"({"id":1,"companyName":"Other Ltd"})", host);
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == "company");
    CHECK(mutating(host) == 0);
}

TEST_CASE("a company that a search of Autotask returns twice is one company")
{
    FakeHost host;
    const std::string row = R"({"id":175,"companyName":"ACME  dental"})";
    const Outcome outcome =
        createFor("Acme Dental", row + "," + row + R"(,{"id":2,"companyName":"Acme Dental 2"})", host);
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    CHECK(host.sent.back().body.find("\"companyID\":175") != std::string::npos);
}

TEST_CASE("the list of Autotask's companies ends when a full page has no higher id")
{
    const auto rows = GENERATE(values<std::string>({R"({"id":5,"companyName":"A"},{"id":4,"companyName":"B"})",
                                                    R"({"companyName":"A"},{"id":null,"companyName":"B"})"}));
    FakeHost host;
    scriptTenant(host);
    host.on("POST", companiesQuery, ok(R"({"items":[)" + rows + "]}"));
    AutotaskUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.list("companies", "", "5", "{}", 2);
    REQUIRE(outcome.ok());
    CHECK(!document("choices", outcome.result)->has("nextCursor"));
}

TEST_CASE("a ticket of Autotask is missing only if Autotask says so")
{
    const auto [body, status] = GENERATE(table<std::string, psa_status>({{R"({"item":null})", PSA_NOT_FOUND},
                                                                         {R"({"item":{}})", PSA_UNAVAILABLE},
                                                                         {R"({"item":"none"})", PSA_UNAVAILABLE},
                                                                         {R"({"item":{"id":0}})", PSA_UNAVAILABLE}}));
    FakeHost host;
    scriptTenant(host);
    host.on("GET", "/V1.0/Tickets/7", ok(body));
    AutotaskUnderTest plugin(host);
    plugin.configured();
    CAPTURE(body);
    CHECK(plugin.read("7").status == status);
}

TEST_CASE("the wait that Autotask asks for is passed on")
{
    const auto waitMs = GENERATE(values<std::uint32_t>({0, 1, 1000, 3600000, UINT32_MAX}));
    const auto status = GENERATE(values<std::uint32_t>({429, 503}));
    CAPTURE(waitMs, status);
    FakeHost host;
    scriptTenant(host);
    host.on("POST", "/V1.0/Tickets/query", Answer{status, "", PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, waitMs});
    AutotaskUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.find();
    CHECK(outcome.status == (status == 429 ? PSA_RATE_LIMITED : PSA_UNAVAILABLE));
    CHECK(outcome.retryAfterMs == waitMs);
}

TEST_CASE("a ticket with this number is missing only if Autotask's search says so")
{
    const auto [rows, status] = GENERATE(table<std::string, psa_status>(
        {{"", PSA_NOT_FOUND},
         {R"({"id":6,"ticketNumber":"T2"})", PSA_NOT_FOUND},
         {R"({"ticketNumber":"T1"})", PSA_UNAVAILABLE},
         {R"({"id":"x","ticketNumber":"T1"})", PSA_UNAVAILABLE},
         {R"({"id":7})", PSA_UNAVAILABLE},
         {"null", PSA_UNAVAILABLE},
         {R"({"id":5,"ticketNumber":"T5"},{"id":6,"ticketNumber":"T6"})", PSA_UNAVAILABLE}}));
    FakeHost host;
    scriptTenant(host);
    host.on("POST", "/V1.0/Tickets/query", ok(R"({"items":[)" + rows + "]}"));
    AutotaskUnderTest plugin(host);
    plugin.configured();
    CAPTURE(rows);
    CHECK(plugin.read("T1").status == status);
}

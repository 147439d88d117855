// createTicket while Autotask works: what is sent, how often, and what the operator is told.
#include "common/json.h"
#include "tenant.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;
using psa::plugins::integerOf;
using psa::plugins::parseObject;
using psa::plugins::textOf;

namespace {

struct TicketTenant
{
    FakeHost host;
    AutotaskUnderTest plugin{host};

    TicketTenant()
    {
        scriptTenant(host);
        host.on("POST", "/V1.0/Tickets", ok(R"({"itemId":29683})"));
        plugin.configured();
    }

    /// The body of the last request.
    psa::plugins::Object::Ptr body() const { return parseObject(host.sent.back().body); }
};

} // namespace

TEST_CASE("a ticket reaches Autotask with ids for labels and with its reference")
{
    TicketTenant tenant;
    const Outcome outcome = tenant.plugin.create(
        ticket(R"("description":"C: has 0 bytes left.","priority":"critical","dueAt":"2026-11-24T17:00:00+01:00",)"
               R"("fields":{"source":"Monitoring Alert","ticketType":5,"issueType":"computer","subIssueType":"Disk",)"
               R"("contract":77,"workType":"29682801"})"),
        "a1b2-c3");
    REQUIRE(outcome.ok());
    const auto body = tenant.body();
    REQUIRE(body);
    CHECK(textOf(*body, "title") == "Disk full");
    CHECK(textOf(*body, "description") == "C: has 0 bytes left.");
    CHECK(textOf(*body, "externalID") == "a1b2-c3");
    CHECK(textOf(*body, "dueDateTime") == "2026-11-24T16:00:00Z");
    const std::map<std::string, int> numbers{
        {"companyID", 175},    {"queueID", 29683378}, {"ticketCategory", 3},      {"status", 1},
        {"priority", 4},       {"source", 8},         {"ticketType", 5},          {"issueType", 10},
        {"subIssueType", 136}, {"contractID", 77},    {"billingCodeID", 29682801}};
    for (const auto &[name, number] : numbers)
    {
        CAPTURE(name);
        CHECK(integerOf(*body, name) == number);
        CHECK(body->get(name).isInteger());
    }
    CHECK(body->size() == numbers.size() + 4);

    const Sent &post = tenant.host.sent.back();
    CHECK(post.url == "https://webservices5.autotask.net/ATServicesRest/V1.0/Tickets");
    CHECK(post.mutates);
    CHECK(post.limitKey == "Tickets");
    CHECK(mutating(tenant.host) == 1);

    const auto result = document("ticket-result", outcome.result)->getObject("ticket");
    CHECK(textOf(*result, "id") == "29683");
    CHECK(textOf(*result, "url") ==
          "https://ww5.autotask.net/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID=29683");
}

TEST_CASE("the first ticket of a connection costs two lookups, every further one exactly one request")
{
    TicketTenant tenant;
    tenant.host.on("POST", "/V1.0/Companies/query", ok(R"({"items":[{"id":175,"companyName":"Northwind"}]})"));
    const std::string byNames = R"({"version":1,"title":"Disk full","company":"Northwind","queue":"Service Desk"})";
    REQUIRE(tenant.plugin.create(byNames, "ref-1").ok());
    CHECK(tenant.host.sent.size() == 4); // zone, fields, company, ticket
    REQUIRE(tenant.plugin.create(byNames, "ref-2").ok());
    CHECK(tenant.host.sent.size() == 5);
    AutotaskUnderTest other(tenant.host);
    other.configured();
    REQUIRE(other.create(byNames, "ref-3").ok());
    CHECK(tenant.host.sent.size() == 6);
    CHECK(mutating(tenant.host) == 3);
    CHECK(tenant.host.ttlMs["ticket-fields"] == 3600 * 1000);
    CHECK(tenant.host.cache["ticket-fields"].find("resolution") == std::string::npos);
}

TEST_CASE("a cache that stores nothing only costs requests")
{
    TicketTenant tenant;
    tenant.host.cacheKeepsNothing = true;
    REQUIRE(tenant.plugin.create(ticket()).ok());
    REQUIRE(tenant.plugin.create(ticket()).ok());
    CHECK(mutating(tenant.host) == 2);
}

TEST_CASE("without a due date the ticket is due after the hours of the defaults")
{
    TicketTenant tenant;
    const auto due = [&](const std::string &more) {
        REQUIRE(tenant.plugin.create(ticket(more)).ok());
        return textOf(*tenant.body(), "dueDateTime");
    };
    CHECK(due("") == "2026-11-25T15:30:00Z");
    CHECK(due(R"("fields":{"dueInHours":4})") == "2026-11-24T19:30:00Z");
    CHECK(due(R"("fields":{"dueInHours":0})").empty());
    CHECK(due(R"("dueAt":"2027-01-01T00:00:00Z","fields":{"dueInHours":4})") == "2027-01-01T00:00:00Z");
}

TEST_CASE("without status and priority the tenant's own defaults are used, and a guess is a warning")
{
    TicketTenant tenant;
    const Outcome outcome = tenant.plugin.create(ticket());
    CHECK(integerOf(*tenant.body(), "status") == 1);
    CHECK(integerOf(*tenant.body(), "priority") == 2);
    CHECK(!document("ticket-result", outcome.result)->has("warnings"));

    TicketTenant unmarked;
    unmarked.host.cache["ticket-fields"] = R"({"fields":[
        {"name":"status","picklistValues":[{"value":"1","label":"New","isDefaultValue":true}]},
        {"name":"priority","picklistValues":[{"value":"9","label":"Retired","sortOrder":1,"isActive":false},
            {"value":"4","label":"Critical","sortOrder":3},{"value":"2","label":"Medium","sortOrder":2}]}]})";
    const Outcome guessed = unmarked.plugin.create(R"({"version":1,"title":"t","company":0})");
    REQUIRE(guessed.ok());
    CHECK(integerOf(*unmarked.body(), "priority") == 2);
    const auto warning = document("ticket-result", guessed.result)->getArray("warnings")->getObject(0);
    CHECK(textOf(*warning, "field") == "priority");
    CHECK_THAT(textOf(*warning, "message"), Catch::Contains("\"Medium\" was used"));
}

TEST_CASE("nothing is sent for what the ticket does not have")
{
    TicketTenant tenant;
    REQUIRE(tenant.plugin
                .create(R"({"version":1,"title":"t","company":0,"description":"","queue":"","fields":{"source":null}})")
                .ok());
    const std::string &body = tenant.host.sent.back().body;
    CHECK(body.find("null") == std::string::npos);
    CHECK(body.find("\"\"") == std::string::npos);
    CHECK(integerOf(*tenant.body(), "companyID") == 0);
    for (const char *name : {"description", "queueID", "source", "contactID"})
        CHECK(!tenant.body()->has(name));
}

TEST_CASE("a title over the limit is truncated with a warning, and the description starts with the full title")
{
    TicketTenant tenant;
    const std::string title(300, 'x');
    const Outcome outcome =
        tenant.plugin.create(R"({"version":1,"company":0,"title":")" + title + R"(","description":"More."})");
    REQUIRE(outcome.ok());
    CHECK(textOf(*tenant.body(), "title") == std::string(251, 'x') + " […]");
    CHECK(textOf(*tenant.body(), "description") == title + "\n\nMore.");
    const auto warnings = document("ticket-result", outcome.result)->getArray("warnings");
    REQUIRE(warnings->size() == 1);
    CHECK(textOf(*warnings->getObject(0), "message") ==
          "The title is longer than the 255 characters that Autotask allows and was truncated; the description starts "
          "with the full title.");
}

TEST_CASE("a description over the limit is truncated between characters, with a warning")
{
    TicketTenant tenant;
    std::string text;
    for (int i = 0; i < 9000; ++i)
        text += "é";
    const Outcome outcome = tenant.plugin.create(ticket(R"("description":")" + text + "\""));
    REQUIRE(outcome.ok());
    const std::string sent = textOf(*tenant.body(), "description");
    CHECK(sent == text.substr(0, std::size_t{2} * 7996) + " […]");
    CHECK_THAT(outcome.result, Catch::Contains("8000 characters"));
}

TEST_CASE("any text reaches Autotask unchanged")
{
    TicketTenant tenant;
    REQUIRE(tenant.plugin.create(ticket(R"("description":"\"C:\\\\temp\" \u0001\u001f\t\r\n</script> Größe 😀 \u2028")"))
                .ok());
    CHECK(textOf(*tenant.body(), "description") == "\"C:\\\\temp\" \x01\x1f\t\r\n</script> Größe 😀 \xE2\x80\xA8");
    for (const char c : tenant.host.sent.back().body)
        CHECK(static_cast<unsigned char>(c) >= 0x20);
}

TEST_CASE("a title of several lines becomes one line")
{
    TicketTenant tenant;
    REQUIRE(tenant.plugin.create(R"({"version":1,"company":0,"title":" Disk\r\nfull\t! "})").ok());
    CHECK(textOf(*tenant.body(), "title") == "Disk full !");
}

TEST_CASE("a value that the tenant does not have is rejected before anything changes, with the candidates")
{
    struct Case
    {
        std::string more;
        std::string field;
        std::string message;
        std::string hint;
    };
    const auto wanted = GENERATE(values<Case>({
        {R"("queue":"NOC")", "queue", "Autotask has no Queue ID \"NOC\".",
         "Use one of: Monitoring Alert (8), Service Desk (29683378), Twin (11), twin (12)."},
        {R"("queue":"old QUEUE")", "queue", "Queue ID \"old QUEUE\" is inactive in Autotask.", "Monitoring Alert (8)"},
        {R"("queue":7)", "queue", "Queue ID \"7\" is inactive in Autotask.", "Monitoring Alert (8)"},
        {R"("queue":"TWIN")", "queue", "Queue ID \"TWIN\" matches more than one value in Autotask.",
         "Use the id of one of: Twin (11), twin (12)."},
        {R"("priority":3)", "priority", "Autotask has no Priority \"3\".", "Critical (4), Mittel (2)"},
        {R"("fields":{"source":"Fax"})", "source", "Autotask has no Source \"Fax\".", "Client Portal (-1)"},
        {R"("fields":{"issueType":"Computer","subIssueType":"Switch"})", "subIssueType",
         "Autotask has no Sub-Issue Type \"Switch\".", "Use one of: Disk (136)."},
        {R"("fields":{"dueInHours":-1})", "dueInHours", "not a whole number from 0 to 8760", "ticket defaults"},
        {R"("fields":{"contract":"Gold"})", "contract", "\"Gold\" is not a valid Contract ID.", "numeric id"},
        {R"("dueAt":"2026-02-30T00:00:00Z")", "dueAt", "\"2026-02-30T00:00:00Z\" is not a date",
         "2026-11-24T17:00:00Z"},
        {R"("company":"  ")", "company", "The ticket has no company.", "Default company"},
        {R"("title":" ")", "title", "The ticket has no title.", "one line"},
    }));
    CAPTURE(wanted.more);
    TicketTenant tenant;
    // Poco's parser keeps the last value of a duplicate key.
    const Outcome outcome = tenant.plugin.create(ticket(wanted.more));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == wanted.field);
    CHECK_THAT(outcome.message, Catch::Contains(wanted.message));
    CHECK_THAT(outcome.hint, Catch::Contains(wanted.hint));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a value newer than the cache is found by reading the tenant again, once")
{
    TicketTenant tenant;
    tenant.host.cache["ticket-fields"] =
        R"({"fields":[{"name":"queueID","picklistValues":[{"value":"8","label":"Monitoring Alert"}]}]})";
    REQUIRE(tenant.plugin.create(ticket()).ok());
    CHECK(integerOf(*tenant.body(), "queueID") == 29683378);
    CHECK(tenant.host.sent.size() == 3); // zone, fields, ticket
    const std::size_t before = tenant.host.sent.size();
    CHECK(!tenant.plugin.create(ticket(R"("queue":"NOC")")).ok());
    CHECK(tenant.host.sent.size() == before + 1);
}

TEST_CASE("a company name must match exactly one active company")
{
    TicketTenant tenant;
    tenant.host
        .on("POST", "/V1.0/Companies/query",
            ok(R"({"items":[{"id":175,"companyName":"Northwind"},{"id":176,"companyName":"Northwind"}]})"))
        .on("POST", "/V1.0/Companies/query", ok(R"({"items":[]})"));
    const Outcome two = tenant.plugin.create(ticket(R"("company":"Northwind")"));
    CHECK(two.status == PSA_INVALID_TICKET);
    CHECK(two.field == "company");
    CHECK(two.message == "More than one active record of Autotask fits company \"Northwind\".");
    CHECK(two.hint == "Use the id of one of: Northwind (175), Northwind (176).");
    const auto query = tenant.body();
    CHECK(tenant.host.sent.back().limitKey == "Companies");
    CHECK(
        tenant.host.sent.back().body ==
        R"({"filter":[{"items":[{"field":"companyName","op":"eq","value":"Northwind"},)"
        R"({"field":"isActive","op":"eq","value":true}],"op":"and"}],"includeFields":["id","companyName"],"maxRecords":20})");
    const Outcome none = tenant.plugin.create(ticket(R"("company":"Northwynd")"));
    CHECK(none.message == "Autotask has no active company \"Northwynd\" that the API user can see.");
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a contact is found within the company by name or email")
{
    TicketTenant tenant;
    tenant.host.on("POST", "/V1.0/Contacts/query",
                   ok(R"({"items":[{"id":7,"firstName":"Ann","lastName":"van Dyk",)"
                      R"("emailAddress":"Ann@example.com"}]})"));
    REQUIRE(tenant.plugin.create(ticket(R"("contact":"Ann van Dyk")")).ok());
    CHECK(integerOf(*tenant.body(), "contactID") == 7);
    const std::string &byName = tenant.host.sent[tenant.host.sent.size() - 2].body;
    for (const char *text :
         {R"({"field":"companyID","op":"eq","value":175})", R"({"field":"isActive","op":"eq","value":1})",
          R"({"field":"firstName","op":"eq","value":"Ann"},{"field":"lastName","op":"eq","value":"van Dyk"})",
          R"({"field":"firstName","op":"eq","value":"Ann van"},{"field":"lastName","op":"eq","value":"Dyk"})"})
        CHECK_THAT(byName, Catch::Contains(text));
    REQUIRE(tenant.plugin.create(ticket(R"("contact":"ann@example.com")")).ok());
    CHECK_THAT(tenant.host.sent[tenant.host.sent.size() - 2].body,
               Catch::Contains(R"({"field":"emailAddress","op":"eq","value":"ann@example.com"})"));
}

TEST_CASE("a work type is a billing code for work")
{
    TicketTenant tenant;
    tenant.host.on("POST", "/V1.0/BillingCodes/query", ok(R"({"items":[{"id":"55","name":"Remote"}]})"));
    REQUIRE(tenant.plugin.create(ticket(R"("fields":{"workType":"Remote"})")).ok());
    CHECK(integerOf(*tenant.body(), "billingCodeID") == 55);
    CHECK_THAT(tenant.host.sent[2].body, Catch::Contains(R"({"field":"useType","op":"eq","value":1})"));
}

TEST_CASE("user-defined fields are checked against the tenant's")
{
    TicketTenant tenant;
    tenant.host.on("GET", "/V1.0/Tickets/entityInformation/userDefinedFields", ok(R"({"fields":[
        {"name":"Asset tag","length":10,"isReadOnly":false},{"name":"Locked","isReadOnly":true},
        {"name":"Site","isPickList":true,"picklistValues":[{"value":"1","label":"Main"}]}]})"));
    const Outcome outcome = tenant.plugin.create(
        ticket(R"("fields":{"userDefinedFields":{"asset TAG":"FS01-0123456789","Site":"main","Empty":" "}})"));
    REQUIRE(outcome.ok());
    CHECK_THAT(tenant.host.sent.back().body,
               Catch::Contains(
                   R"("userDefinedFields":[{"name":"Site","value":"1"},{"name":"Asset tag","value":"FS01-0 […]"}])"));
    CHECK_THAT(outcome.result, Catch::Contains("holds 10 characters"));
    const auto refused = [&](const char *fields) {
        const Outcome result =
            tenant.plugin.create(ticket(R"("fields":{"userDefinedFields":)" + std::string(fields) + "}"));
        CHECK(result.status == PSA_INVALID_TICKET);
        CHECK(result.field == "userDefinedFields");
        return result.message + " " + result.hint;
    };
    CHECK_THAT(refused(R"({"Colour":"red"})"),
               Catch::Contains("\"Colour\"") && Catch::Contains("Asset tag, Locked, Site"));
    CHECK_THAT(refused(R"({"Locked":"x"})"), Catch::Contains("read-only"));
    CHECK_THAT(refused(R"({"Site":"Branch"})"), Catch::Contains("Main (1)"));
}

TEST_CASE("an id given as a string is an id")
{
    TicketTenant tenant;
    tenant.host.on("POST", "/V1.0/Tickets", ok(R"({"itemId":"29684"})"));
    REQUIRE(tenant.plugin.create(ticket()).ok());
    CHECK_THAT(tenant.plugin.create(ticket()).result, Catch::Contains(R"("id":"29684")"));
}

TEST_CASE("a ticket with an id was created, whatever else the response says")
{
    FakeHost host;
    scriptTenant(host);
    host.on("POST", "/V1.0/Tickets", ok(R"({"itemId":5,"errors":["A workflow rule failed."]})"));
    AutotaskUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Catch::Contains("Autotask created the ticket and says: A workflow rule failed."));
}

TEST_CASE("no URL is built from an address that is not Autotask's")
{
    FakeHost host;
    scriptTenant(host);
    host.cache["zone"] =
        R"({"url":"https://webservices5.autotask.net/ATServicesRest/","webUrl":"https://evil.example/"})";
    host.on("POST", "/V1.0/Tickets", ok(R"({"itemId":5})"));
    AutotaskUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    REQUIRE(outcome.ok());
    CHECK(outcome.result.find("url") == std::string::npos);
}

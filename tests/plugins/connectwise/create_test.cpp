// createTicket while ConnectWise works: what is sent, how often, and what the operator is told.
#include "company.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise::test;
using psa::plugins::integerOf;
using psa::plugins::parseObject;
using psa::plugins::textOf;

namespace {

/// A company that creates each ticket.
struct Creating : Company
{
    Creating()
    {
        host.on("POST", ticketsRoute,
                Answer{201, R"({"id":29683,"summary":"Disk full","status":{"id":11,"name":"New"},"contact":null})"});
    }

    /// The body of the last request.
    psa::plugins::Object::Ptr body() const { return parseObject(host.sent.back().body); }
    /// The id in a reference of the last body; "(none)" if it is missing.
    std::string id(const std::string &name) const
    {
        const auto reference = body()->getObject(name);
        return reference ? textOf(*reference, "id") : "(none)";
    }
};

} // namespace

TEST_CASE("a ticket reaches ConnectWise with ids for labels and with its reference")
{
    Creating company;
    company.host.on("GET", "/system/userDefinedFields", ok(R"([{"id":12,"fieldTypeIdentifier":"Text"}])"));
    const Outcome outcome = company.plugin.create(
        R"({"version":1,"title":"Disk full","description":"C: has 0 bytes left.","company":"acme dental",)"
        R"("queue":"help desk","status":"in progress","category":"Hardware","priority":"Priority 1 - Critical",)"
        R"("dueAt":"2026-11-24T17:00:00+01:00","fields":{"source":"Monitoring","subType":"Disk","item":"Replace",)"
        R"("team":"level 1","location":"Remote","severity":"High","impact":"Low","agreement":77,)"
        R"("contactName":"Ann Lee","contactPhone":"555-0100","contactEmail":"ann@example.com","poNumber":"PO-1",)"
        R"("internalNote":"From the monitor.","notify":false,"customFields":{"12":"FS01","13":" "}}})",
        "a1b2-c3");
    REQUIRE(outcome.ok());
    const auto body = company.body();
    REQUIRE(body);
    for (const auto &[name, value] :
         std::map<std::string, std::string>{{"summary", "Disk full"},
                                            {"initialDescription", "C: has 0 bytes left."},
                                            {"externalXRef", "a1b2-c3"},
                                            {"requiredDate", "2026-11-24T16:00:00Z"},
                                            {"severity", "High"},
                                            {"impact", "Low"},
                                            {"contactName", "Ann Lee"},
                                            {"contactPhoneNumber", "555-0100"},
                                            {"contactEmailAddress", "ann@example.com"},
                                            {"poNumber", "PO-1"},
                                            {"initialInternalAnalysis", "From the monitor."}})
    {
        CAPTURE(name);
        CHECK(textOf(*body, name) == value);
    }
    for (const auto &[name, id] : std::map<std::string, std::string>{{"company", "19297"},
                                                                     {"board", "1"},
                                                                     {"status", "12"},
                                                                     {"type", "31"},
                                                                     {"subType", "41"},
                                                                     {"item", "51"},
                                                                     {"team", "61"},
                                                                     {"priority", "6"},
                                                                     {"source", "3"},
                                                                     {"serviceLocation", "4"},
                                                                     {"agreement", "77"}})
    {
        CAPTURE(name);
        CHECK(company.id(name) == id);
        CHECK(body->getObject(name)->get("id").isInteger());
    }
    CHECK(body->getValue<bool>("processNotifications") == false);
    CHECK_THAT(company.host.sent.back().body, Catch::Contains(R"("customFields":[{"id":12,"value":"FS01"}])"));

    const Sent &post = company.host.sent.back();
    CHECK(post.url == "https://api-na.myconnectwise.net/v2025_1/apis/3.0/service/tickets");
    CHECK(post.mutates);
    CHECK(post.headers.at("Content-Type") == "application/json");
    CHECK(mutating(company.host) == 1);

    const auto result = document("ticket-result", outcome.result)->getObject("ticket");
    CHECK(textOf(*result, "id") == "29683");
    CHECK(textOf(*result, "number") == "29683");
    CHECK(textOf(*result, "status") == "New");
    CHECK(textOf(*result, "url") ==
          "https://na.myconnectwise.net/v4_6_release/services/system_io/router/openrecord.rails"
          "?locale=en_US&recordType=ServiceFv&recid=29683&companyName=examplemsp");
}

TEST_CASE("a ticket with ids costs one lookup of the company, and from then on exactly one request")
{
    Creating company;
    const std::string byIds = ticket(
        R"("queue":1,"status":"12","category":31,"priority":"6","contact":7,"fields":{"source":"3","subType":"41"})");
    REQUIRE(company.plugin.create(byIds, "ref-1").ok());
    CHECK(company.host.sent.size() == 2);
    CHECK(company.id("status") == "12");
    REQUIRE(company.plugin.create(byIds, "ref-2").ok());
    CHECK(company.host.sent.size() == 3);
}

TEST_CASE("a ticket with names costs one lookup per name, and from then on exactly one request")
{
    Creating company;
    const std::string byNames =
        R"({"version":1,"title":"Disk full","company":"ACME","queue":"Help Desk","status":"New","priority":"Priority 3 - Medium"})";
    REQUIRE(company.plugin.create(byNames, "ref-1").ok());
    CHECK(company.host.sent.size() == 6); // company lookup, company, board, status, priority, ticket
    REQUIRE(company.plugin.create(byNames, "ref-2").ok());
    CHECK(company.host.sent.size() == 7);
    ConnectWiseUnderTest other(company.host);
    other.configured();
    REQUIRE(other.create(byNames, "ref-3").ok());
    CHECK(company.host.sent.size() == 8);
    CHECK(mutating(company.host) == 3);
    CHECK(company.host.ttlMs["statuses:1"] == 3600 * 1000);
}

TEST_CASE("a cache that stores nothing only costs requests")
{
    Creating company;
    company.host.cacheKeepsNothing = true;
    REQUIRE(company.plugin.create(ticket(R"("queue":"Help Desk")")).ok());
    REQUIRE(company.plugin.create(ticket(R"("queue":"Help Desk")")).ok());
    CHECK(mutating(company.host) == 2);
}

TEST_CASE("values that a ticket does not set are left to ConnectWise's own defaults")
{
    Creating company;
    REQUIRE(company.plugin
                .create(R"({"version":1,"title":"t","company":1,"description":"","queue":"","fields":{"source":null}})")
                .ok());
    CHECK(company.host.sent.back().body == R"({"company":{"id":1},"externalXRef":"ref-1","summary":"t"})");
}

TEST_CASE("a name that belongs to a board is sent unchanged if the ticket has no board")
{
    Creating company;
    REQUIRE(company.plugin.create(ticket(R"("status":"New","category":"Hardware","fields":{"team":"Level 1"})")).ok());
    CHECK(textOf(*company.body()->getObject("status"), "name") == "New");
    CHECK(textOf(*company.body()->getObject("type"), "name") == "Hardware");
    CHECK(textOf(*company.body()->getObject("team"), "name") == "Level 1");
    CHECK(company.host.sent.size() == 2);
}

TEST_CASE("a name is looked up in the board's own list")
{
    Creating company;
    REQUIRE(company.plugin.create(ticket(R"("queue":"Monitoring","status":"New")")).ok());
    CHECK(company.id("status") == "21");
    REQUIRE(company.plugin.create(ticket(R"("queue":1,"status":"New")")).ok());
    CHECK(company.id("status") == "11");
}

TEST_CASE("a title over the limit is truncated with a warning, and the description starts with the full title")
{
    Creating company;
    const std::string title(150, 'x');
    const Outcome outcome =
        company.plugin.create(R"({"version":1,"company":1,"title":")" + title + R"(","description":"More."})");
    REQUIRE(outcome.ok());
    CHECK(textOf(*company.body(), "summary") == std::string(96, 'x') + " […]");
    CHECK(textOf(*company.body(), "initialDescription") == title + "\n\nMore.");
    const auto warnings = document("ticket-result", outcome.result)->getArray("warnings");
    REQUIRE(warnings->size() == 1);
    CHECK(textOf(*warnings->getObject(0), "message") ==
          "The title is longer than the 100 characters that ConnectWise allows and was truncated; the description "
          "starts with the full title.");
    REQUIRE(company.plugin.create(R"({"version":1,"company":1,"title":")" + std::string(100, 'y') + "\"}").ok());
    CHECK(textOf(*company.body(), "summary") == std::string(100, 'y'));
}

TEST_CASE("any text reaches ConnectWise unchanged")
{
    Creating company;
    REQUIRE(
        company.plugin.create(ticket(R"("description":"\"C:\\\\temp\" \u0001\u001f\t\r\n</script> Größe 😀 \u2028")"))
            .ok());
    CHECK(textOf(*company.body(), "initialDescription") ==
          "\"C:\\\\temp\" \x01\x1f\t\r\n</script> Größe 😀 \xE2\x80\xA8");
    for (const char c : company.host.sent.back().body)
        CHECK(static_cast<unsigned char>(c) >= 0x20);
}

TEST_CASE("a value that the company does not have is rejected before anything changes, with the candidates")
{
    struct Case
    {
        std::string more;
        std::string field;
        std::string message;
        std::string hint;
    };
    const auto wanted = GENERATE(values<Case>({
        {R"("queue":"NOC")", "queue", "ConnectWise has no Board \"NOC\".",
         "Use one of: Help Desk (1), Monitoring (2), Twin (4), twin (5)."},
        {R"("queue":"old BOARD")", "queue", "Board \"old BOARD\" is inactive in ConnectWise.", "Help Desk (1)"},
        {R"("queue":"TWIN")", "queue", "Board \"TWIN\" matches more than one value in ConnectWise.",
         "Use the id of one of: Twin (4), twin (5)."},
        {R"("queue":1,"status":"Done")", "status", "ConnectWise has no Status \"Done\".",
         "Use one of: New (11), In Progress (12)."},
        {R"("queue":"Help Desk","status":"waiting")", "status", "Status \"waiting\" is inactive in ConnectWise.",
         "New (11)"},
        {R"("queue":2,"status":"In Progress")", "status", "ConnectWise has no Status \"In Progress\".",
         "Use one of: New (21)."},
        {R"("queue":1,"category":"Software")", "category", "ConnectWise has no Type \"Software\".", "Hardware (31)"},
        {R"("queue":1,"category":"Hardware","fields":{"subType":"Switch"})", "subType",
         "ConnectWise has no Sub-Type \"Switch\".", "Use one of: Disk (41)."},
        {R"("queue":1,"category":31,"fields":{"subType":"41","item":"Restart"})", "item",
         "ConnectWise has no Item \"Restart\".", "Use one of: Replace (51)."},
        {R"("queue":1,"category":99,"fields":{"subType":"Disk"})", "subType",
         "ConnectWise has no Sub-Type that belongs to this type.", "choose another type"},
        {R"("priority":"Urgent")", "priority", "ConnectWise has no Priority \"Urgent\".",
         "Priority 1 - Critical (6), Priority 3 - Medium (8)"},
        {R"("fields":{"source":"Fax"})", "source", "ConnectWise has no Source \"Fax\".", "Monitoring (3), Phone (2)"},
        {R"("fields":{"agreement":"Gold"})", "agreement", "\"Gold\" is not a valid Agreement ID.", "numeric id"},
        {R"("fields":{"customFields":{"Asset":"1"}})", "customFields", "\"Asset\" is not the id of a custom field.",
         "numeric id"},
        {R"("dueAt":"2026-02-30T00:00:00Z")", "dueAt", "\"2026-02-30T00:00:00Z\" is not a date",
         "2026-11-24T17:00:00Z"},
        {R"("company":"  ")", "company", "The ticket has no company.", "Default company"},
        {R"("company":"Bob \"The Box\"")", "company", "quotation mark or a backslash", "numeric id"},
        {R"("title":" ")", "title", "The ticket has no title.", "one line"},
    }));
    CAPTURE(wanted.more);
    Creating company;
    // Poco's parser keeps the last value of a duplicate key.
    const Outcome outcome = company.plugin.create(ticket(wanted.more));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == wanted.field);
    CHECK_THAT(outcome.message, Catch::Contains(wanted.message));
    CHECK_THAT(outcome.hint, Catch::Contains(wanted.hint));
    CHECK(mutating(company.host) == 0);
}

TEST_CASE("a value newer than the cache is found by reading the list again, once")
{
    Creating company;
    company.host.cache["boards"] = R"([{"id":2,"name":"Monitoring"}])";
    REQUIRE(company.plugin.create(ticket(R"("queue":"Help Desk")")).ok());
    CHECK(company.id("board") == "1");
    CHECK(company.host.sent.size() == 3); // company lookup, boards, ticket
    const std::size_t before = company.host.sent.size();
    CHECK(!company.plugin.create(ticket(R"("queue":"NOC")")).ok());
    CHECK(company.host.sent.size() == before + 1);
}

TEST_CASE("a company is found by identifier or name, exactly one")
{
    Creating company;
    REQUIRE(company.plugin.create(R"({"version":1,"title":"t","company":"ACME"})").ok());
    CHECK(company.id("company") == "19297");
    const Sent &search = company.host.sent[1];
    CHECK(queryOf(search) == "conditions=deletedFlag=false and (identifier=\"ACME\" or name=\"ACME\")"
                             "&fields=id,identifier,name&pageSize=20");
    CHECK(!search.mutates);
    REQUIRE(company.plugin.create(R"({"version":1,"title":"t","company":"acme dental"})").ok());

    FakeHost two;
    two.on("GET", companiesRoute, ok(R"([{"id":1,"identifier":"ACME","name":"Acme Corp"},
                                         {"id":2,"identifier":"AcmeLtd","name":"acme"},{"id":3,"name":"Acme Inc"}])"))
        .on("GET", companiesRoute, ok("[]"));
    scriptCompany(two);
    ConnectWiseUnderTest plugin(two);
    plugin.configured();
    const Outcome ambiguous = plugin.create(R"({"version":1,"title":"t","company":"Acme"})");
    CHECK(ambiguous.status == PSA_INVALID_TICKET);
    CHECK(ambiguous.field == "company");
    CHECK(ambiguous.message == "More than one record of ConnectWise fits company \"Acme\".");
    CHECK(ambiguous.hint == "Use the id of one of: Acme Corp [ACME] (1), acme [AcmeLtd] (2).");
    const Outcome none = plugin.create(R"({"version":1,"title":"t","company":"Acme"})");
    CHECK(none.message == "ConnectWise has no company \"Acme\" that the API member can see.");
    CHECK(mutating(two) == 0);
}

TEST_CASE("a contact is found within the company by name")
{
    Creating company;
    company.host.on("GET", "/company/contacts", ok(R"([{"id":7,"firstName":"Ann","lastName":"van Dyk"}])"));
    REQUIRE(company.plugin.create(ticket(R"("contact":"ann van Dyk")")).ok());
    CHECK(company.id("contact") == "7");
    CHECK(queryOf(company.host.sent[1]) ==
          "conditions=company/id=19297 and inactiveFlag=false and ((firstName=\"ann\" and lastName=\"van Dyk\") or "
          "(firstName=\"ann van\" and lastName=\"Dyk\"))&fields=id,firstName,lastName&pageSize=20");
    const Outcome quoted = company.plugin.create(ticket(R"("contact":"Ann \"A\" Lee")"));
    CHECK(quoted.field == "contact");
    CHECK(mutating(company.host) == 1);
}

TEST_CASE("a contact's email is looked up by ConnectWise itself, and a ticket without the contact says so")
{
    Creating company;
    const Outcome outcome = company.plugin.create(ticket(R"("contact":"ann@example.com")"));
    REQUIRE(outcome.ok());
    CHECK(textOf(*company.body(), "contactEmailLookup") == "ann@example.com");
    CHECK(company.host.sent.size() == 2);
    CHECK_THAT(outcome.result, Catch::Contains("has no contact with the email ann@example.com"));

    FakeHost found;
    scriptCompany(found);
    found.on("POST", ticketsRoute, Answer{201, R"({"id":5,"contact":{"id":7,"name":"Ann Lee"}})"});
    ConnectWiseUnderTest plugin(found);
    plugin.configured();
    CHECK(!document("ticket-result", plugin.create(ticket(R"("contact":"ann@example.com")")).result)->has("warnings"));
}

TEST_CASE("a ticket that could not be searched for is not created")
{
    const auto reference = GENERATE(values<std::string>({"", "a\"b", "a\\b", "a\nb", std::string(101, 'x')}));
    Creating company;
    const Outcome outcome = company.plugin.create(ticket(), reference);
    CHECK(outcome.status == PSA_INTERNAL);
    CHECK_THAT(outcome.message, Catch::Contains("cannot be searched for"));
    CHECK(company.host.sent.empty());
}

TEST_CASE("any success status with an id means created, and an id may be a string")
{
    const auto answer =
        GENERATE(values<Answer>({Answer{200, R"({"id":5})"}, Answer{201, R"({"id":"5"})"},
                                 Answer{202, "\xEF\xBB\xBF{\"id\":5,\"code\":\"x\",\"errors\":[{}]}"}}));
    FakeHost host;
    scriptCompany(host);
    host.on("POST", ticketsRoute, answer);
    ConnectWiseUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Catch::Contains(R"("id":"5")"));
}

// createTicket that succeeds: what is specific to ConnectWise.
#include "fixture.h"

#include "host/json/json_text.h"
#include "host/plugin/ticket_builder.h"
#include "host/service/ticket_request.h"

#include <catch2/catch.hpp>

using namespace psa::json;
using namespace psa::plugin;
using namespace psa::service;
using namespace psa::test;
using namespace psa::test::connectwise;

namespace {

PluginError refusalOf(Setup &setup, const std::string &document)
{
    const CallOutcome outcome = setup.create("psa-host-1", document);
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK(outcome.mutation == MutationSeen::none);
    CHECK(setup.creates() == 0);
    return *outcome.error;
}

} // namespace

TEST_CASE("without board, status, type and priority ConnectWise's own defaults are used")
{
    Setup setup;
    const Values stored = setup.made(R"({"version": 1, "title": "Disk full", "company": 19})");
    CHECK(stored.at("board/id") == "1");
    CHECK(stored.at("status/id") == "16");
    CHECK(stored.at("type/id") == "101");
    CHECK(stored.at("priority/id") == "4");
    CHECK(setup.sandbox().requests() >= 2);
    CHECK(setup.exchanges().back().request.body.find("null") == std::string::npos);
}

TEST_CASE("names without a board are those of ConnectWise's default board")
{
    Setup setup;
    const Values stored = setup.made(
        R"({"version": 1, "title": "Disk full", "company": 19, "status": "In Progress", "category": "Proactive"})");
    CHECK(stored.at("status/id") == "17");
    CHECK(stored.at("type/id") == "102");
}

TEST_CASE("each board has its own statuses, even if two share a name")
{
    Setup setup;
    CHECK(setup.made(ticket(R"({"queue": "Help Desk", "status": "closed", "category": null})")).at("status/id") ==
          "19");
    CHECK(setup.made(ticket(R"({"queue": "Alerts", "status": "Closed", "category": null})"), "psa-host-2")
              .at("status/id") == "28");
}

TEST_CASE("a status of another board is rejected before anything is sent, with the board's values")
{
    Setup setup;
    const PluginError error =
        refusalOf(setup, ticket(R"({"queue": "Alerts", "status": "In Progress", "category": null})"));
    CHECK(error.field == "status");
    CHECK(error.message == "ConnectWise has no Status \"In Progress\".");
    CHECK(error.hint == "Use one of: New Alert (26), Acknowledged (27), Closed (28).");
    const PluginError inactive = refusalOf(setup, ticket(R"json({"status": "Escalated (old)"})json"));
    CHECK(inactive.message == "Status \"Escalated (old)\" is inactive in ConnectWise.");
    const PluginError board = refusalOf(setup, ticket(R"({"queue": "Old Desk"})"));
    CHECK(board.message == "Board \"Old Desk\" is inactive in ConnectWise.");
    const PluginError project = refusalOf(setup, ticket(R"({"queue": "Projects"})"));
    CHECK(project.message == "ConnectWise has no Board \"Projects\".");
    CHECK(project.hint == "Use one of: Help Desk (1), Alerts (2), Field Service (3).");
}

TEST_CASE("a sub-type must match the type, and an item both")
{
    Setup setup;
    const PluginError error = refusalOf(setup, ticketWithFields(R"({"subType": "Patching"})"));
    CHECK(error.field == "subType");
    CHECK(error.hint == "Use one of: Hardware (201).");
    const PluginError item =
        refusalOf(setup, ticket(R"({"category": 102, "fields": {"subType": "Patching", "item": "Printer"}})"));
    CHECK(item.field == "item");
    CHECK_THAT(item.message, Catch::Contains("no Item"));
}

TEST_CASE("a company is found by identifier and by name, in any case, once for all tickets")
{
    Setup setup;
    CHECK(setup.made(ticket(R"({"company": "acmedental"})")).at("company/id") == "19");
    CHECK(setup.made(ticket(R"({"company": "GLOBEXEU"})"), "psa-host-2").at("company/id") == "21");
    CHECK(setup.made(ticket(R"({"company": "globex europe"})"), "psa-host-3").at("company/id") == "21");
    const std::size_t before = setup.sandbox().requests("GET company/companies");
    CHECK(before == 3);
    setup.made(ticket(R"({"company": "ACMEDENTAL"})"), "psa-host-4");
    CHECK(setup.sandbox().requests("GET company/companies") == before);
}

TEST_CASE("a company name that matches two needs a human, and the candidates are listed")
{
    Setup setup;
    const PluginError error = refusalOf(setup, ticket(R"({"company": "Globex"})"));
    CHECK(error.field == "company");
    CHECK(error.message == "More than one record of ConnectWise fits company \"Globex\".");
    CHECK(error.hint == "Use the id of one of: Globex [Globex] (20), Globex [GlobexOld] (22).");
}

TEST_CASE("a deleted or missing company is not accepted")
{
    const std::string name = GENERATE("Initech (left in 2020)", "Initech", "Nobody Ltd", "%", "Acme");
    Setup setup;
    const PluginError error = refusalOf(setup, ticket(R"({"company": ")" + name + R"("})"));
    CHECK(error.field == "company");
    CHECK(error.message == "ConnectWise has no company \"" + name + "\" that the API member can see.");
}

TEST_CASE("a name that could end its quotes is not searched, but its id works")
{
    Setup setup;
    const PluginError error = refusalOf(setup, ticket(R"({"company": "Müller & Söhne \"Bau\""})"));
    CHECK(error.field == "company");
    CHECK_THAT(error.message, Catch::Contains("quotation mark or a backslash"));
    const PluginError injected = refusalOf(setup, ticket(R"({"company": "x\" or deletedFlag=true or name=\"x"})"));
    CHECK(injected.field == "company");
    CHECK(setup.sandbox().requests("GET company/companies") == 0);
    CHECK(setup.made(ticket(R"({"company": 24})")).at("company/id") == "24");
}

TEST_CASE("a contact is found by name, part of it, email or id")
{
    const std::string contact = GENERATE("Ada Byron", "ada byron", "Byron", "Ada", "ada@acme.example", "480");
    Setup setup;
    CHECK(setup.made(ticket(R"({"contact": ")" + contact + R"("})")).at("contact/id") == "480");
}

TEST_CASE("a contact of another company, or an inactive one, is not a contact of the company")
{
    const std::string contact = GENERATE("Hank Scorpio", "Former Employee");
    Setup setup;
    const PluginError error = refusalOf(setup, ticket(R"({"contact": ")" + contact + R"("})"));
    CHECK(error.field == "contact");
    CHECK(error.message ==
          "ConnectWise has no active contact of the company \"" + contact + "\" that the API member can see.");
}

TEST_CASE("an email that ConnectWise does not know leaves the ticket without a contact, with a warning")
{
    Setup setup;
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"contact": "nobody@acme.example"})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(warnings(outcome) ==
          std::vector<std::string>{"ConnectWise has no contact with the email nobody@acme.example; the ticket has "
                                   "none."});
}

TEST_CASE("further fields reach ConnectWise")
{
    Setup setup;
    const Values stored = setup.made(ticketWithFields(R"({"contactName": "Ann Lee", "contactPhone": "555-0100",
        "contactEmail": "ann@example.com", "poNumber": "PO-1", "internalNote": "From the monitor.", "notify": false,
        "customFields": {"5": "Zabbix"}})"));
    CHECK(stored.at("contactName") == "Ann Lee");
    CHECK(stored.at("contactPhoneNumber") == "555-0100");
    CHECK(stored.at("contactEmailAddress") == "ann@example.com");
    CHECK(stored.at("poNumber") == "PO-1");
    CHECK(stored.at("internal") == "From the monitor.");
    CHECK_THAT(stored.at("customFields"), Catch::Contains("Zabbix"));
}

TEST_CASE("custom fields of every type are accepted, even if written as a string")
{
    Setup setup;
    const std::string fields = R"({"customFields": {"5": "12", "6": "OSL", "7": "3", "8": "yes", "9": "2027-01-31",
        "10": "12.5", "11": "2", "12": "https://wiki.example/1"}})";
    const Values first = setup.made(ticketWithFields(fields)); // No ticket shows the types yet.
    const Values second = setup.made(ticketWithFields(fields), "psa-host-2");
    for (const Values &stored : {first, second})
        for (const char *value : {R"("12")", R"("OSL")", "3", "true", R"("2027-01-31T00:00:00Z")", "12.5", "2",
                                  R"("https://wiki.example/1")"})
            CHECK_THAT(stored.at("customFields"), Catch::Contains("\"value\": " + std::string(value) + "\n"));
    CHECK(setup.simulator().requests("GET system/userDefinedFields") == 1);
}

TEST_CASE("a role that may not read setup tables gets the types of custom fields from a ticket")
{
    Setup setup;
    setup.sandbox().changeTenant(R"({"revoke": "UserDefinedFields query"})");
    const std::string fields = R"({"customFields": {"7": "3"}})";
    const CallOutcome unknown = setup.create("psa-host-1", ticketWithFields(fields));
    REQUIRE_FALSE(unknown.ok()); // No ticket exists yet, so it is sent as written.
    CHECK(unknown.error->field == "customFields");
    REQUIRE(setup.create("psa-host-2", ticket()).ok());
    CHECK_THAT(setup.made(ticketWithFields(fields), "psa-host-3").at("customFields"), Catch::Contains(R"("value": 3)"));
}

TEST_CASE("a title of exactly the limit is not truncated")
{
    Setup setup;
    const std::string title(100, 'x');
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"title": ")" + title + R"("})"));
    REQUIRE(outcome.ok());
    CHECK(warnings(outcome).empty());
    CHECK(stored(setup.sandbox(), ticketId(outcome)).at("summary") == title);
}

TEST_CASE("control characters of a ticket reach ConnectWise as U+FFFD, and line ends as line feeds")
{
    Setup setup;
    const Values stored = setup.made(ticket(R"({"title": "Bad log line \u0000 on app-01",
        "description": "CPU \u0000 over 90% \u001b[31mred\u001b[0m\r\n\tsecond line"})"));
    CHECK(stored.at("summary") == "Bad log line \xEF\xBF\xBD on app-01");
    CHECK(stored.at("description") == "CPU \xEF\xBF\xBD over 90% \xEF\xBF\xBD[31mred\xEF\xBF\xBD[0m\n\tsecond line");
}

TEST_CASE("a ticket for another board than the default one is delivered without that board's status")
{
    Setup setup;
    const auto defaults = parseObject(R"({"queue": "Alerts", "status": "New Alert", "company": 19})");
    const auto request =
        parseTicketRequest(R"({"connection":"connectwise","title":"Server offline","queue":"Help Desk"})");
    const BuiltTicket built = buildTicket(setup.plugin(), *defaults, *request);
    CHECK_THAT(built.warnings, Catch::VectorContains(std::string(
                                   "The default Status \"New Alert\" was dropped: it belongs to the default Board "
                                   "\"Alerts\", and this ticket has Board \"Help Desk\".")));
    const Values stored = setup.made(built.json);
    CHECK(stored.at("board/id") == "1");
    CHECK(stored.at("status/id") == "16"); // its own default
}

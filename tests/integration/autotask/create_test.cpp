// createTicket that succeeds: what the operator writes, and the ticket that Autotask then has.
#include "fixture.h"

#include <Poco/UnicodeConverter.h>

#include <catch2/catch.hpp>

using namespace psa::net;
using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::autotask;
using psa::sandbox::Object;

namespace {

/// Creates a ticket, and returns it as Autotask has it.
Object::Ptr made(Setup &setup, const std::string &document, const std::string &reference = "psa-host-1")
{
    const CallOutcome outcome = setup.create(reference, document);
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(outcome.mutation == MutationSeen::answered);
    CHECK(outcome.defects.empty());
    return setup.stored(ticketId(outcome));
}

std::string text(const Object::Ptr &object, const std::string &name)
{
    const auto value = object->get(name);
    return value.isEmpty() ? "(none)" : value.toString();
}

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

/// As Autotask counts.
std::size_t utf16Units(const std::string &value)
{
    Poco::UTF16String wide;
    Poco::UnicodeConverter::convert(value, wide);
    return wide.size();
}

std::string repeated(const std::string &word, std::size_t times)
{
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += word;
    return all;
}

} // namespace

TEST_CASE("a description that is too long is truncated with a warning")
{
    Setup setup;
    const CallOutcome outcome =
        setup.create("psa-host-1", ticket(R"({"description": ")" + repeated("Zeile ä. ", 2000) + R"("})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    REQUIRE(warnings(outcome).size() == 1);
    CHECK_THAT(warnings(outcome)[0], Catch::StartsWith("The description is longer than the 8000 characters"));
    const auto stored = setup.stored(ticketId(outcome));
    CHECK_THAT(text(stored, "description"), Catch::EndsWith(" […]"));
    CHECK(utf16Units(text(stored, "description")) == 8000);
}

TEST_CASE("the tenant's own lengths apply, not the usual ones")
{
    Setup setup;
    std::string fields = Client(setup.sandbox()).get(base + "Tickets/entityInformation/fields").body;
    const std::size_t title = fields.find("\"title\"");
    const std::size_t length = fields.find("\"length\":255", title);
    REQUIRE(length != std::string::npos);
    fields.replace(length, 12, "\"length\":40");
    Object::Ptr fault = json(R"({"kind": "status", "status": 200})");
    fault->set("body", fields);
    setup.faultAt("entityInformation/fields", psa::sandbox::toText(fault));
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"title": ")" + std::string(60, 'x') + R"("})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(text(setup.stored(ticketId(outcome)), "title") == std::string(36, 'x') + " […]");
    CHECK_THAT(warnings(outcome).at(0), Catch::Contains("40 characters"));
}

TEST_CASE("a company is found by its name, in any case and with any letters, once for all tickets")
{
    Setup setup;
    CHECK(text(made(setup, ticket(R"({"company": "acme dental"})")), "companyID") == "174");
    CHECK(text(made(setup, ticket(R"({"company": "Müller & Söhne"})"), "psa-host-2"), "companyID") == "29683503");
    const auto before = setup.sandbox().requests("POST V1.0/{entity}/query");
    CHECK(before == 2);
    made(setup, ticket(R"({"company": "ACME DENTAL"})"), "psa-host-3");
    CHECK(setup.sandbox().requests("POST V1.0/{entity}/query") == before);
}

TEST_CASE("a company name that matches two needs a human, and the candidates are listed")
{
    Setup setup;
    const PluginError error = refusalOf(setup, ticket(R"({"company": "Globex"})"));
    CHECK(error.field == "company");
    CHECK(error.message == "More than one active record of Autotask fits company \"Globex\".");
    CHECK(error.hint == "Use the id of one of: Globex (175), Globex (29683501).");
}

TEST_CASE("an inactive or missing company is not accepted")
{
    const std::string name = GENERATE("Initech (left in 2020)", "Nobody Ltd", "%", "Acme");
    Setup setup;
    const PluginError error = refusalOf(setup, ticket(R"({"company": ")" + name + R"("})"));
    CHECK(error.field == "company");
    CHECK(error.message == "Autotask has no active company \"" + name + "\" that the API user can see.");
    CHECK_THAT(error.hint, Catch::Contains("the name exactly as Autotask has it, or the id"));
}

TEST_CASE("the MSP's own company works like any other")
{
    Setup setup;
    CHECK(text(made(setup, ticket(R"({"company": 0})")), "companyID") == "0");
    CHECK(text(made(setup, ticket(R"({"company": "0"})"), "psa-host-2"), "companyID") == "0");
    CHECK(text(made(setup, ticket(R"({"company": "The MSP itself"})"), "psa-host-3"), "companyID") == "0");
}

TEST_CASE("a contact is found by name, part of it, email or id")
{
    const std::string contact = GENERATE("Ada Byron", "ada byron", "Byron", "Ada", "ada@acme.example", "30001");
    Setup setup;
    CHECK(text(made(setup, ticket(R"({"contact": ")" + contact + R"("})")), "contactID") == "30001");
}

TEST_CASE("a contact of another company, or an inactive one, is not a contact of the company")
{
    const std::string contact = GENERATE("Hank Scorpio", "Former Employee");
    Setup setup;
    const PluginError error = refusalOf(setup, ticket(R"({"contact": ")" + contact + R"("})"));
    CHECK(error.field == "contact");
    CHECK(error.message ==
          "Autotask has no active contact of the company \"" + contact + "\" that the API user can see.");
}

TEST_CASE("user-defined fields are written by name, lists by their value, and too long ones are truncated")
{
    Setup setup;
    const CallOutcome outcome = setup.create(
        "psa-host-1",
        ticketWithFields(R"({"userDefinedFields": {"alertsource": "Zabbix", "Site": "oslo", "Device Id": ")" +
                         std::string(60, 'd') + R"("}})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    std::map<std::string, std::string> values;
    const auto stored = setup.stored(ticketId(outcome))->getArray("userDefinedFields");
    for (unsigned i = 0; i < stored->size(); ++i)
        values[text(stored->getObject(i), "name")] = text(stored->getObject(i), "value");
    CHECK(values["AlertSource"] == "Zabbix");
    CHECK(values["Site"] == "2");
    CHECK(values["Device Id"] == std::string(46, 'd') + " […]");
    CHECK(warnings(outcome).size() == 1);
}

TEST_CASE("an unknown user-defined field or value is reported with the valid ones")
{
    Setup setup;
    const PluginError field = refusalOf(setup, ticketWithFields(R"({"userDefinedFields": {"Colour": "red"}})"));
    CHECK(field.field == "userDefinedFields");
    CHECK(field.message == "Autotask has no user-defined ticket field \"Colour\".");
    CHECK(field.hint == "Use one of: AlertSource, Site, Device Id, Machines, Warranty until.");
    const PluginError value = refusalOf(setup, ticketWithFields(R"({"userDefinedFields": {"Site": "Rome"}})"));
    CHECK(value.message == "Autotask has no Site \"Rome\".");
    CHECK(value.hint == "Use one of: Berlin (1), Oslo (2).");
}

TEST_CASE("a ticket is due when it says, or so many hours from now, or when its category says")
{
    Setup setup;
    struct Row
    {
        std::string changes;
        std::string due;
    };
    const std::vector<Row> rows{
        {R"({"dueAt": "2026-12-01T09:00:00+01:00"})", "2026-12-01T08:00:00"},
        {R"({"dueAt": "2026-12-01T09:00:00Z", "fields": {"dueInHours": 4}})", "2026-12-01T09:00:00"},
        {R"({"fields": {"dueInHours": 4}})", "2026-11-24T19:30:00"},
        {"{}", "2026-11-25T15:30:00"}};
    int number = 0;
    for (const Row &row : rows)
    {
        CAPTURE(row.changes);
        const auto stored = made(setup, ticket(row.changes), "psa-host-" + std::to_string(++number));
        CHECK_THAT(text(stored, "dueDateTime"), Catch::StartsWith(row.due));
    }
    // The sandbox sets the category's own date; it exists, and the plugin sent none.
    CHECK(text(made(setup, ticketWithFields(R"({"dueInHours": 0})"), "psa-host-none"), "dueDateTime") != "(none)");
    CHECK(setup.exchanges().back().request.body.find("dueDateTime") == std::string::npos);
}

TEST_CASE("a value that Autotask does not have or offer is reported with the valid ones")
{
    Setup setup;
    const PluginError id = refusalOf(setup, ticket(R"({"priority": 3})"));
    CHECK(id.message == "Autotask has no Priority \"3\".");
    const PluginError inactive = refusalOf(setup, ticket(R"({"queue": "Closed queue"})"));
    CHECK(inactive.message == "Queue ID \"Closed queue\" is inactive in Autotask.");
    const PluginError other = refusalOf(setup, ticketWithFields(R"({"issueType": "Network", "subIssueType": "Disk"})"));
    CHECK(other.field == "subIssueType");
    CHECK(other.hint == "Use one of: Wi-Fi (140).");
}

TEST_CASE("without status and priority Autotask's defaults are used, and a fallback to the first value is a warning")
{
    Setup setup;
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"status": null, "priority": null})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(text(setup.stored(ticketId(outcome)), "priority") == "2");
    CHECK(text(setup.stored(ticketId(outcome)), "status") == "1");
    CHECK(warnings(outcome) ==
          std::vector<std::string>{"The ticket has no Status and Autotask has no default for it: \"New\" was used."});
}

TEST_CASE("an id given as a string of digits is an id")
{
    Setup setup;
    setup.sandbox().setSwitch("ticket.itemIdText", "true");
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(ticketId(outcome) == std::to_string(setup.sandbox().truth().tickets.back().id));
}

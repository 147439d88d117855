// psa-host as an operator runs it: everything up to a ticket in the sandbox, its output, and its exit codes.
#include "tests/integration/cli/operator.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using Catch::Contains;
using psa::test::Operator;
using psa::test::ProgramResult;
using psa::test::runProgram;

namespace {

/// The value after `label` in the output of a command.
std::string value(const std::string &text, const std::string &label)
{
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (line.rfind("  " + label + " ", 0) == 0)
            return line.substr(line.find_last_of(' ') + 1);
    return "";
}

} // namespace

TEST_CASE("the connection is tested, a ticket created, and shown as in the PSA")
{
    const Operator person;
    const ProgramResult tested = person.run({"connection", "test", person.path("autotask.toml")});
    INFO(tested.err);
    CHECK(tested.exitCode == 0);
    CHECK_THAT(tested.out, Contains("Connected to Autotask (webservices5.autotask.net)\n"));

    const ProgramResult created = person.create({"--title", "Backup failed", "--company", "Acme Dental"});
    INFO(created.err);
    REQUIRE(created.exitCode == 0);
    CHECK(created.err.empty());
    CHECK_THAT(created.out, Contains("Ticket 1 of autotask: done\n") && Contains("https://ww5."));
    const auto truth = person.sandbox.truth();
    REQUIRE(truth.tickets.size() == 1);
    const std::string reference = value(created.out, "reference");
    CHECK(truth.tickets[0].externalID == reference);

    const ProgramResult byId =
        person.run({"ticket", "show", "--connection", person.path("autotask.toml"), value(created.out, "PSA id")});
    CHECK(byId.exitCode == 0);
    CHECK(value(byId.out, "number") == value(created.out, "PSA number"));
    CHECK(value(byId.out, "number") == truth.tickets[0].number);
    const ProgramResult byReference = person.run(
        {"ticket", "show", "--connection", person.path("autotask.toml"), "--reference", reference, "--json"});
    CHECK(byReference.exitCode == 0);
    CHECK_THAT(byReference.out, Contains("\"id\": \"" + value(created.out, "PSA id") + "\""));
}

TEST_CASE("a request from a file is created, flags take precedence, and the same key creates no second ticket")
{
    const Operator person;
    person.write("ticket.json", R"({"title":"from the file","company":0,"fields":{"source":"Phone"}})");
    const std::vector<std::string> arguments{
        "--file",      person.path("ticket.json"), "--title", "from the flag", "--key", "alert-4711", "--field",
        "dueInHours=2"};
    const ProgramResult first = person.create(arguments);
    INFO(first.out << first.err);
    CHECK(first.exitCode == 0);
    const ProgramResult again = person.create(arguments);
    CHECK(again.exitCode == 0);
    CHECK_THAT(again.err, Contains("There is a ticket with this key already"));
    REQUIRE(person.sandbox.truth().tickets.size() == 1);
    CHECK(person.sandbox.truth().tickets[0].title == "from the flag");
}

TEST_CASE("a ticket file from a serializer, or from an editor of another system, is read by the API's rules")
{
    const Operator person;
    const auto create = [&](const std::string &file, const std::vector<std::string> &more = {}) {
        person.write("ticket.json", file);
        std::vector<std::string> arguments{"--file", person.path("ticket.json")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const ProgramResult result = person.create(arguments);
        INFO(result.err);
        CHECK(result.exitCode == 0);
        return person.sandbox.truth().tickets.back();
    };
    CHECK(create(R"({"connection":"autotask","key":"rmm-1","title":"Nulls from a serializer","description":null,
        "company":"Acme Dental","contact":null,"dueAt":null,"category":null,"fields":null})")
              .title == "Nulls from a serializer");
    const std::int64_t acme = person.sandbox.truth().tickets.back().companyID;
    CHECK(create("\xEF\xBB\xBF{\"title\":\"BOM from PowerShell 5.1\",\"company\":0}\r\n").title ==
          "BOM from PowerShell 5.1");
    const auto byId = create(R"({"title":"Float id","company":)" + std::to_string(acme) + ".0}",
                             {"--description", " ", "--field", "source= "});
    CHECK(byId.companyID == acme);
}

TEST_CASE("the key in a ticket file creates no second ticket, unless a flag has another key")
{
    const Operator person;
    person.write("ticket.json", R"({"title":"t","company":0,"key":"rmm-1"})");
    for (int i = 0; i < 2; ++i)
        CHECK(person.create({"--file", person.path("ticket.json"), "--key", " "}).exitCode == 0);
    CHECK(person.sandbox.truth().tickets.size() == 1);
    CHECK(person.create({"--file", person.path("ticket.json"), "--key", "other"}).exitCode == 0);
    CHECK(person.sandbox.truth().tickets.size() == 2);
}

TEST_CASE("an invalid ticket file is reported with what it is")
{
    const Operator person;
    const auto refused = [&](const std::string &file) {
        const ProgramResult result = person.create({"--file", file});
        CHECK(result.exitCode == 5);
        return result.err;
    };
    person.write("ticket.json", std::string("\xFF\xFE{\0}\0", 6));
    CHECK_THAT(refused(person.path("ticket.json")), Contains("is UTF-16 (little endian)"));
    person.write("ticket.json", "[]");
    CHECK_THAT(refused(person.path("ticket.json")), Contains("must be a JSON object"));
    person.write("ticket.json", R"({"title":" ","company":0})");
    CHECK_THAT(refused(person.path("ticket.json")), Contains("--title"));
    CHECK_THAT(refused("/dev/zero"), Contains("it has more than 1048576 bytes"));
    CHECK_THAT(refused(person.path("nothing.json")), Contains("nothing.json") && Contains("No such file"));
}

TEST_CASE("a dry run shows what would be sent, without secrets, and creates nothing")
{
    const Operator person;
    const ProgramResult dry = person.create({"--title", "t", "--company", "0", "--dry-run"});
    CHECK(dry.exitCode == 0);
    CHECK_THAT(dry.out, Contains("POST https://webservices5.autotask.net/ATServicesRest/V1.0/Tickets") &&
                            Contains("\"title\":\"t\""));
    CHECK(person.sandbox.truth().tickets.empty());
}

TEST_CASE("a dry run with a connection's file prints JSON on request")
{
    const Operator person;
    person.connection("queue = \"Monitoring Alert\"\ncategory = \"Standard\"\ncompany = 174\n");
    const ProgramResult dry = person.create({"--title", "t", "--dry-run", "--json"});
    CHECK(dry.exitCode == 0);
    CHECK_THAT(dry.out, Catch::StartsWith("{") && Contains("\"dryRun\": true") && Contains("\"withheldRequests\": [") &&
                            Contains("\"method\": \"POST\"") && Contains("default company 174") &&
                            !Contains("This would be sent"));
    CHECK(person.sandbox.truth().tickets.empty());
}

TEST_CASE("a dry run shows the warnings that the ticket would have, of the host and of the plugin")
{
    const Operator person;
    person.connection("queue = \"Monitoring Alert\"\ncategory = \"Standard\"\ncompany = 174\n");
    const ProgramResult dry = person.create({"--title", std::string(300, 't'), "--dry-run"});
    INFO(dry.err);
    CHECK(dry.exitCode == 0);
    CHECK_THAT(dry.err,
               Contains("Warning: The ticket has no company; the connection's default company 174 was used.") &&
                   Contains("Warning: The title is longer than the 255 characters"));
    CHECK(person.sandbox.truth().tickets.empty());
}

TEST_CASE("each kind of failure has its exit code and says what to do")
{
    Operator person;
    SECTION("a label that the PSA does not have")
    {
        const ProgramResult result = person.create({"--title", "t", "--company", "0", "--priority", "Purple"});
        CHECK(result.exitCode == 5);
        CHECK_THAT(result.err, Contains("no Priority \"Purple\"") && Contains("High (1)"));
    }
    SECTION("no title")
    {
        const ProgramResult result = person.create({"--company", "0"});
        CHECK(result.exitCode == 5);
        CHECK_THAT(result.err, Contains("--title"));
    }
    SECTION("a required default is missing: named before anything is sent")
    {
        person.connection("category = \"Standard\"\n");
        const ProgramResult result = person.create({"--title", "t", "--company", "0"});
        CHECK(result.exitCode == 5);
        CHECK_THAT(result.err, Contains("Queue ID (queue) is required") && Contains("ticket defaults"));
        CHECK(person.sandbox.requests() == 0);
    }
    SECTION("wrong credentials, tried once")
    {
        person.write("secret", "not-the-secret\n");
        const ProgramResult result = person.create({"--title", "t", "--company", "0"});
        CHECK(result.exitCode == 6);
        CHECK_THAT(result.err, Contains("401 Unauthorized") && Contains("Nothing was created."));
        CHECK(person.sandbox.truth().failedLogins == 1);
    }
    SECTION("a limit")
    {
        person.sandbox.addFault(
            R"({"match":{"method":"POST","entity":"Tickets"},"fault":{"kind":"status","status":429,)"
            R"("headers":{"Retry-After":"30"}}})");
        const ProgramResult result = person.create({"--title", "t", "--company", "0"});
        INFO(result.err);
        CHECK(result.exitCode == 7);
        CHECK_THAT(result.err, Contains("30 s"));
    }
    SECTION("rights that are missing, which Autotask says with 500")
    {
        person.sandbox.changeTenant(R"({"revoke":"Tickets create"})");
        const ProgramResult result = person.create({"--title", "t", "--company", "0"});
        CHECK(result.exitCode == 6);
        CHECK_THAT(result.err, Contains("adequate permissions") && Contains("it may still appear"));
    }
    SECTION("a limit of concurrent requests that comes with 500")
    {
        person.sandbox.addFault(
            R"({"match":{"route":"V1.0/Tickets$"},"fault":{"kind":"errors-500",)"
            R"("text":"The Autotask API thread threshold of 3 threads has been exceeded. Method: Create"}})");
        CHECK(person.create({"--title", "t", "--company", "0"}).exitCode == 7);
    }
    SECTION("a refusal with 500, which Autotask gives for whatever it does not accept")
    {
        person.sandbox.addFault(R"({"match":{"route":"V1.0/Tickets$"},"fault":{"kind":"errors-500",)"
                                R"("text":"dueDateTime is required."}})");
        const ProgramResult result = person.create({"--title", "t", "--company", "0"});
        CHECK(result.exitCode == 5);
        CHECK_THAT(result.err, Contains("dueDateTime is required") && Contains("it may still appear") &&
                                   Contains("psa-host ticket show --connection") && Contains("--reference "));
    }
    SECTION("the same, and neither is it known whether the ticket exists")
    {
        person.sandbox.addFault(R"({"match":{"route":"V1.0/Tickets$"},"fault":{"kind":"errors-500",)"
                                R"("text":"dueDateTime is required."}})");
        person.sandbox.addFault(R"({"match":{"route":"Tickets/query"},"fault":{"kind":"empty-500"}})");
        const ProgramResult result = person.create({"--title", "t", "--company", "0"});
        CHECK(result.exitCode == 5);
        CHECK_THAT(result.err, Contains("dueDateTime is required") && Contains("it may still appear"));
    }
    SECTION("an answer that was lost")
    {
        person.sandbox.addFault(
            R"({"match":{"method":"POST","entity":"Tickets","nth":1},"fault":{"kind":"commit-then-drop"}})");
        const ProgramResult result = person.create({"--title", "t", "--company", "0"});
        INFO(result.err);
        CHECK(result.exitCode == 8);
        CHECK_THAT(result.err, Contains("psa-host ticket show --connection") && Contains("--reference "));
        CHECK(person.sandbox.truth().tickets.size() == 1);
    }
}

TEST_CASE("a ticket that Autotask created and rejected is reported as created")
{
    const int status = GENERATE(200, 500);
    Operator person;
    person.sandbox.addFault(R"({"match":{"route":"V1.0/Tickets$"},"fault":{"kind":"status","status":)" +
                            std::to_string(status) +
                            R"(,"when":"after","body":"{\"errors\":[\"dueDateTime is required.\"]}"}})");
    const ProgramResult result = person.create({"--title", "t", "--company", "0"});
    CHECK(result.exitCode == 0);
    CHECK_THAT(result.out, Contains(": done") && Contains(person.sandbox.truth().tickets.at(0).number) &&
                               Contains("has created it, although its response was") &&
                               Contains("dueDateTime is required"));
}

TEST_CASE("mistakes in the connection's file are named before anything is sent")
{
    const Operator person;
    const auto test = [&](const std::vector<std::string> &environment = {}) {
        return person.run({"connection", "test", person.path("autotask.toml")}, environment);
    };
    SECTION("a secret in the clear")
    {
        person.connection("", "\"in-the-clear\"");
        CHECK(test().exitCode == 3);
        CHECK_THAT(test().err, Contains("API Secret (secret) is a secret and must not be in this file"));
        CHECK_THAT(test().err, !Contains("in-the-clear"));
    }
    SECTION("a secret file that others can read")
    {
        chmod(person.path("secret").c_str(), 0644);
        CHECK(test().exitCode == 3);
        CHECK_THAT(test().err, Contains("chmod 600"));
    }
    SECTION("an environment variable that is not set, and then is")
    {
        person.connection("", "{ env = \"PSA_TEST_SECRET\" }");
        CHECK(test().exitCode == 3);
        CHECK_THAT(test().err, Contains("PSA_TEST_SECRET is not set"));
        CHECK(test({"PSA_TEST_SECRET=" + person.sandbox.secret()}).exitCode == 0);
    }
    SECTION("an unknown field, an unknown plugin, no file")
    {
        person.connection("colour = 1\n");
        CHECK(test().exitCode == 3);
        CHECK_THAT(test().err, Contains("colour"));
        person.write("autotask.toml", "plugin = \"halopsa\"\n");
        CHECK(test().exitCode == 4);
        CHECK_THAT(test().err, Contains("no plugin \"halopsa\"") && Contains("autotask@"));
        CHECK(person.run({"connection", "test", "/nowhere.toml"}).exitCode == 3);
    }
    CHECK(person.sandbox.truth().failedLogins == 0);
}

TEST_CASE("a test of the connection finds ticket defaults that the PSA does not have")
{
    const Operator person;
    person.connection("queue = \"Monitoring Alrt\"\ncategory = \"standard\"\nstatus = 1\ncompany = 174\n");
    const ProgramResult result = person.run({"connection", "test", person.path("autotask.toml")});
    INFO(result.err);
    CHECK(result.exitCode == 5);
    CHECK_THAT(result.out, Contains("Connected to Autotask") && Contains("Ticket Category ID (ticket default)") &&
                               Contains(" Standard (3)\n") && Contains(" New (1)\n") &&
                               Contains(" Acme Dental (174)\n"));
    CHECK_THAT(result.err, Contains("Queue ID (queue): there is no active \"Monitoring Alrt\"") &&
                               Contains("connection choices FILE queues") && !Contains("(category)") &&
                               !Contains("(status)") && !Contains("(company)"));
}

TEST_CASE("a run is recorded and replayed without the PSA")
{
    const Operator person;
    const std::string recording = person.path("run.jsonl");
    CHECK(person.run({"connection", "test", person.path("autotask.toml"), "--record", recording}).exitCode == 0);
    const auto before = person.sandbox.requests();
    const ProgramResult replayed =
        person.run({"connection", "test", person.path("autotask.toml"), "--replay", recording});
    INFO(replayed.err);
    CHECK(replayed.exitCode == 0);
    CHECK_THAT(replayed.out, Contains("Connected to Autotask"));
    CHECK(person.sandbox.requests() == before);
}

TEST_CASE("the PSA's values are shown, so that nobody has to look up an id")
{
    const Operator person;
    const std::string file = person.path("autotask.toml");
    CHECK_THAT(person.run({"connection", "choices", file}).out, Contains("queues\n"));
    CHECK_THAT(person.run({"connection", "choices", file, "queues"}).out, Contains("Monitoring Alert"));
    CHECK_THAT(person.run({"connection", "choices", file, "companies", "--query", "acme", "--json"}).out,
               Contains("Acme Dental") && !Contains("Globex"));
    CHECK(person.run({"connection", "choices", file, "nonsense"}).exitCode == 4);
    CHECK(person.run({"connection", "choices", file, "contacts", "--depends-on", "x"}).exitCode == 2);
}

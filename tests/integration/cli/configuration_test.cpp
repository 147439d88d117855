// Rules, windows, customers and whole configurations, as an operator manages them on the command line.
#include "tests/integration/cli/operator.h"

using Catch::Contains;
using psa::test::Operator;
using psa::test::ProgramResult;

namespace {

/// A configuration with the operator's connection, and one of everything else.
std::string configurationOf(const Operator &op, const std::string &secret,
                            const std::string &matcher = "severity=critical")
{
    return "[[connections]]\nname = \"acme\"\nplugin = \"autotask\"\n[connections.configuration]\nuserName = "
           "\"" +
           op.sandbox.user() + "\"\nintegrationCode = { file = \"" + op.path("code") + "\" }\nsecret = " + secret +
           "\n[connections.ticketDefaults]\nqueue = \"Monitoring Alert\"\n"
           "[[rules]]\nname = \"Critical\"\nconditions = { all = ['" +
           matcher +
           "'] }\nticket = { connection = \"acme\" }\n"
           "[[windows]]\nname = \"Night\"\ntimeZone = \"Europe/Oslo\"\nweekly = { days = [\"sun\"], start = \"02:00\", "
           "minutes = 60 }\n"
           "[[customers]]\nname = \"Brightwater\"\naliases = [{ source = \"*\", id = \"27\" }]\n";
}

} // namespace

TEST_CASE("a configuration file is applied, does nothing a second time, and is exported without secrets")
{
    const Operator op;
    const std::string reference = "{ file = \"" + op.path("secret") + "\" }";
    op.write("all.toml", configurationOf(op, reference));
    const ProgramResult dry = op.run({"apply", op.path("all.toml"), "--dry-run"});
    INFO(dry.err);
    CHECK(dry.exitCode == 0);
    CHECK_THAT(dry.out, Contains("+ connection \"acme\"") && Contains("+ rule \"Critical\"") && Contains("dry run"));
    CHECK_THAT(op.run({"rule", "list"}).out, Contains("There are no rules yet"));
    CHECK(op.run({"apply", op.path("all.toml")}).exitCode == 0);
    CHECK_THAT(op.run({"apply", op.path("all.toml")}).out, Contains("Nothing differs"));
    const ProgramResult exported = op.run({"export"});
    CHECK_THAT(exported.out, Contains("stored = true"));
    op.write("exported.toml", exported.out);
    CHECK_THAT(op.run({"apply", op.path("exported.toml")}).out, Contains("Nothing differs"));
    const ProgramResult json = op.run({"export", "--format", "json"});
    op.write("exported.json", json.out);
    CHECK_THAT(op.run({"apply", op.path("exported.json"), "--prune"}).out, Contains("Nothing differs"));
    CHECK_THAT(op.run({"connection", "test", "acme"}).out, Contains("Connected to"));
}

TEST_CASE("a mistake in a configuration file is reported with its line, and a secret in it is rejected")
{
    const Operator op;
    const std::string reference = "{ file = \"" + op.path("secret") + "\" }";
    op.write("all.toml", configurationOf(op, reference, "severity="));
    const ProgramResult wrong = op.run({"apply", op.path("all.toml")});
    CHECK(wrong.exitCode == 5);
    CHECK_THAT(wrong.err, Contains("all.toml:12: /rules/0/conditions/all/0"));
    op.write("all.toml", configurationOf(op, "\"written here\""));
    const ProgramResult clear = op.run({"apply", op.path("all.toml")});
    CHECK(clear.exitCode == 5);
    CHECK_THAT(clear.err, Contains("all.toml:7: ") && Contains("is a secret") && !Contains("written here"));
    op.write("all.toml", configurationOf(op, "{ stored = true }"));
    CHECK_THAT(op.run({"apply", op.path("all.toml")}).err, Contains("the secret is not in the file"));
    CHECK_THAT(op.run({"connection", "list"}).out, Contains("There are no connections yet"));
}

TEST_CASE("rules are added, tried, ordered and turned on from the command line")
{
    const Operator op;
    op.write("all.toml", configurationOf(op, "{ file = \"" + op.path("secret") + "\" }"));
    const ProgramResult applied = op.run({"apply", op.path("all.toml")});
    INFO(applied.err);
    REQUIRE(applied.exitCode == 0);
    const ProgramResult added = op.run({"rule", "add", "Disk", "--connection", "acme", "--field",
                                        "title={{title}} on {{device}}", "--condition", "title=~\"(?i)disk.*\""});
    CHECK(added.exitCode == 0);
    CHECK_THAT(added.out, Contains("in dry run"));
    const ProgramResult wrong = op.run({"rule", "set", "Disk", "--field", "queue=No Such Queue"});
    CHECK(wrong.exitCode == 5);
    CHECK_THAT(wrong.err, Contains("No Such Queue"));
    op.write("event.json",
             R"({"kind":"problem","key":"d","title":"Disk full","device":{"id":null,"name":"SRV1","address":null}})");
    CHECK_THAT(op.run({"rule", "test", "Disk", "--event", op.path("event.json")}).out,
               Contains("matches") && Contains("Disk full on SRV1"));
    CHECK_THAT(op.run({"rule", "order", "Disk", "Critical"}).out, Contains("1  Disk") && Contains("2  Critical"));
    CHECK_THAT(op.run({"rule", "on", "Disk"}).out, Contains("Of the 0 events"));
    CHECK_THAT(op.run({"rule", "show", "Disk", "--versions"}).out, Contains("2  ") && Contains("1  "));
    CHECK(op.run({"rule", "remove", "Disk"}).exitCode == 0);
    CHECK(op.run({"rule", "show", "Disk"}).exitCode == 4);
    CHECK_THAT(op.run({"rule", "library"}).out, Contains("host-down"));
    CHECK(op.run({"rule", "add-from-library", "host-down", "--connection", "acme"}).exitCode == 0);
}

TEST_CASE("windows and customers are managed from the command line")
{
    const Operator op;
    CHECK(op.run({"window", "add", "Move", "--from", "2026-12-01T22:00", "--to", "2026-12-02T02:00", "--time-zone",
                  "Europe/Oslo", "--condition", "device=SRV1"})
              .exitCode == 0);
    CHECK_THAT(op.run({"window", "calendar", "--from", "2026-12-01T00:00:00Z", "--to", "2026-12-03T00:00:00Z"}).out,
               Contains("2026-12-01T21:00:00Z") && Contains("Move"));
    CHECK(op.run({"window", "set", "Move", "--to", "2026-12-01T21:00"}).exitCode == 5);
    CHECK(op.run({"window", "remove", "Move"}).exitCode == 0);
    CHECK(op.run({"customer", "add", "Brightwater", "--id", "rmm=27"}).exitCode == 0);
    CHECK(op.run({"customer", "alias", "Brightwater", "--source", "rmm", "--id", "28"}).exitCode == 0);
    CHECK_THAT(op.run({"customer", "show", "Brightwater"}).out, Contains("27") && Contains("28"));
    CHECK(op.run({"customer", "add", "Annex", "--id", "rmm=27"}).exitCode == 5);
    CHECK_THAT(op.run({"customer", "unknown"}).out, Contains("is in the table"));
    CHECK(op.run({"customer", "ignore", "--source", "rmm", "--id", "99"}).exitCode == 4);
}

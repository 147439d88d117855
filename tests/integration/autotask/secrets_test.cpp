// What is shown and what is kept: dry runs, secrets, recordings. That no secret was told to anybody is checked at the
// end of every test (Setup), also of those in the other files.
#include "fixture.h"

#include "host/net/recording.h"
#include "host/net/secret_keeper.h"
#include "sandbox/common/fingerprint.h"
#include "sandbox/common/private_files.h"

#include <catch2/catch.hpp>

using namespace psa::host;
using namespace psa::test;

namespace {

std::string header(const HttpRequest &request, const std::string &name)
{
    for (const HttpHeader &header : request.headers)
        if (header.name == name)
            return header.value;
    return "(none)";
}

/// Results and errors of a run over every verb, one line each.
std::vector<std::string> everyVerb(Connection &connection, const CallOptions &options)
{
    ChoicesQuery queues;
    queues.list = "queues";
    ChoicesQuery companies;
    companies.list = "companies";
    companies.query = "o";
    companies.limit = 2;
    std::vector<CallOutcome> outcomes;
    outcomes.push_back(connection.test(options));
    outcomes.push_back(connection.listChoices(queues, options));
    outcomes.push_back(connection.listChoices(companies, options));
    outcomes.push_back(connection.createTicket("psa-host-1", ticket(R"({"company": "Acme Dental"})"), options));
    outcomes.push_back(connection.createTicket("psa-host-2", ticket(R"({"company": 999})"), options));
    outcomes.push_back(connection.createTicket("psa-host-3", ticket(), options)); // Its answer is lost.
    outcomes.push_back(connection.findTicket("psa-host-3", options));
    outcomes.push_back(connection.readTicket("987654", options));
    std::vector<std::string> lines;
    for (const CallOutcome &outcome : outcomes)
        lines.push_back(std::to_string(static_cast<int>(outcome.mutation)) + " " + describe(outcome));
    return lines;
}

} // namespace

TEST_CASE("a dry run sends no create and shows the one that it held back, without secrets")
{
    Setup setup;
    CallOptions options;
    options.dryRun = true;
    const CallOutcome outcome = setup.create("psa-host-1", ticket(R"({"company": "Acme Dental"})"), options);
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CANCELLED);
    CHECK(outcome.error->message == "Dry run: the request was held back and not sent to webservices5.autotask.net.");
    CHECK(outcome.mutation == MutationSeen::withheld);
    CHECK(setup.creates() == 0);
    CHECK(setup.lookUps() == 1); // Reads pass.

    const Exchange shown = setup.exchanges().back();
    CHECK(shown.response.reason == Reason::dryRun);
    CHECK(shown.request.method == "POST");
    CHECK(shown.request.url == "https://webservices5.autotask.net/ATServicesRest/V1.0/Tickets");
    CHECK(header(shown.request, "ApiIntegrationCode") == "[redacted]");
    CHECK(header(shown.request, "Secret") == "[redacted]");
    CHECK(header(shown.request, "UserName") == setup.sandbox().user());
    CHECK(json(shown.request.body)->getValue<int>("companyID") == 174);
    CHECK(json(shown.request.body)->getValue<std::string>("externalID") == "psa-host-1");
    CHECK(setup.create("psa-host-1", ticket()).ok()); // It left nothing behind.
}

TEST_CASE("the look-up host gets the user and no secret, the zone gets all three")
{
    Setup setup;
    REQUIRE(setup.test().ok());
    setup.sandbox().changeTenant(R"({"zone": 6})");
    REQUIRE(setup.create("psa-host-1", ticket()).ok()); // Looks the zone up once more.
    const std::string secret = psa::sandbox::fingerprint(setup.sandbox().secret());
    const std::string code = psa::sandbox::fingerprint(setup.sandbox().integrationCode());
    std::size_t lookUps = 0;
    for (const auto &entry : setup.sandbox().lastRequests(100))
    {
        CAPTURE(entry.target);
        if (entry.host == "webservices.autotask.net")
        {
            ++lookUps;
            CHECK(entry.target == "/ATServicesRest/V1.0/ZoneInformation?user=vectis%40APIUSER.com");
            CHECK(entry.info.user.empty());
            CHECK(entry.info.secretFingerprint.empty());
            CHECK(entry.info.codeFingerprint.empty());
            continue;
        }
        CHECK((entry.host == "webservices5.autotask.net" || entry.host == "webservices6.autotask.net"));
        CHECK(entry.info.user == setup.sandbox().user());
        CHECK(entry.info.secretFingerprint == secret);
        CHECK(entry.info.codeFingerprint == code);
    }
    CHECK(lookUps == 2);
}

TEST_CASE("a secret that Autotask echoes is told to nobody")
{
    Setup setup;
    const std::string echo = setup.sandbox().secret() + " and " + setup.sandbox().integrationCode();
    SECTION("in a refusal")
    {
        setup.faultCreate(R"({"kind": "errors-500", "text": "Not accepted: )" + echo + R"("})");
    }
    SECTION("in a page")
    {
        setup.faultCreate(R"({"kind": "status", "status": 503, "body": "<p>)" + echo + R"(</p>"})");
    }
    SECTION("in the version")
    {
        setup.faultAt("V1.0/Version$",
                      R"({"kind": "status", "status": 200, "body": "{\"majorVersion\":\")" + echo + R"(\"}"})");
        const CallOutcome outcome = setup.test();
        INFO(describe(outcome));
        CHECK_THAT(outcome.result, Catch::Contains("[redacted] and [redacted]"));
    }
    const CallOutcome outcome = setup.create("psa-host-1", ticket());
    if (outcome.error)
        CHECK_THAT(outcome.error->detail, Catch::Contains("[redacted] and [redacted]"));
}

TEST_CASE("a recorded run holds no secret and replays to the same results")
{
    Setup setup;
    setup.faultCreate(R"({"kind": "commit-then-drop"})");
    setup.sandbox().clearFaults();
    setup.sandbox().addFault(R"({"match": {"method": "POST", "route": "V1.0/Tickets$", "nth": 3},
                                 "fault": {"kind": "commit-then-drop"}})");
    const psa::sandbox::TemporaryFolder folder;
    const auto file = folder.path() / "run.jsonl";
    std::vector<std::string> recorded;
    {
        Recorder recorder(file);
        CallOptions options;
        options.observer = [&recorder](const Exchange &exchange) { recorder.add(exchange); };
        recorded = everyVerb(setup.connection(), options);
    }
    CHECK_THAT(recorded[0], Catch::Contains("Connected to Autotask (webservices5.autotask.net)"));
    CHECK_THAT(recorded[3], Catch::StartsWith("3 ok: "));
    CHECK_THAT(recorded[4], Catch::StartsWith("3 invalid_ticket [company]"));
    CHECK_THAT(recorded[5], Catch::StartsWith("4 outcome_unknown"));
    CHECK_THAT(recorded[7], Catch::Contains("not_found"));

    const std::string text = psa::sandbox::readFile(file);
    CHECK(text.find(setup.sandbox().secret()) == std::string::npos);
    CHECK(text.find(setup.sandbox().integrationCode()) == std::string::npos);
    CHECK_THAT(text, Catch::Contains("[redacted]"));

    const auto secrets = std::make_shared<SecretKeeper>();
    secrets->learn(setup.sandbox().secret());
    secrets->learn(setup.sandbox().integrationCode());
    const auto transport = std::make_shared<ReplayTransport>(file, secrets);
    setup.endSandbox(); // Nobody else can answer.
    const auto replay = setup.connect([&](const auto &) { return transport; });
    CHECK(everyVerb(*replay, {}) == recorded);
    CHECK(transport->unused().empty());
}

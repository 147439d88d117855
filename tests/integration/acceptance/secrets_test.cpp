// What is shown and stored, for every PSA: dry runs, secrets, recordings. The end of every test (Rig), including those
// in the other files, checks that no secret was disclosed.
#include "psas.h"

#include "host/net/recording.h"
#include "host/net/secret_registry.h"
#include "sandbox/common/private_files.h"

#include <catch2/catch.hpp>

using namespace psa::connection;
using namespace psa::net;
using namespace psa::plugin;
using namespace psa::test;

namespace {

std::string header(const HttpRequest &request, const std::string &name)
{
    for (const HttpHeader &header : request.headers)
        if (header.name == name)
            return header.value;
    return "(none)";
}

/// The ticket that a request creates: the object in its body, or the only one in an array.
psa::sandbox::Object::Ptr ticketIn(const std::string &body)
{
    return json(body.starts_with("[") ? body.substr(1, body.size() - 2) : body);
}

std::string allSecrets(const Psa &psa)
{
    std::string all;
    for (const std::string &secret : psa.secrets())
        all += (all.empty() ? "" : " and ") + secret;
    return all;
}

/// Results and errors of a run over every verb, one line each.
std::vector<std::string> everyVerb(const PsaFacts &facts, Connection &connection, const CallOptions &options)
{
    std::vector<CallOutcome> outcomes;
    outcomes.push_back(connection.test(options));
    for (const std::string &list : facts.lists)
    {
        ChoicesQuery query;
        query.list = list;
        query.limit = 2;
        outcomes.push_back(connection.listChoices(query, options));
    }
    outcomes.push_back(connection.createTicket("psa-host-1", facts.byLabels, options));
    outcomes.push_back(connection.createTicket("psa-host-2", changed(facts.ticket, facts.unknownCompany), options));
    outcomes.push_back(connection.createTicket("psa-host-3", facts.ticket, options)); // Its answer is lost.
    outcomes.push_back(connection.findTicket("psa-host-3", options));
    outcomes.push_back(connection.readTicket("987654", options));
    std::vector<std::string> lines;
    for (const CallOutcome &outcome : outcomes)
        lines.push_back(std::to_string(static_cast<int>(outcome.mutation)) + " " + describe(outcome));
    return lines;
}

} // namespace

FOR_EACH_PSA("a dry run sends no create and shows the withheld one, without secrets")
{
    PSA_OF();
    CallOptions options;
    options.dryRun = true;
    const CallOutcome outcome = psa.create("psa-host-1", psa.facts().byLabels, options);
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_CANCELLED);
    CHECK(outcome.error->message == "Dry run: the request was withheld and not sent to " + psa.facts().host + ".");
    CHECK(outcome.mutation == MutationSeen::withheld);
    CHECK(psa.creates() == 0);
    CHECK(psa.simulator().requests() > 0); // Reads are allowed.

    const Exchange shown = psa.exchanges().back();
    CHECK(shown.response.reason == Reason::dryRun);
    CHECK(shown.request.method == "POST");
    CHECK(shown.request.url == psa.facts().createUrl);
    for (const std::string &name : psa.facts().secretHeaders)
        CHECK(header(shown.request, name) == "[redacted]");
    CHECK(ticketIn(shown.request.body)->getValue<std::string>(psa.facts().titleField) == "Disk full on SRV-01");
    CHECK(ticketIn(shown.request.body)->getValue<std::string>(psa.facts().referenceField) == "psa-host-1");
    CHECK(psa.create("psa-host-1", psa.ticket()).ok()); // It has no after-effects.
}

FOR_EACH_PSA("a secret that the PSA echoes is not shown")
{
    PSA_OF();
    psa.warmUp(); // what the PSA issues at the first request is a secret, too
    const std::string echo = allSecrets(psa);
    SECTION("in a refusal")
    {
        psa.faultCreate(psa.facts().refusal("Not accepted: " + echo));
    }
    SECTION("in a page")
    {
        psa.faultCreate(R"({"kind": "status", "status": 503, "body": "<p>)" + echo + R"(</p>"})");
    }
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    REQUIRE(outcome.error);
    CHECK_THAT(outcome.error->detail, Catch::Contains("[redacted] and [redacted]"));
}

FOR_EACH_PSA("a recorded run contains no secret and replays to the same results")
{
    PSA_OF();
    psa.simulator().addFault(R"({"match": {)" + psa.facts().create.match +
                             R"(, "nth": 3}, "fault": {"kind": "commit-then-drop"}})");
    const psa::sandbox::TemporaryFolder folder;
    const auto file = folder.path() / "run.jsonl";
    std::vector<std::string> recorded;
    {
        Recorder recorder(file);
        CallOptions options;
        options.observer = [&recorder](const Exchange &exchange) { recorder.add(exchange); };
        recorded = everyVerb(psa.facts(), psa.connection(), options);
    }
    CHECK_THAT(recorded[0], Catch::Contains(psa.facts().connected));
    CHECK_THAT(recorded[3], Catch::StartsWith("3 ok: "));
    CHECK_THAT(recorded[4], Catch::StartsWith("3 invalid_ticket [company]"));
    CHECK_THAT(recorded[5], Catch::StartsWith("4 outcome_unknown"));
    CHECK_THAT(recorded[7], Catch::Contains("not_found"));

    const std::string text = psa::sandbox::readFile(file);
    for (const std::string &secret : psa.secrets())
        CHECK(text.find(secret) == std::string::npos);
    CHECK_THAT(text, Catch::Contains("[redacted]"));

    const auto secrets = std::make_shared<SecretRegistry>();
    for (const std::string &secret : psa.secrets())
        secrets->learn(secret);
    const auto transport = std::make_shared<ReplayTransport>(file, secrets);
    psa.endSimulator(); // No other server can answer.
    const auto replay = psa.connect([&](const auto &) { return transport; });
    CHECK(everyVerb(psa.facts(), *replay, {}) == recorded);
    CHECK(transport->unused().empty());
}

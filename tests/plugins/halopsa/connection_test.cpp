// test: what a connection can do.
#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;
using psa::plugins::textOf;

namespace {

Poco::JSON::Object::Ptr tested(HaloPsaUnderTest &plugin)
{
    const Outcome outcome = plugin.test();
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    return document("test-result", outcome.result);
}

std::string warningsOf(const Poco::JSON::Object &result)
{
    std::string all;
    const auto warnings = result.getArray("warnings");
    for (unsigned i = 0; warnings && i < warnings->size(); ++i)
        all += textOf(*warnings->getObject(i), "message") + "|" + textOf(*warnings->getObject(i), "field") + "|" +
               textOf(*warnings->getObject(i), "hint") + "\n";
    return all;
}

} // namespace

TEST_CASE("a good connection says where it is connected and how many clients it sees")
{
    Tenant tenant;
    const auto result = tested(tenant.plugin);
    CHECK(textOf(*result, "summary") == "Connected to acme.halopsa.com (3 clients visible).");
    CHECK(warningsOf(*result).empty());
    CHECK_THAT(tenant.plugin.test().result, Contains(R"({"label":"Agent","value":"psa-host"})"));
    CHECK(mutating(tenant.host) == 0);
}

TEST_CASE("a test signs in anew, so that it proves the credentials as they are")
{
    Tenant tenant;
    tenant.host.secrets["token"] = tokenCanary;
    tested(tenant.plugin);
    tested(tenant.plugin);
    CHECK(requests(tenant.host, "POST", tokenRoute) == 2);
    CHECK(requests(tenant.host, "GET", infoRoute) == 2);
}

TEST_CASE("an agent without teams is connected, and the operator is told why nothing is visible")
{
    FakeHost host;
    host.on("GET", clientsRoute, ok(R"({"record_count":0,"clients":[]})")).on("GET", typesRoute, ok("[]"));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const auto result = tested(plugin);
    CHECK_THAT(textOf(*result, "summary"), Contains("Connected to acme.halopsa.com, but no clients are visible"));
    CHECK_THAT(warningsOf(*result), Contains("shows no clients to the agent"));
    CHECK_THAT(warningsOf(*result), Contains("shows no ticket types"));
    CHECK_THAT(warningsOf(*result), Contains("every team"));
}

TEST_CASE("one client is counted as one")
{
    FakeHost host;
    host.on("GET", clientsRoute, ok(R"({"record_count":1,"clients":[{"id":12,"name":"Acme"}]})"));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(textOf(*tested(plugin), "summary") == "Connected to acme.halopsa.com (1 client visible).");
}

TEST_CASE("what the agent may not do is a warning with its field and the next step")
{
    const auto [route, answer, said, field] = GENERATE(table<std::string, Answer, std::string, std::string>({
        {"/api/Agent/me",
         {403, ""},
         "does not tell the application which agent it is",
         "||Give the application the permission"},
        {"/api/Agent/me",
         {404, ""},
         "does not tell the application which agent it is",
         "||Give the application the permission"},
        {typesRoute, {403, ""}, "may not list ticket types", "|ticketType|"},
        {"/api/Outcome",
         {200, R"([{"id":16,"outcome":"Email User","sendemail":true}])"},
         "Internal notes cannot be added: HaloPSA has no outcome for internal notes",
         "|outcome|Choose \"Outcome for internal notes\" under Configure. HaloPSA has: Email User (16)."},
        {"/api/Outcome",
         {200, R"([{"id":7,"outcome":"Internal Note"}])"},
         "Public notes cannot be added: HaloPSA has no outcome for public notes",
         "|publicOutcome|"},
    }));
    CAPTURE(route);
    FakeHost host;
    host.on("GET", route, answer);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const std::string warnings = warningsOf(*tested(plugin));
    CHECK_THAT(warnings, Contains(said));
    CHECK_THAT(warnings, Contains(field));
}

TEST_CASE("an outcome of the configuration that HaloPSA does not have is found by the test")
{
    Tenant tenant(R"("outcome":"Private Note")");
    CHECK_THAT(
        warningsOf(*tested(tenant.plugin)),
        Contains("HaloPSA has no Outcome for internal notes \"Private Note\".|outcome|Use one of: Email User (16)"));
}

TEST_CASE("a connection that does not work says why")
{
    const auto [answer, status, said] = GENERATE(table<Answer, psa_status, std::string>({
        {{403, R"({"ClassName":"System.UnauthorizedAccessException","Message":"No scope."})"},
         PSA_PERMISSION,
         "may not do this in HaloPSA (403): No scope."},
        {{200, "<html>Welcome</html>"}, PSA_INVALID_CONFIG, "(its API answers with a web page)"},
        {{404, "<html>x</html>"}, PSA_INVALID_CONFIG, "There is no HaloPSA at acme.halopsa.com"},
        {{200, R"({"clients":null,"record_count":5})"}, PSA_UNAVAILABLE, "the result of a search has no clients"},
        {{200, R"({"clients":[{}],"record_count":1})"}, PSA_UNAVAILABLE, "did not return a usable list of clients"},
        {{503, ""}, PSA_UNAVAILABLE, "HTTP 503 without a reason"},
    }));
    CAPTURE(answer.status, answer.body);
    FakeHost host;
    host.on("GET", clientsRoute, answer);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.test();
    CHECK(outcome.status == status);
    CHECK_THAT(outcome.message, Contains(said));
    CHECK_FALSE(outcome.hint.empty());
}

TEST_CASE("a host that is not reached is named, with what to check")
{
    const auto [reason, said, hint] = GENERATE(table<psa_http_reason, std::string, std::string>({
        {PSA_HTTP_REASON_POLICY, "This host does not allow the connection to acme.halopsa.com.",
         "[egress] allowed_hosts"},
        {PSA_HTTP_REASON_DNS, "The name does not resolve: acme.halopsa.com.", "the Tenant URL"},
        {PSA_HTTP_REASON_CONNECT, "Nothing accepts the connection at acme.halopsa.com.", "port 443"},
        {PSA_HTTP_REASON_TLS, "No trusted TLS connection to acme.halopsa.com.", "clock"},
    }));
    FakeHost host;
    host.on("GET", infoRoute, notSent(reason));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.test();
    CHECK(outcome.message == said);
    CHECK_THAT(outcome.hint, Contains(hint));
}

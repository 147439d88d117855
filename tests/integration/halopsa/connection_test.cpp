// Signing in and the connection test: what the operator sees below the Test button.
#include "fixture.h"

#include "host/net/http_types.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::halopsa;
using Catch::Contains;

namespace {

std::string summary(const CallOutcome &outcome)
{
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    return json(outcome.result)->getValue<std::string>("summary");
}

} // namespace

TEST_CASE("a valid connection shows where it is connected to, as whom, and what the agent may see")
{
    Setup setup;
    const CallOutcome outcome = setup.test();
    CHECK(summary(outcome) == "Connected to acme.halopsa.com (6 clients visible).");
    CHECK(detail(outcome, "API") == "https://acme.halopsa.com/api");
    CHECK(detail(outcome, "Sign-in") == "https://acme.halopsa.com/auth");
    CHECK(detail(outcome, "Tenant") == "acme");
    CHECK(detail(outcome, "Agent") == "Sandbox API");
    CHECK(detail(outcome, "Ticket types") == "3"); // without the hidden one
    CHECK(warnings(outcome).empty());
}

TEST_CASE("a Tenant URL works in whatever form it is pasted")
{
    const std::string url =
        GENERATE("https://acme.halopsa.com", "acme.halopsa.com", "https://acme.halopsa.com/",
                 "HTTPS://ACME.HALOPSA.COM", "https://acme.halopsa.com/api", "https://acme.halopsa.com/tickets?area=1");
    Setup setup(Values{{"tenantUrl", url}});
    CHECK(summary(setup.test()) == "Connected to acme.halopsa.com (6 clients visible).");
}

TEST_CASE("an agent without teams gets empty lists, and the test says that no clients are visible")
{
    Setup setup;
    setup.sandbox().setSwitch("agent.teams", "false");
    const CallOutcome outcome = setup.test();
    CHECK_THAT(summary(outcome), Catch::StartsWith("Connected to acme.halopsa.com, but no clients are visible: "));
    CHECK_FALSE(warnings(outcome).empty());
}

TEST_CASE("a HaloPSA on premises that the operator has not listed is not contacted")
{
    Setup setup(Values{{"tenantUrl", "https://halo.example.com"}});
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_UNAVAILABLE);
    CHECK(outcome.error->message == "This host does not allow the connection to halo.example.com.");
    CHECK_THAT(outcome.error->hint, Contains("[egress] allowed_hosts"));
    CHECK(setup.sandbox().requests() == 0);
}

TEST_CASE("psa-host signs in where HaloPSA says, and at the Tenant URL if it does not say")
{
    const auto [authinfo, server] =
        GENERATE(table<std::string, std::string>({{"full", "https://acme.halopsa.com/auth"},
                                                  {"noTenant", "https://acme.halopsa.com/auth"},
                                                  {"404", "https://acme.halopsa.com/auth"},
                                                  {"otherHost", "https://auth-acme.haloservicedesk.com/auth"}}));
    CAPTURE(authinfo);
    Setup setup;
    setup.sandbox().setSwitch("authinfo", authinfo);
    const CallOutcome outcome = setup.test();
    CHECK(summary(outcome) == "Connected to acme.halopsa.com (6 clients visible).");
    CHECK(detail(outcome, "Sign-in") == server);
}

TEST_CASE("a tenant that must be named is the one that HaloPSA names, or the one that was entered")
{
    const auto [authinfo, tenant] =
        GENERATE(table<std::string, std::string>({{"full", ""}, {"noTenant", "acme"}, {"404", "acme"}}));
    CAPTURE(authinfo);
    Setup setup(Values{{"tenant", tenant}});
    setup.sandbox().setSwitch("authinfo", authinfo);
    setup.sandbox().setSwitch("token.tenant", "required");
    CHECK(summary(setup.test()) == "Connected to acme.halopsa.com (6 clients visible).");
}

TEST_CASE("credentials that HaloPSA rejects, with whichever status it does, are tried once and named")
{
    const std::string status = GENERATE("400", "401");
    const Values wrong = GENERATE(Values{{"clientSecret", "wrong"}}, Values{{"clientId", "nobody"}});
    Setup setup(wrong);
    setup.sandbox().setSwitch("token.refusal", status);
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_AUTH);
    CHECK_THAT(outcome.error->message,
               Catch::StartsWith("HaloPSA does not accept the Client ID and Client secret (" + status + ")"));
    CHECK(setup.sandbox().truth().failedLogins == 1);
}

TEST_CASE("a Tenant URL with no HaloPSA behind it is named as wrong, whether it answers with 404 or a page")
{
    const std::string fault = GENERATE(R"({"kind": "status", "status": 404, "body": ""})",
                                       R"({"kind": "status", "status": 404, "body": "<html>Not Found</html>"})",
                                       R"({"kind": "status", "status": 200, "body": "<!DOCTYPE html><html></html>"})");
    Setup setup;
    setup.faultMatching(R"("entity":"Token")", fault);
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_CONFIG);
    CHECK(outcome.error->field == "tenantUrl");
    CHECK_THAT(outcome.error->message, Catch::StartsWith("There is no HaloPSA at acme.halopsa.com"));
}

TEST_CASE("a scope that the application does not have is named")
{
    Setup setup(Values{{"scope", "read:nonsense"}});
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_AUTH);
    CHECK(outcome.error->field == "scope");
}

TEST_CASE("a token serves every call of every instance until it expires, and is renewed once after a 401")
{
    Setup setup;
    setup.warmUp();
    for (int i = 0; i < 5; ++i)
        REQUIRE(setup.create("psa-host-" + std::to_string(i), ticket()).ok());
    const std::size_t before = setup.signIns();
    setup.sandbox().changeTenant(R"({"revokeTokens": true})");
    const std::size_t creates = setup.creates();
    const CallOutcome outcome = setup.create("psa-host-9", ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(outcome.defects.empty());
    CHECK(setup.creates() - creates == 2); // the rejected one, and the same with the new token
    CHECK(setup.ticketsWith("psa-host-9") == 1);
    CHECK(setup.signIns() - before == 1);
    REQUIRE(setup.create("psa-host-10", ticket()).ok());
    CHECK(setup.signIns() - before == 1);
}

TEST_CASE("the token is sent to the tenant alone, and the secret only to the sign-in")
{
    Setup setup;
    setup.sandbox().setSwitch("authinfo", "otherHost");
    REQUIRE(setup.test().ok());
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    std::size_t signIns = 0;
    for (const auto &entry : setup.sandbox().lastRequests(100))
    {
        CAPTURE(entry.host, entry.target);
        CHECK((entry.host == "auth-acme.haloservicedesk.com") == (entry.target.starts_with("/auth/token")));
        signIns += entry.target.starts_with("/auth/token") ? 1 : 0;
    }
    CHECK(signIns == 1);
    std::size_t shown = 0;
    for (const auto &exchange : setup.exchanges())
        shown += exchange.request.body.find("client_secret=") != std::string::npos ? 1 : 0;
    CHECK(shown == 1); // its value is redacted, as the end of the test checks
}

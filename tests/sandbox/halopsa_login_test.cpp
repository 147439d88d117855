#include "tests/sandbox/halopsa_client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("HaloPSA: the discovery document leads to the authorization server, without a token")
{
    HaloRunning run;
    const auto authInfo = [&] { return run.client.call("GET", "/api/authinfo", "", {{"Authorization", ""}}); };
    CHECK(authInfo().at("auth_url") == "https://acme.halopsa.com/auth");
    CHECK(authInfo().at("tenant_id") == "acme");
    run.sandbox.setSwitch("authinfo", "noTenant");
    CHECK_FALSE(authInfo().json()->has("tenant_id"));
    run.sandbox.setSwitch("authinfo", "404");
    CHECK(authInfo().status == 404);
    CHECK(run.client.token().status == 200);
    run.sandbox.setSwitch("authinfo", "otherHost");
    CHECK(authInfo().at("auth_url") == "https://auth-acme.haloservicedesk.com/auth");
    CHECK(run.client.token().status == 404); // Only the other host has it now.
    run.client.standard["Host"] = "auth-acme.haloservicedesk.com";
    CHECK(run.client.token().status == 200);
    CHECK(run.client.get("Status").status == 404);
}

TEST_CASE("HaloPSA: a token is given for the form's credentials, or those of HTTP Basic")
{
    const HaloRunning run;
    const HaloReply reply = run.client.token();
    CHECK(reply.status == 200);
    CHECK(reply.at("token_type") == "Bearer");
    CHECK(reply.at("expires_in") == "3600");
    CHECK(reply.at("scope") == "all");
    CHECK_FALSE(reply.json()->has("refresh_token"));
    CHECK(run.sandbox.tokens().back() == reply.at("access_token"));
    CHECK_THAT(reply.at("access_token"), Catch::StartsWith("HaloSandboxToken."));
    const std::string login = basicHeader(run.sandbox.clientId() + ":" + run.sandbox.clientSecret());
    CHECK(run.client
              .call("POST", "/auth/token", "grant_type=client_credentials",
                    {{"Authorization", login}, {"Content-Type", "application/x-www-form-urlencoded"}})
              .status == 200);
    CHECK(run.sandbox.truth().tokens == 3);
    CHECK(run.sandbox.truth().failedLogins == 0);
}

TEST_CASE("HaloPSA: a token request that is wrong says why in OAuth's words")
{
    HaloRunning run;
    CHECK(run.client.token({{"client_secret", "wrong"}}).status == 400);
    CHECK(run.client.token({{"client_secret", "wrong"}}).at("error") == "invalid_client");
    CHECK(run.client.token({{"client_id", "wrong"}}).at("error") == "invalid_client");
    CHECK(run.client.token({{"grant_type", "password"}}).at("error") == "unsupported_grant_type");
    CHECK(run.client.token({{"scope", "everything"}}).at("error") == "invalid_scope");
    CHECK(run.client.call("POST", "/auth/token", "{}").at("error") == "invalid_request");
    CHECK(run.sandbox.truth().failedLogins == 6);
    run.sandbox.setSwitch("token.refusal", "401");
    CHECK(run.client.token({{"client_secret", "wrong"}}).status == 401);
    CHECK(run.client.token({{"scope", "everything"}}).status == 400);
}

TEST_CASE("HaloPSA: a token request may name the tenant, and must where the tenant requires it")
{
    HaloRunning run;
    CHECK(run.client.token({}, "?tenant=acme").status == 200);
    CHECK(run.client.token({}, "?tenant=other").at("error") == "invalid_client");
    run.sandbox.setSwitch("token.tenant", "required");
    CHECK(run.client.token().status == 400);
    CHECK(run.client.token({}, "?tenant=ACME").status == 200);
}

TEST_CASE("HaloPSA: a token that ran out or was revoked gets an empty 401")
{
    HaloRunning run;
    CHECK(run.client.get("Status").status == 200);
    run.sandbox.advance(3601s);
    const HaloReply refused = run.client.get("Status");
    CHECK(refused.status == 401);
    CHECK(refused.body.empty());
    CHECK_THAT(refused.headers.at("www-authenticate"), Contains("invalid_token"));
    run.client.logIn();
    CHECK(run.client.get("Status").status == 200);
    run.sandbox.changeTenant(R"({"revokeTokens": true})");
    CHECK(run.client.get("Status").status == 401);
    CHECK(run.client.call("GET", "/api/Status", "", {{"Authorization", ""}}).status == 401);
    CHECK(run.sandbox.truth().refusedTokens == 3);
    CHECK(run.sandbox.truth().failedLogins == 0);
}

TEST_CASE("HaloPSA: a token can run out before the time that it promises")
{
    HaloRunning run;
    run.sandbox.setSwitch("token.expiresIn", "900");
    run.sandbox.setSwitch("token.validFor", "60");
    CHECK(run.client.token().at("expires_in") == "900");
    run.client.logIn();
    run.sandbox.advance(59s);
    CHECK(run.client.get("Status").status == 200);
    run.sandbox.advance(2s);
    CHECK(run.client.get("Status").status == 401);
}

TEST_CASE("HaloPSA: a scope allows its part of the API, to read or also to write")
{
    HaloRunning run;
    run.client.logIn({{"scope", "read:tickets edit:customers"}});
    CHECK(run.client.get("Tickets").status == 200);
    CHECK(run.client.get("Client").status == 200); // who may write may read
    CHECK(run.client.get("Status").status == 200); // needs no scope
    CHECK(run.client.get("Asset").status == 403);
    CHECK(run.client.create().status == 403);
    run.client.logIn({{"scope", "all"}});
    CHECK(run.client.create().status == 201);
}

TEST_CASE("HaloPSA: an application is granted no more than it is allowed")
{
    HaloRunning run;
    run.sandbox.changeTenant(R"({"scopes": "read:tickets"})");
    CHECK(run.client.token().at("scope") == "read:tickets");
    CHECK(run.client.token({{"scope", "edit:customers"}}).at("error") == "invalid_scope");
    run.client.logIn();
    CHECK(run.client.create().status == 403);
    CHECK(run.client.get("Tickets").status == 200);
}

TEST_CASE("HaloPSA: a new secret ends the old one, a token can carry old permissions")
{
    HaloRunning run;
    run.sandbox.setSwitch("token.bakedRights", "true");
    run.sandbox.changeTenant(R"({"secret": "another", "revoke": "Tickets create"})");
    CHECK(run.client.token().status == 400);
    CHECK(run.client.token({{"client_secret", "another"}}).status == 200);
    CHECK(run.client.create().status == 201); // as when the token was issued
    run.client.logIn({{"client_secret", "another"}});
    CHECK(run.client.create().status == 403);
    run.sandbox.setSwitch("token.bakedRights", "false");
    run.sandbox.changeTenant(R"({"grant": "Tickets create"})");
    CHECK(run.client.create().status == 201);
}

TEST_CASE("HaloPSA: a token can come with other secrets")
{
    HaloRunning run;
    run.sandbox.setSwitch("token.extras", "true");
    const HaloReply reply = run.client.token();
    for (const char *name : {"refresh_token", "id_token"})
    {
        CHECK_THAT(reply.at(name), Catch::StartsWith("HaloSandboxToken."));
        CHECK(run.client.call("GET", "/api/Status", "", {{"Authorization", "Bearer " + reply.at(name)}}).status == 401);
    }
}

TEST_CASE("HaloPSA: another host answers with HTML, as not found or as the page of an application")
{
    HaloRunning run;
    run.client.standard["Host"] = "amce.halopsa.com";
    const HaloReply missing = run.client.token();
    CHECK(missing.status == 404);
    CHECK_THAT(missing.contentType, Contains("text/html"));
    run.sandbox.setSwitch("host.wrong", "page");
    CHECK(run.client.token().status == 200);
    CHECK_THAT(run.client.get("Tickets").contentType, Contains("text/html"));
}

TEST_CASE("HaloPSA: the certificate holds for tenants of the vendor's domains and the site that is given")
{
    halopsa::HaloPsaOptions options;
    options.site = "psa.msp.example";
    options.tenant = "onprem";
    const HaloRunning run(options);
    for (const char *name : {"acme.halopsa.com", "acme.haloservicedesk.com", "acme.haloitsm.com", "psa.msp.example"})
        CHECK(certificateHolds(run.sandbox, name));
    CHECK_THROWS(certificateHolds(run.sandbox, "other.example"));
    CHECK(run.client.call("GET", "/api/authinfo").at("auth_url") == "https://psa.msp.example/auth");
    CHECK(run.client.call("GET", "/api/authinfo").at("tenant_id") == "onprem");
}

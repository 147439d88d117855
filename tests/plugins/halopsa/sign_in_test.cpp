// The token: got, kept, renewed, refused.
#include "tenant.h"

#include <psa/http.h>

#include <Poco/URI.h>

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;

namespace {

/// A tenant that rejects the first token in the API, and takes the second one.
struct Renewing
{
    FakeHost host;
    HaloPsaUnderTest plugin{host};

    explicit Renewing(const std::string &route = ticketsRoute, const std::string &method = "GET")
    {
        host.secrets["token"] = tokenCanary;
        host.on(method, route, Answer{401, ""});
        host.on("POST", tokenRoute, ok(tokenBody(secondTokenCanary)));
        host.on("POST", ticketsRoute, {201, R"({"id":7})"});
        scriptTenant(host);
        plugin.configured();
    }
};

std::string authorization(const Sent &sent)
{
    const auto found = sent.headers.find("Authorization");
    return found == sent.headers.end() ? "" : found->second;
}

} // namespace

TEST_CASE("a cold connection asks where to sign in, signs in, and uses the token")
{
    Tenant tenant;
    REQUIRE(tenant.plugin.find().ok());
    const auto &sent = tenant.host.sent;
    REQUIRE(sent.size() >= 3);
    CHECK(sent[0].url == "https://acme.halopsa.com/api/authinfo");
    CHECK(authorization(sent[0]).empty());
    CHECK(sent[1].method == "POST");
    CHECK(sent[1].url == "https://acme.halopsa.com/auth/token?tenant=acme");
    CHECK(sent[1].headers.at("Content-Type") == "application/x-www-form-urlencoded");
    CHECK(sent[1].body ==
          std::string("grant_type=client_credentials&client_id=4b1d2f0c&client_secret=") + secretCanary + "&scope=all");
    CHECK((sent[1].flags & PSA_HTTP_SECRET_ANSWER) != 0);
    CHECK_FALSE(sent[1].mutates);
    CHECK(authorization(sent[2]) == std::string("Bearer ") + tokenCanary);
    CHECK(sent[2].secret.at("Authorization"));
}

TEST_CASE("the token is learned as a secret, kept until a minute before it expires, and never cached")
{
    const auto [more, ttl] = GENERATE(table<std::string, std::uint32_t>({{R"("expires_in":3600)", 3540000},
                                                                         {R"("expires_in":"3600")", 3540000},
                                                                         {R"("expires_in":90)", 45000},
                                                                         {R"("expires_in":999999999)", 86340000},
                                                                         {"", 540000}}));
    CAPTURE(more);
    FakeHost host;
    host.on("POST", tokenRoute, ok(tokenBody(tokenCanary, more)));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.find().ok());
    CHECK(host.learned == std::vector<std::string>{tokenCanary});
    CHECK(host.secrets.at("token") == tokenCanary);
    CHECK(host.secretTtlMs.at("token") == ttl);
}

TEST_CASE("instances of a connection share the token and where to sign in")
{
    Tenant tenant;
    REQUIRE(tenant.plugin.find().ok());
    const std::size_t before = tenant.host.sent.size();
    HaloPsaUnderTest other(tenant.host);
    other.configured();
    REQUIRE(other.find().ok());
    CHECK(tenant.host.sent.size() == before + 2); // The two lists of the search.
}

TEST_CASE("a rejected token is renewed once, and the same request is sent again")
{
    Renewing life;
    life.host.on("GET", ticketsRoute, ok(R"({"record_count":0,"tickets":[]})"));
    REQUIRE(life.plugin.find().ok());
    CHECK(requests(life.host, "POST", tokenRoute) == 1);
    CHECK(life.host.secrets.at("token") == secondTokenCanary);
}

TEST_CASE("a create whose token was rejected is repeated with the same method, URL and body")
{
    Renewing life(ticketsRoute, "POST");
    REQUIRE(life.plugin.create(ticket()).ok());
    std::vector<Sent> creates;
    for (const Sent &sent : life.host.sent)
        if (sent.mutates)
            creates.push_back(sent);
    REQUIRE(creates.size() == 2);
    CHECK(creates[0].url == creates[1].url);
    CHECK(creates[0].body == creates[1].body);
    CHECK(authorization(creates[0]) != authorization(creates[1]));
}

TEST_CASE("a token that another instance has renewed meanwhile is used without a sign-in")
{
    FakeHost host;
    host.on("GET", rowRoute, Answer{401, ""}).on("GET", rowRoute, ok(R"({"id":7,"status_id":1,"tickettype_id":1})"));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    host.secrets["token"] = tokenCanary;
    host.afterRequest = [&] { host.secrets["token"] = secondTokenCanary; };
    REQUIRE(plugin.read("7").ok());
    CHECK(requests(host, "POST", tokenRoute) == 0);
}

TEST_CASE("a 401 that a new token does not cure is the end: the credentials need the operator")
{
    const bool kept = GENERATE(false, true);
    FakeHost host;
    if (kept)
        host.secrets["token"] = tokenCanary;
    host.on("POST", ticketsRoute, Answer{401, R"({"Message":"Authorization has been denied for this request."})"});
    host.on("POST", tokenRoute, ok(tokenBody(secondTokenCanary)));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    CHECK(outcome.status == PSA_AUTH);
    CHECK_THAT(outcome.message, Contains("issued a token and does not accept it (401): Authorization has been denied"));
    CHECK_THAT(outcome.hint, Contains("agent is enabled"));
    CHECK(mutating(host) == (kept ? 2 : 1)); // A token that was just issued is not renewed.
    CHECK(requests(host, "POST", tokenRoute) == 1);
}

TEST_CASE("a sign-in that fails after a 401 is what the operator sees")
{
    FakeHost host;
    host.secrets["token"] = tokenCanary;
    host.on("POST", ticketsRoute, Answer{401, ""});
    host.on("POST", tokenRoute,
            Answer{400, R"({"error":"invalid_client","error_description":"The client is unknown."})"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    CHECK(outcome.status == PSA_AUTH);
    CHECK_THAT(outcome.message,
               Contains("does not accept the Client ID and Client secret (400): The client is unknown."));
    CHECK(mutating(host) == 1);
}

TEST_CASE("a 403 with a kept token is tried again with a new one, because rights are those of the sign-in")
{
    FakeHost host;
    host.secrets["token"] = tokenCanary;
    host.on("GET", rowRoute, Answer{403, ""}).on("GET", rowRoute, ok(R"({"id":7,"status_id":1,"tickettype_id":1})"));
    host.on("POST", tokenRoute, ok(tokenBody(secondTokenCanary)));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.read("7").ok());
    CHECK(requests(host, "POST", tokenRoute) == 1);
}

TEST_CASE("a create that gets a 403 is not repeated, but the next one signs in again")
{
    FakeHost host;
    host.secrets["token"] = tokenCanary;
    host.on("POST", ticketsRoute, Answer{403, ""});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.create(ticket()).status == PSA_PERMISSION);
    CHECK(mutating(host) == 1);
    CHECK(host.secrets.empty());
}

TEST_CASE("an older HaloPSA without authinfo is signed in at its own address, without a tenant")
{
    const auto answer = GENERATE(Answer{404, ""}, Answer{200, "{}"}, Answer{200, R"({"auth_url":"","tenant_id":null})"},
                                 Answer{401, ""}, Answer{200, "<html>Sign in</html>"},
                                 Answer{200, R"({"auth_url":"http://acme.halopsa.com/auth"})"});
    FakeHost host;
    host.on("GET", infoRoute, answer);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.find().ok());
    CHECK(host.sent.at(1).url == "https://acme.halopsa.com/auth/token");
}

TEST_CASE("a HaloPSA that is too busy to say where to sign in is not asked for a token without a tenant")
{
    const auto [answer, status] =
        GENERATE(table<Answer, psa_status>({{{429, ""}, PSA_RATE_LIMITED},
                                            {{503, "<html>x</html>"}, PSA_UNAVAILABLE},
                                            {noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_TIMEOUT}}));
    FakeHost host;
    host.on("GET", infoRoute, answer);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    CHECK(plugin.find().status == status);
    CHECK(host.sent.size() == 1);
}

TEST_CASE("the tenant of the operator comes before the one of HaloPSA, and is encoded")
{
    Tenant tenant(R"("tenant":" acme & co ","scope":"read:tickets edit:tickets")");
    REQUIRE(tenant.plugin.find().ok());
    CHECK(tenant.host.sent.at(1).url == "https://acme.halopsa.com/auth/token?tenant=acme%20%26%20co");
    CHECK_THAT(tenant.host.sent.at(1).body, Contains("scope=read%3Atickets%20edit%3Atickets"));
}

TEST_CASE("an authorization server elsewhere is used, and a host that does not allow it is told its name")
{
    FakeHost host;
    host.on("GET", infoRoute, ok(R"({"auth_url":"https://auth-acme.haloservicedesk.com/auth/","tenant_id":"acme"})"));
    host.on("POST", tokenRoute, ok(tokenBody())).on("POST", tokenRoute, notSent(PSA_HTTP_REASON_POLICY));
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    REQUIRE(plugin.find().ok());
    CHECK(host.sent.at(1).url == "https://auth-acme.haloservicedesk.com/auth/token?tenant=acme");
    host.secrets.clear();
    const Outcome outcome = plugin.find();
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK(outcome.message ==
          "HaloPSA at acme.halopsa.com signs applications in at auth-acme.haloservicedesk.com, and this "
          "host does not allow the connection there.");
    CHECK_THAT(outcome.hint, Contains("allowed_hosts"));
}

TEST_CASE("a sign-in that is not accepted says what to correct")
{
    struct Case
    {
        Answer answer;
        psa_status status;
        std::string message;
        std::string field;
    };
    const auto one = GENERATE(values<Case>({
        {{400, R"({"error":"invalid_client","error_description":"The specified client credentials are invalid."})"},
         PSA_AUTH,
         "does not accept the Client ID and Client secret (400): The specified client credentials are invalid.",
         ""},
        {{401, R"({"error":"invalid_client"})"}, PSA_AUTH, "does not accept the Client ID and Client secret (401)", ""},
        {{400, ""}, PSA_AUTH, "does not accept the Client ID and Client secret (400).", ""},
        {{400, R"({"error":"invalid_scope","error_description":"The scope is unknown."})"},
         PSA_AUTH,
         "does not accept the Scope (400): The scope is unknown.",
         "scope"},
        {{400, R"({"error":"invalid_request","error_description":"The tenant does not exist."})"},
         PSA_AUTH,
         "does not accept the Tenant (400): The tenant does not exist.",
         "tenant"},
        {{404, ""}, PSA_INVALID_CONFIG, "There is no HaloPSA at acme.halopsa.com (404 on /auth/token).", "tenantUrl"},
        {{404, "<html>Not Found</html>"}, PSA_INVALID_CONFIG, "There is no HaloPSA at acme.halopsa.com", "tenantUrl"},
        {{200, "<html>Welcome</html>"},
         PSA_INVALID_CONFIG,
         "There is no HaloPSA at acme.halopsa.com (its sign-in answers with a web page).",
         "tenantUrl"},
        {{403, "<html>Blocked</html>"}, PSA_INVALID_CONFIG, "There is no HaloPSA at acme.halopsa.com", "tenantUrl"},
        {{429, ""}, PSA_RATE_LIMITED, "does not take more requests at the moment", ""},
        {{500, "Object reference not set to an instance of an object."},
         PSA_UNAVAILABLE,
         "the sign-in got HTTP 500, which says: Object reference not set",
         ""},
        {{200, "{}"}, PSA_UNAVAILABLE, "the response to the sign-in has no token", ""},
        {{200, tokenBody("with space")}, PSA_UNAVAILABLE, "the response to the sign-in has no token", ""},
        {{200, tokenBody("line\\r\\nbreak")}, PSA_UNAVAILABLE, "the response to the sign-in has no token", ""},
    }));
    CAPTURE(one.answer.status, one.answer.body);
    FakeHost host;
    host.on("POST", tokenRoute, one.answer);
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.find();
    CHECK(outcome.status == one.status);
    CHECK_THAT(outcome.message, Contains(one.message));
    CHECK(outcome.field == one.field);
    CHECK_FALSE(outcome.hint.empty());
    CHECK(requests(host) == 0);
}

TEST_CASE("a client secret that HaloPSA sends back reaches no text")
{
    FakeHost host;
    host.on(
        "POST", tokenRoute,
        Answer{400, std::string(R"({"error":"invalid_client","error_description":"Wrong: )") + secretCanary + "\"}"});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.find();
    CHECK_THAT(outcome.message, Contains("Wrong: [redacted]"));
}

TEST_CASE("a token that the API sends back reaches no text")
{
    FakeHost host;
    host.on("POST", ticketsRoute, Answer{400, std::string(R"("The token )") + tokenCanary + " is odd\""});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured();
    const Outcome outcome = plugin.create(ticket());
    CHECK_THAT(outcome.message, Contains("The token [redacted] is odd."));
}

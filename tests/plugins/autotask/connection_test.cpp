// The verb test, the zone, and the messages for the operator when they fail.
#include "tenant.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;

namespace {

struct Connection
{
    FakeHost host;
    AutotaskUnderTest plugin{host};

    explicit Connection(const std::string &zoneUrl = {}) { plugin.configured(zoneUrl); }
};

constexpr const char *zoneRoute = "ZoneInformation?user=psa%2Bhost%40APIUSER.com";

} // namespace

TEST_CASE("a valid connection is reported with the guide's sentence")
{
    Connection connection;
    scriptTenant(connection.host);
    const Outcome outcome = connection.plugin.test();
    REQUIRE(outcome.ok());
    const auto result = document("test-result", outcome.result);
    CHECK(result->getValue<std::string>("summary") == "Connected to Autotask (webservices5.autotask.net)");
    CHECK(!result->has("warnings"));
    for (const char *text :
         {"America West, https://webservices5.autotask.net/ATServicesRest/", "2026.2.17", "All", "124 of 10000"})
        CHECK_THAT(outcome.result, Catch::Contains(text));
    CHECK(connection.host.unscripted.empty());
    CHECK(mutating(connection.host) == 0);
}

TEST_CASE("no credential is sent to the zone lookup host, and all three to the zone, the secret ones marked")
{
    Connection connection;
    scriptTenant(connection.host);
    REQUIRE(connection.plugin.test().ok());
    REQUIRE(connection.host.sent.size() > 1);
    const Sent &lookUp = connection.host.sent[0];
    CHECK(lookUp.url.rfind("https://webservices.autotask.net/", 0) == 0);
    CHECK(lookUp.headers.size() == 1);
    CHECK(lookUp.headers.count("Accept") == 1);
    for (std::size_t i = 1; i < connection.host.sent.size(); ++i)
    {
        const Sent &sent = connection.host.sent[i];
        CHECK(sent.url.rfind("https://webservices5.autotask.net/ATServicesRest/V1.0/", 0) == 0);
        CHECK(sent.headers.at("ApiIntegrationCode") == codeCanary);
        CHECK(sent.headers.at("UserName") == "psa+host@APIUSER.com");
        CHECK(sent.headers.at("Secret") == secretCanary);
        CHECK(sent.secret.at("ApiIntegrationCode"));
        CHECK(sent.secret.at("Secret"));
    }
}

TEST_CASE("a configured Zone URL is used without a lookup")
{
    Connection connection("https://webservices7.autotask.net/ATServicesRest/");
    scriptTenant(connection.host);
    const Outcome outcome = connection.plugin.test();
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Catch::Contains("Connected to Autotask (webservices7.autotask.net)"));
    CHECK(connection.host.sent[0].url == "https://webservices7.autotask.net/ATServicesRest/V1.0/Version");
}

TEST_CASE("test looks the zone up again even if it is known")
{
    Connection connection;
    scriptTenant(connection.host);
    connection.host.cache["zone"] = R"({"url":"https://webservices3.autotask.net/atservicesrest/"})";
    REQUIRE(connection.plugin.test().ok());
    CHECK_THAT(connection.host.sent[0].url, Catch::Contains("ZoneInformation"));
    CHECK_THAT(connection.host.cache["zone"], Catch::Contains("webservices5"));
    CHECK(connection.host.ttlMs["zone"] == 12 * 3600 * 1000);
}

TEST_CASE("wrong credentials are tried once and explained")
{
    Connection connection;
    connection.host.on("GET", zoneRoute, ok(zoneBody)).on("GET", "/V1.0/Version", Answer{401, ""});
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_AUTH);
    CHECK(outcome.httpStatus == 401);
    CHECK(outcome.message == "Autotask does not accept the credentials (401 Unauthorized): API user email or secret is "
                             "wrong, or the Integration Code.");
    for (const char *text :
         {"@APIUSER.com", "API Secret", "Integration Code", "webservices5.autotask.net", "locked", "click Test"})
        CHECK_THAT(outcome.hint, Catch::Contains(text));
    CHECK(connection.host.sent.size() == 2);
}

TEST_CASE("an integration code rejected with 500 is an error of the credentials too")
{
    Connection connection;
    connection.host.on("GET", zoneRoute, ok(zoneBody))
        .on("GET", "/V1.0/Version", Answer{500, R"({"errors":["IntegrationCode is invalid"]})"});
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_AUTH);
    CHECK(outcome.field == "integrationCode");
    CHECK(outcome.message == "Autotask does not accept the Integration Code: IntegrationCode is invalid.");
}

TEST_CASE("a 403 is explained as in the guide")
{
    Connection connection;
    connection.host.on("GET", zoneRoute, ok(zoneBody)).on("GET", "/V1.0/Version", Answer{403, ""});
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_PERMISSION);
    CHECK_THAT(outcome.message, Catch::Contains("security level") && Catch::Contains("403 Forbidden"));
    CHECK_THAT(outcome.hint, Catch::Contains("API User (system) security level"));
}

TEST_CASE("an API user unknown to the zone lookup is explained as in the guide")
{
    Connection connection;
    connection.host.on("GET", zoneRoute, Answer{500, R"({"errors":["Zone information could not be determined"]})"});
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_AUTH);
    CHECK(outcome.vendorCode == "zoneInformation");
    CHECK(outcome.field == "userName");
    CHECK_THAT(outcome.message, Catch::Contains("could not resolve the API user psa+host@APIUSER.com"));
    CHECK_THAT(outcome.hint, Catch::Contains("Zone URL manually") && Catch::Contains("five minutes"));
    CHECK(connection.host.sent.size() == 1);
}

TEST_CASE("an empty 500 of the zone lookup names the email and the Zone URL as what to check")
{
    Connection connection;
    const std::string body = GENERATE("", "{}", "<html><title>500</title></html>");
    connection.host.on("GET", zoneRoute, Answer{500, body});
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_UNAVAILABLE); // it may be an outage: nothing is paused, and it is tried again
    CHECK(outcome.vendorCode == "zoneInformation");
    CHECK(outcome.httpStatus == 500);
    CHECK(outcome.field == "userName");
    CHECK_THAT(outcome.message, Catch::Contains("psa+host@APIUSER.com") && Catch::Contains("500 on zone lookup"));
    CHECK_THAT(outcome.hint, Catch::Contains("email of the API User") && Catch::Contains("paste a Zone URL manually"));
    CHECK(connection.host.sent.size() == 1);
}

TEST_CASE("an outage of the zone lookup is not reported as a wrong user")
{
    Connection connection;
    connection.host.on("GET", zoneRoute, Answer{503, "<html>Service Unavailable</html>"});
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK_THAT(outcome.detail, Catch::Contains("HTTP 503"));
}

TEST_CASE("nothing is sent to a zone address that is not Autotask's")
{
    Connection connection;
    connection.host.on("GET", zoneRoute, ok(R"({"url":"https://webservices5.autotask.net.evil.example/"})"));
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK_THAT(outcome.message, Catch::Contains("evil.example"));
    CHECK(connection.host.sent.size() == 1);
}

TEST_CASE("a security level without the right to create tickets fails the test, in words and in numbers")
{
    const auto info = GENERATE(values<const char *>({
        R"({"info":{"canCreate":false,"userAccessForCreate":"All"}})",
        R"({"info":{"canCreate":true,"userAccessForCreate":"None"}})",
        R"({"info":{"canCreate":true,"userAccessForCreate":0}})",
    }));
    CAPTURE(info);
    Connection connection;
    connection.host.on("GET", zoneRoute, ok(zoneBody))
        .on("GET", "/V1.0/Version", ok("{}"))
        .on("GET", "/V1.0/Tickets/entityInformation", ok(info));
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_PERMISSION);
    CHECK(outcome.message == "The API user may not create tickets in Autotask.");
    CHECK_THAT(outcome.hint, Catch::Contains("Security tab"));
}

TEST_CASE("a mere inconvenience is a warning")
{
    Connection connection;
    connection.host.on("GET", zoneRoute, ok(zoneBody))
        .on("GET", "/V1.0/Version", ok("{}"))
        .on("GET", "/V1.0/Tickets/entityInformation",
            ok(R"({"info":{"canCreate":true,"userAccessForCreate":2,"canQuery":false}})"))
        .on("GET", "/V1.0/Companies/entityInformation",
            Answer{
                500,
                R"({"errors":["The logged in Resource does not have the adequate permissions to query this entity type."]})"})
        .on("GET", "/V1.0/Tickets/entityInformation/fields", ok(R"({"fields":[]})"))
        .on("GET", "/V1.0/ThresholdInformation",
            ok(R"({"externalRequestThreshold":10000,"currentTimeframeRequestCount":6000})"));
    scriptTenant(connection.host); // for everything else
    const Outcome outcome = connection.plugin.test();
    REQUIRE(outcome.ok());
    CHECK(document("test-result", outcome.result)->getArray("warnings")->size() == 5);
    for (const char *text : {"Restricted", "may not search tickets", "may not read companies", "lists no queues",
                             "lists no ticket categories", "More than half"})
        CHECK_THAT(outcome.result, Catch::Contains(text));
}

TEST_CASE("what notes, closing and the question who touched a ticket need is tested, and missing rights are warnings")
{
    const Answer refused{
        500,
        R"({"errors":["The logged in Resource does not have the adequate permissions to query this entity type."]})"};
    Connection connection;
    connection.host
        .on("GET", "/V1.0/Tickets/entityInformation",
            ok(R"({"info":{"canCreate":true,"canUpdate":true,"userAccessForUpdate":"None"}})"))
        .on("GET", "/V1.0/TicketNotes/entityInformation",
            ok(R"({"info":{"canCreate":true,"userAccessForCreate":0,"canQuery":true,"userAccessForQuery":"None"}})"))
        .on("GET", "/V1.0/TicketHistory/entityInformation", refused)
        .on("GET", "/V1.0/TimeEntries/entityInformation", Answer{404, "<html>Not found</html>"})
        .on("GET", "/V1.0/Resources/entityInformation", ok(R"({"info":{"canQuery":false}})"))
        .on("GET", "/V1.0/TicketNotes/entityInformation/fields", refused);
    scriptTenant(connection.host);
    const Outcome outcome = connection.plugin.test();
    INFO(outcome.message);
    REQUIRE(outcome.ok());
    CHECK(document("test-result", outcome.result)->getArray("warnings")->size() == 5);
    for (const char *text : {"may not change tickets", "may not add notes", "may not read the notes",
                             "may not read the history of tickets, so it cannot be told", "may not read resources"})
        CHECK_THAT(outcome.result, Catch::Contains(text));
}

TEST_CASE("a tenant whose internal notes are not known by label gets a warning when the connection is tested")
{
    Connection connection;
    connection.host.on("GET", "/V1.0/TicketNotes/entityInformation/fields",
                       ok(R"({"fields":[{"name":"publish","picklistValues":[{"value":"1","label":"Everybody"}]}]})"));
    scriptTenant(connection.host);
    CHECK_THAT(connection.plugin.test().result, Catch::Contains("values for internal notes; it has: Everybody (1)"));
}

TEST_CASE("a quota that cannot be read does not fail the test")
{
    Connection connection;
    connection.host.on("GET", "/V1.0/ThresholdInformation", Answer{503, ""});
    scriptTenant(connection.host);
    CHECK(connection.plugin.test().ok());
    CHECK_THAT(connection.host.log.back(), Catch::Contains("request quota could not be read"));
}

TEST_CASE("a request that was not sent says why and what to do")
{
    struct Case
    {
        psa_http_reason reason;
        psa_status status;
        std::string hint;
    };
    const auto wanted = GENERATE(values<Case>({
        {PSA_HTTP_REASON_DNS, PSA_UNAVAILABLE, "DNS"},
        {PSA_HTTP_REASON_CONNECT, PSA_UNAVAILABLE, "Paste a Zone URL manually"},
        {PSA_HTTP_REASON_TLS, PSA_UNAVAILABLE, "clock"},
        {PSA_HTTP_REASON_POLICY, PSA_UNAVAILABLE, "Zone URL"},
        {PSA_HTTP_REASON_BUDGET, PSA_RATE_LIMITED, "sent later"},
        {PSA_HTTP_REASON_TIMEOUT, PSA_TIMEOUT, "safe to try again"},
        {PSA_HTTP_REASON_CANCELLED, PSA_CANCELLED, "safe to try again"},
    }));
    Connection connection;
    connection.host.on("GET", zoneRoute, notSent(wanted.reason, 5000));
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == wanted.status);
    CHECK(outcome.retryAfterMs == 5000);
    CHECK_THAT(outcome.message, Catch::Contains("webservices.autotask.net"));
    CHECK_THAT(outcome.hint, Catch::Contains(wanted.hint));
}

TEST_CASE("the service list is never asked: the version is pinned")
{
    Connection connection;
    scriptTenant(connection.host);
    REQUIRE(connection.plugin.test().ok());
    for (const Sent &sent : connection.host.sent)
    {
        CHECK(sent.url.find("VersionInformation") == std::string::npos);
        CHECK(sent.url.find("/V1.0/") != std::string::npos);
    }
}

TEST_CASE("a host without HTTP is reported as such")
{
    Connection connection;
    connection.host.withHttp = false;
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK_THAT(outcome.message, Catch::Contains("psa.http/1"));
}

TEST_CASE("a stopped call sends nothing more")
{
    Connection connection;
    scriptTenant(connection.host);
    connection.host.stopAfterRequests = 2;
    CHECK(connection.plugin.test().status == PSA_CANCELLED);
    CHECK(connection.host.sent.size() == 2);
}

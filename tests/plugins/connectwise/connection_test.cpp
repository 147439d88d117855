// The verb test, the company lookup, and the messages for the operator when they fail.
#include "company.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise::test;

namespace {

/// A host and a configured plugin; the test scripts as much of a company as it needs.
struct Connection
{
    FakeHost host;
    ConnectWiseUnderTest plugin{host};

    explicit Connection(const std::string &siteUrl = "https://na.myconnectwise.net") { plugin.configured(siteUrl); }
};

std::string refusal(const std::string &code, const std::string &message)
{
    return R"({"code":")" + code + R"(","message":")" + message + R"(","errors":null})";
}

} // namespace

TEST_CASE("a valid connection is reported with version, role and boards")
{
    Company company;
    const Outcome outcome = company.plugin.test();
    REQUIRE(outcome.ok());
    const auto result = document("test-result", outcome.result);
    CHECK(result->getValue<std::string>("summary") == "Connected to ConnectWise (api-na.myconnectwise.net)");
    CHECK(!result->has("warnings"));
    std::map<std::string, std::string> details;
    const auto array = result->getArray("details");
    for (unsigned i = 0; i < array->size(); ++i)
        details[array->getObject(i)->getValue<std::string>("label")] =
            array->getObject(i)->getValue<std::string>("value");
    CHECK(details["Company"] == "Example MSP");
    CHECK(details["API"] == "https://api-na.myconnectwise.net/v2025_1/apis/3.0/");
    CHECK(details["ConnectWise version"] == "v2025.1.43111");
    CHECK(details["Right to read tickets"] == "yes");
    CHECK_THAT(details["Right to create tickets"], Catch::Contains("first ticket"));
    CHECK(details["Boards"] == "4");
    CHECK(details["Priorities"] == "2");
    CHECK(company.host.unscripted.empty());
    CHECK(mutating(company.host) == 0);
}

TEST_CASE("no credential is sent with the company lookup, and all to the API, marked as secret")
{
    Company company;
    REQUIRE(company.plugin.test().ok());
    REQUIRE(company.host.sent.size() > 1);
    const Sent &lookUp = company.host.sent[0];
    CHECK(lookUp.url == "https://na.myconnectwise.net/login/companyinfo/examplemsp");
    CHECK(lookUp.headers.size() == 1);
    CHECK(lookUp.headers.count("Accept") == 1);
    for (std::size_t i = 1; i < company.host.sent.size(); ++i)
    {
        const Sent &sent = company.host.sent[i];
        CAPTURE(sent.url);
        CHECK(sent.url.rfind("https://api-na.myconnectwise.net/v2025_1/apis/3.0/", 0) == 0);
        CHECK(sent.headers.at("Authorization") == std::string("Basic ") + basicCanary);
        CHECK(sent.headers.at("clientId") == clientCanary);
        CHECK(sent.secret.at("Authorization"));
        CHECK(sent.secret.at("clientId"));
        CHECK_THAT(sent.headers.at("Accept"), Catch::StartsWith("application/vnd.connectwise.com+json; version="));
        CHECK(sent.headers.count("Content-Type") == 0);
    }
}

TEST_CASE("a pasted path is never doubled")
{
    Company company("https://api-na.myconnectwise.net/v4_6_release/apis/3.0");
    REQUIRE(company.plugin.test().ok());
    for (const Sent &sent : company.host.sent)
    {
        CAPTURE(sent.url);
        CHECK(sent.url.find("v4_6_release") == std::string::npos);
        CHECK(sent.url.find("apis/3.0") == sent.url.rfind("apis/3.0"));
    }
}

TEST_CASE("on premises the API is on the site's host, whatever the lookup returns")
{
    Connection connection("https://psa.example.com:8443/v4_6_release");
    connection.host.on(
        "GET", infoRoute,
        ok(R"({"CompanyName":"Example MSP","Codebase":"v4_6_release/","SiteUrl":"cw01.inner.example"})"));
    scriptCompany(connection.host);
    const Outcome outcome = connection.plugin.test();
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Catch::Contains("Connected to ConnectWise (psa.example.com:8443)"));
    CHECK(connection.host.sent[0].url == "https://psa.example.com:8443/login/companyinfo/examplemsp");
    CHECK_THAT(connection.host.sent[1].url,
               Catch::StartsWith("https://psa.example.com:8443/v4_6_release/apis/3.0/service/tickets"));
}

TEST_CASE("the lookup can refer to another ConnectWise site, but to no foreign one")
{
    struct Case
    {
        std::string siteUrl;
        std::string host;
    };
    const auto wanted = GENERATE(values<Case>({
        {"api-eu.myconnectwise.net", "api-eu.myconnectwise.net"},
        {"eu.myconnectwise.net", "api-eu.myconnectwise.net"},
        {"evil.example", "api-na.myconnectwise.net"},
        {"api-na.myconnectwise.net.evil.example", "api-na.myconnectwise.net"},
        {"", "api-na.myconnectwise.net"},
    }));
    Connection connection;
    connection.host.on("GET", infoRoute, ok(R"({"Codebase":"v2025_1/","SiteUrl":")" + wanted.siteUrl + "\"}"));
    scriptCompany(connection.host);
    REQUIRE(connection.plugin.test().ok());
    for (std::size_t i = 1; i < connection.host.sent.size(); ++i)
        CHECK_THAT(connection.host.sent[i].url, Catch::StartsWith("https://" + wanted.host + "/v2025_1/"));
}

TEST_CASE("nothing is sent to an invalid codebase, and a missing one means the stable one")
{
    Connection connection;
    SECTION("a path")
    {
        const auto codebase = GENERATE(values<std::string>({"v1/../x/", "https://evil.example/", "v 1/", "?", "//"}));
        connection.host.on("GET", infoRoute, ok(R"({"CompanyName":"x","Codebase":")" + codebase + "\"}"));
        const Outcome outcome = connection.plugin.test();
        CHECK(outcome.status == PSA_UNAVAILABLE);
        CHECK_THAT(outcome.message, Catch::Contains("codebase"));
        CHECK(connection.host.sent.size() == 1);
    }
    SECTION("missing")
    {
        connection.host.on("GET", infoRoute, ok(R"({"CompanyName":"Example MSP"})"));
        scriptCompany(connection.host);
        REQUIRE(connection.plugin.test().ok());
        CHECK_THAT(connection.host.sent[1].url,
                   Catch::StartsWith("https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"));
    }
}

TEST_CASE("test looks the company up again even if it is known")
{
    Company company;
    company.host.cache["company"] = R"({"Codebase":"v2024_9/"})";
    REQUIRE(company.plugin.test().ok());
    CHECK_THAT(company.host.sent[0].url, Catch::Contains("companyinfo"));
    CHECK_THAT(company.host.cache["company"], Catch::Contains("v2025_1"));
    CHECK(company.host.ttlMs["company"] == 12 * 3600 * 1000);
}

TEST_CASE("a company unknown to the site is reported as such, and no login is sent")
{
    const auto answer = GENERATE(values<Answer>({ok("null"), ok(" null\r\n"), Answer{404, "{\"code\":\"NotFound\"}"}}));
    Connection connection;
    connection.host.on("GET", infoRoute, answer);
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_AUTH);
    CHECK(outcome.field == "companyId");
    CHECK(outcome.vendorCode == "companyinfo");
    CHECK(outcome.message == "ConnectWise at na.myconnectwise.net does not know the company \"examplemsp\".");
    CHECK_THAT(outcome.hint, Catch::Contains("Company ID") && Catch::Contains("Site URL"));
    CHECK(connection.host.sent.size() == 1);
}

TEST_CASE("a lookup without a usable response is not an unknown company")
{
    const auto answer = GENERATE(values<Answer>({Answer{503, "<html>Maintenance</html>"}, ok("<html>Welcome</html>"),
                                                 ok(""), ok("[]"), ok("{}"), ok("{\"Codebase\":"), Answer{302, ""}}));
    Connection connection;
    connection.host.on("GET", infoRoute, answer);
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK(!outcome.hint.empty());
    CHECK(connection.host.sent.size() == 1);
}

TEST_CASE("rejected credentials and missing rights are explained, and tried once")
{
    struct Case
    {
        Answer answer;
        psa_status status;
        std::string message;
        std::string hint;
        std::string field = "";
        std::string code = "";
    };
    const auto wanted = GENERATE(values<Case>({
        {{401, refusal("Unauthorized", "Authentication failed.")},
         PSA_AUTH,
         "ConnectWise does not accept the credentials (401 Unauthorized): Company ID, Public Key or Private Key is "
         "wrong.",
         "API Keys tab",
         "",
         "Unauthorized"},
        {{401, ""}, PSA_AUTH, "does not accept the credentials (401 Unauthorized)", "click Test"},
        {{400, "clientId is required"},
         PSA_AUTH,
         "ConnectWise does not accept the Client ID (400): clientId is required.",
         "developer.connectwise.com",
         "clientId"},
        {{401, refusal("ClientId", "Invalid ClientID header")},
         PSA_AUTH,
         "ConnectWise does not accept the Client ID (401): Invalid ClientID header.",
         "developer.connectwise.com",
         "clientId",
         "ClientId"},
        {{403, refusal("Security", "You do not have security permission to perform this action.")},
         PSA_PERMISSION,
         "The security role of the API member does not allow this (403 Forbidden): You do not have security permission "
         "to perform this action.",
         "Service Tickets: Add, Edit, Inquire All",
         "",
         "Security"},
        {{403, "<html>Forbidden</html>"},
         PSA_PERMISSION,
         "The security role of the API member does not allow this (403 Forbidden).",
         "Security Roles"},
        {{400, "Cannot route. Codebase/company is invalid"},
         PSA_INVALID_CONFIG,
         "There is no ConnectWise API for this company at api-na.myconnectwise.net (400): Cannot route. "
         "Codebase/company "
         "is invalid.",
         "Company ID",
         "companyId"},
        {{404, "<html>404 - File or directory not found.</html>"},
         PSA_INVALID_CONFIG,
         "There is no ConnectWise API for this company at api-na.myconnectwise.net (404).",
         "Site URL",
         "siteUrl"},
        {{503, "<html>Service Unavailable</html>"},
         PSA_UNAVAILABLE,
         "ConnectWise did not return a usable response: HTTP 503 without a reason.",
         "status page"},
        {{429, "Please try again in 30 seconds"},
         PSA_RATE_LIMITED,
         "ConnectWise does not take more requests at the moment: Please try again in 30 seconds.",
         "retried later"},
    }));
    CAPTURE(wanted.message);
    Connection connection;
    connection.host.on("GET", ticketsRoute, wanted.answer);
    scriptCompany(connection.host);
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == wanted.status);
    CHECK(outcome.httpStatus == wanted.answer.status);
    CHECK_THAT(outcome.message, Catch::Contains(wanted.message));
    CHECK_THAT(outcome.hint, Catch::Contains(wanted.hint));
    CHECK(outcome.field == wanted.field);
    CHECK(outcome.vendorCode == wanted.code);
    CHECK(connection.host.sent.size() == 2);
}

TEST_CASE("a mere inconvenience is a warning")
{
    const Answer forbidden{403, refusal("Security", "You do not have security permission.")};
    Connection connection;
    connection.host.on("GET", boardsRoute, forbidden)
        .on("GET", "/service/priorities", forbidden)
        .on("GET", companiesRoute, forbidden);
    scriptCompany(connection.host);
    const Outcome outcome = connection.plugin.test();
    REQUIRE(outcome.ok());
    const auto warnings = document("test-result", outcome.result)->getArray("warnings");
    REQUIRE(warnings->size() == 3);
    for (const char *text : {"may not list boards", "may not read ConnectWise's tables", "may not read companies",
                             "Company Maintenance: Inquire All", "Table Setup: Inquire"})
        CHECK_THAT(outcome.result, Catch::Contains(text));
}

TEST_CASE("a role that may not read the version is not a failure")
{
    const auto answer =
        GENERATE(values<Answer>({Answer{401, refusal("ConnectWiseApi", "UserNotAuthenticated")}, Answer{403, ""}}));
    Connection connection;
    connection.host.on("GET", "/system/info", answer);
    scriptCompany(connection.host);
    const Outcome outcome = connection.plugin.test();
    REQUIRE(outcome.ok());
    CHECK_THAT(outcome.result, Catch::Contains(R"("value":"v2025.1")"));
    CHECK_THAT(connection.host.log.back(), Catch::Contains("may not read system/info"));
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
        {PSA_HTTP_REASON_DNS, PSA_UNAVAILABLE, "DNS and the Site URL"},
        {PSA_HTTP_REASON_CONNECT, PSA_UNAVAILABLE, "Site URL"},
        {PSA_HTTP_REASON_TLS, PSA_UNAVAILABLE, "clock"},
        {PSA_HTTP_REASON_POLICY, PSA_UNAVAILABLE, "psa-host.toml: [egress] allowed_hosts"},
        {PSA_HTTP_REASON_BUDGET, PSA_RATE_LIMITED, "sent later"},
        {PSA_HTTP_REASON_TIMEOUT, PSA_TIMEOUT, "safe to try again"},
        {PSA_HTTP_REASON_CANCELLED, PSA_CANCELLED, "safe to try again"},
    }));
    Connection connection;
    connection.host.on("GET", infoRoute, notSent(wanted.reason, 5000));
    const Outcome outcome = connection.plugin.test();
    CHECK(outcome.status == wanted.status);
    CHECK(outcome.retryAfterMs == 5000);
    CHECK_THAT(outcome.message, Catch::Contains("na.myconnectwise.net"));
    CHECK_THAT(outcome.hint, Catch::Contains(wanted.hint));
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
    Company company;
    company.host.stopAfterRequests = 2;
    CHECK(company.plugin.test().status == PSA_CANCELLED);
    CHECK(company.host.sent.size() == 2);
}

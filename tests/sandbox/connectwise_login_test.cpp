#include "tests/sandbox/connectwise_client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using namespace psa::sandbox::test;
using Catch::Contains;

namespace {

const std::string lookUp = "/login/companyinfo/";
const std::string cannotRoute = "Cannot route. Codebase/company is invalid";
const std::map<std::string, std::string> noHeaders = {{"Authorization", ""}, {"clientId", ""}};

std::map<std::string, std::string> as(const std::string &company, const std::string &publicKey,
                                      const std::string &privateKey)
{
    return {{"Authorization", basic(company, publicKey, privateKey)}};
}

} // namespace

TEST_CASE("ConnectWise: the company look-up wants no credentials and tells codebase and site")
{
    const CwRunning run;
    for (const std::string company : {"sandboxmsp", "SandboxMSP"})
    {
        const CwReply reply = run.client.call("GET", lookUp + company, "", noHeaders);
        CHECK(reply.status == 200);
        CHECK(reply.at("Codebase") == "v2025_1/");
        CHECK(reply.at("VersionCode") == "v2025.1");
        CHECK(reply.at("CompanyID") == "sandboxmsp");
        CHECK(reply.at("SiteUrl") == "api-na.myconnectwise.net");
        CHECK(reply.at("IsCloud") == "true");
    }
}

TEST_CASE("ConnectWise: an unknown company is 200 with null, or a 404 by switch")
{
    CwRunning run;
    const CwReply reply = run.client.call("GET", lookUp + "nobody", "", noHeaders);
    CHECK(reply.status == 200);
    CHECK(reply.body == "null");
    run.sandbox.setSwitch("companyinfo.unknown", "404");
    CHECK(run.client.call("GET", lookUp + "nobody", "", noHeaders).status == 404);
}

TEST_CASE(
    "ConnectWise: the stable codebase and the version's path lead to the API, in any case and with double slashes")
{
    const CwRunning run;
    for (const std::string path :
         {"/v4_6_release/apis/3.0/system/info", "/v2025_1/apis/3.0/system/info", "/v4_6_Release/APIS/3.0//System/Info"})
        CHECK(run.client.call("GET", path).at("version") == "v2025.1.12345");
}

TEST_CASE("ConnectWise: a wrong path is refused as text, a doubled one and one without codebase too")
{
    const CwRunning run;
    for (const std::string path :
         {"/", "/system/info", "/v2019_9/apis/3.0/system/info", "/v4_6_release/apis/2.0/system/info",
          "/v4_6_release/apis/3.0/v4_6_release/apis/3.0/system/info"})
    {
        INFO(path);
        const CwReply reply = run.client.call("GET", path);
        CHECK(reply.status == 400);
        CHECK(reply.body == cannotRoute);
        CHECK_THAT(reply.contentType, Contains("text/plain"));
    }
}

TEST_CASE("ConnectWise: an unknown resource and a wrong method are told as such")
{
    const CwRunning run;
    CHECK(run.client.get("service/nothing").status == 404);
    CHECK(run.client.get("service/tickets/x").code() == "NotFound");
    CHECK(run.client.call("PUT", api + "service/tickets", "{}").status == 405);
}

TEST_CASE("ConnectWise: after a release the old version's path is a 404 and the look-up tells the new one")
{
    CwRunning run;
    run.sandbox.changeTenant(R"({"codebase": "v2025_2"})");
    CHECK(run.client.call("GET", "/v2025_1/apis/3.0/system/info").status == 404);
    CHECK(run.client.call("GET", lookUp + "sandboxmsp", "", noHeaders).at("Codebase") == "v2025_2/");
    CHECK(run.client.call("GET", "/v2025_2/apis/3.0/system/info").at("version") == "v2025.2.12345");
    CHECK(run.client.get("system/info").status == 200);
    run.sandbox.setSwitch("codebase.alias", "false");
    CHECK(run.client.get("system/info").status == 404);
}

TEST_CASE("ConnectWise: wrong keys are a 401 in one of three forms, and counted")
{
    CwRunning run;
    const std::string good = run.sandbox.privateKey();
    for (const auto &who : {as("sandboxmsp", "SandboxPublicKey", "wrong"), as("sandboxmsp", "other", good),
                            std::map<std::string, std::string>{{"Authorization", ""}},
                            std::map<std::string, std::string>{{"Authorization", "Bearer x"}},
                            std::map<std::string, std::string>{{"Authorization", "Basic ???"}}})
    {
        const CwReply reply = run.client.get("system/info", who);
        CHECK(reply.status == 401);
        CHECK(reply.code() == "Unauthorized");
        CHECK(reply.message() == "Authentication failed.");
    }
    CHECK(run.sandbox.truth().failedLogins == 5);
    run.sandbox.setSwitch("auth.refusal", "keys");
    CHECK(run.client.get("system/info", as("sandboxmsp", "other", good)).message() == "Incorrect public/private key");
    run.sandbox.setSwitch("auth.refusal", "UserNotAuthenticated");
    const CwReply reply = run.client.get("system/info", as("sandboxmsp", "other", good));
    CHECK(reply.status == 401);
    CHECK(reply.code() == "ConnectWiseApi");
    CHECK(reply.message() == "UserNotAuthenticated");
}

TEST_CASE("ConnectWise: keys with an unknown company cannot be routed, or are wrong keys by switch")
{
    CwRunning run;
    const auto stranger = as("nobody", "SandboxPublicKey", run.sandbox.privateKey());
    const CwReply reply = run.client.get("system/info", stranger);
    CHECK(reply.status == 400);
    CHECK(reply.body == cannotRoute);
    run.sandbox.setSwitch("auth.wrongCompany", "401");
    CHECK(run.client.get("system/info", stranger).status == 401);
}

TEST_CASE("ConnectWise: every call needs a registered clientId, and the refusal names it")
{
    CwRunning run;
    for (const std::string clientId : {"", "11111111-1111-1111-1111-111111111111"})
    {
        const CwReply reply = run.client.get("system/info", {{"clientId", clientId}});
        CHECK(reply.status == 400);
        CHECK_THAT(reply.body, Contains("clientId") && !Contains("{"));
    }
    run.sandbox.setSwitch("auth.clientIdStatus", "401");
    run.sandbox.setSwitch("auth.clientIdBody", "json");
    const CwReply reply = run.client.get("system/info", {{"clientId", ""}});
    CHECK(reply.status == 401);
    CHECK_THAT(reply.message(), Contains("clientId"));
}

TEST_CASE("ConnectWise: a private key may hold every sign")
{
    CwRunning run;
    run.sandbox.changeTenant(R"({"secret": "a+b/c=:d"})");
    CHECK(run.client.get("system/info").status == 401);
    CHECK(run.client.get("system/info", as("sandboxmsp", "SandboxPublicKey", "a+b/c=:d")).status == 200);
}

TEST_CASE("ConnectWise: a role without a right is refused with Security, system/info by switch otherwise")
{
    CwRunning run;
    run.sandbox.changeTenant(R"({"revoke": "Tickets create"})");
    const CwReply create = run.client.create();
    CHECK(create.status == 403);
    CHECK(create.code() == "Security");
    CHECK(create.message() == "You do not have security permission to perform this action.");
    CHECK(run.sandbox.truth().tickets.empty());
    CHECK(run.client.get("service/tickets").status == 200);

    run.sandbox.changeTenant(R"({"revoke": "SystemInfo query"})");
    CHECK(run.client.get("system/info").message() == "UserNotAuthenticated");
    run.sandbox.setSwitch("access.systemInfo", "Security");
    CHECK(run.client.get("system/info").status == 403);
    run.sandbox.changeTenant(R"({"grant": "SystemInfo query"})");
    CHECK(run.client.get("system/info").status == 200);
}

TEST_CASE("ConnectWise: without the right to boards, their info is still told to whoever may see tickets")
{
    CwRunning run;
    run.sandbox.changeTenant(R"({"revoke": "Boards query"})");
    CHECK(run.client.get("service/boards").status == 403);
    CHECK(run.client.get("service/info/boards").rows()->size() == 5);
    CHECK(run.client.get("service/info/boards/2").at("name") == "Alerts");
    run.sandbox.changeTenant(R"({"revoke": "Tickets query"})");
    CHECK(run.client.get("service/info/boards").status == 403);
}

TEST_CASE("ConnectWise: the answer's version is the newest, or the one that was asked for")
{
    const CwRunning run;
    const CwReply plain = run.client.get("system/info");
    CHECK(plain.headers.at("api-current-version") == "2025.1");
    CHECK(plain.contentType == "application/json; charset=utf-8");
    const CwReply asked = run.client.get(
        "system/info", {{"Accept", "application/vnd.connectwise.com+json; version=2021.1, application/json"}});
    CHECK(asked.headers.at("api-current-version") == "2021.1");
    CHECK(asked.contentType == "application/vnd.connectwise.com+json; version=2021.1");
}

TEST_CASE("ConnectWise: the certificate holds for the hosts of the service and for a site of one's own")
{
    connectwise::ConnectWiseOptions options;
    options.site = "psa.msp.example";
    const CwRunning run(options);
    CHECK(run.client.call("GET", lookUp + "sandboxmsp").at("SiteUrl") == "psa.msp.example");
    for (const std::string name :
         {"na.myconnectwise.net", "api-eu.myconnectwise.net", "api-staging.connectwisedev.com", "psa.msp.example"})
        CHECK(certificateHolds(run.sandbox, name));
    CHECK_THROWS(certificateHolds(run.sandbox, "na.example.net"));
}

TEST_CASE("ConnectWise: with plain HTTP the site and the links are the address that was asked")
{
    connectwise::ConnectWiseOptions options;
    options.http = true;
    const CwRunning run(options);
    const std::string host = "127.0.0.1:" + std::to_string(run.sandbox.port());
    CHECK(run.client.call("GET", lookUp + "sandboxmsp", "", {{"Host", host}}).at("SiteUrl") == host);
    CHECK_THAT(run.client.get("service/boards?pageSize=1", {{"Host", host}}).headers.at("link"),
               Catch::StartsWith("<http://" + host + "/v4_6_release/apis/3.0/service/boards?"));
}

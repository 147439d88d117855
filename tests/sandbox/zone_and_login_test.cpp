#include "tests/sandbox/client.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;

namespace {

const std::string zonePath = base + "ZoneInformation?user=vectis%40APIUSER.com";
const std::map<std::string, std::string> nobody = {
    {"ApiIntegrationCode", ""}, {"UserName", ""}, {"Secret", ""}, {"Host", "webservices.autotask.net"}};
const std::map<std::string, std::string> wrongSecret = {{"Secret", "wrong"}};

} // namespace

TEST_CASE("The zone is told in any case of the path, without credentials, and its URL has no version")
{
    const Running run;
    for (const std::string &path :
         {zonePath, std::string("/atservicesrest/v1.0/zoneInformation?user=VECTIS@apiuser.com")})
    {
        const Reply reply = run.client.call("GET", path, "", nobody);
        CHECK(reply.status == 200);
        CHECK(reply.json()->getValue<std::string>("url") == "https://webservices5.autotask.net/ATServicesRest/");
        CHECK(reply.json()->getValue<int>("ci") == 5);
    }
}

TEST_CASE("An unknown user has no zone, with status 500")
{
    const Running run;
    const Reply reply = run.client.call("GET", base + "ZoneInformation?user=other@example.com", "", nobody);
    CHECK(reply.status == 500);
    CHECK(reply.error() == "Zone information could not be determined");
}

TEST_CASE("Whether the zone look-up wants credentials is a switch")
{
    Running run;
    run.sandbox.setSwitch("zone.login", "true");
    CHECK(run.client.call("GET", zonePath, "", nobody).status == 401);
}

TEST_CASE("A moved tenant is told in the look-up, and its old zone refuses good credentials")
{
    Running run;
    run.sandbox.changeTenant(R"({"zone": 6})");
    CHECK(run.client.call("GET", zonePath, "", nobody).json()->getValue<int>("ci") == 6);
    CHECK(run.client.get(base + "Version").status == 401);
    CHECK(run.client.call("GET", base + "Version", "", {{"Host", "webservices6.autotask.net"}}).status == 200);
    run.sandbox.setSwitch("zone.wrongZone", "empty");
    const Reply reply = run.client.get(base + "Version");
    CHECK(reply.status == 200);
    CHECK(reply.body.empty());
}

TEST_CASE("Failed logins at the wrong zone do not lock the user")
{
    Running run;
    run.sandbox.setSwitch("auth.lockAfter", "1");
    run.sandbox.changeTenant(R"({"zone": 6})");
    CHECK(run.client.get(base + "Version").status == 401);
    CHECK_FALSE(run.sandbox.truth().locked);
}

TEST_CASE("Two versions are listed and the second serves nothing")
{
    Running run;
    CHECK(run.client.get("/ATServicesRest/VersionInformation").body == R"({"apiVersions":["V1.0","V2.0"]})");
    const Reply reply = run.client.get("/ATServicesRest/V2.0/ZoneInformation?user=vectis@APIUSER.com");
    CHECK(reply.status == 404);
    CHECK(reply.contentType.rfind("text/html", 0) == 0);
    run.sandbox.setSwitch("version.v2", "false");
    CHECK(run.client.get("/ATServicesRest/VersionInformation").body == R"({"apiVersions":["V1.0"]})");
}

TEST_CASE("Version and thresholds are told to whoever may log in")
{
    const Running run;
    CHECK(run.client.get(base + "Version").json()->has("majorVersion"));
    const Reply reply = run.client.get(base + "ThresholdInformation");
    CHECK(reply.json()->getValue<int>("externalRequestThreshold") == 10000);
    CHECK(reply.json()->getValue<int>("currentTimeframeRequestCount") == 2);
}

TEST_CASE("Every wrong credential gets the same empty 401")
{
    Running run;
    run.sandbox.setSwitch("auth.lockAfter", "0");
    for (const std::string header : {"ApiIntegrationCode", "UserName", "Secret"})
        for (const std::string value : {"", "wrong"})
        {
            const Reply reply = run.client.call("GET", base + "Version", "", {{header, value}});
            CHECK(reply.status == 401);
            CHECK(reply.body.empty());
            CHECK(reply.headers.at("www-authenticate") == "Basic Realm=\"webservices5.autotask.net\"");
        }
    CHECK(run.sandbox.truth().failedLogins == 6);
}

TEST_CASE("The user is locked after the set number of failures in a row and then refused with the right secret")
{
    Running run;
    run.sandbox.setSwitch("auth.lockAfter", "3");
    for (int i = 0; i < 2; ++i)
        run.client.call("GET", base + "Version", "", wrongSecret);
    CHECK(run.client.get(base + "Version").status == 200); // Restarts the count.
    for (int i = 0; i < 3; ++i)
        CHECK(run.client.call("GET", base + "Version", "", wrongSecret).status == 401);
    CHECK(run.sandbox.truth().locked);
    CHECK(run.client.get(base + "Version").status == 401);
    run.sandbox.changeTenant(R"({"locked": false})");
    CHECK(run.client.get(base + "Version").status == 200);
}

TEST_CASE("A wrong tracking identifier can be told with a 500")
{
    Running run;
    run.sandbox.setSwitch("auth.wrongCode", "500");
    const Reply reply = run.client.call("GET", base + "Version", "", {{"ApiIntegrationCode", "wrong"}});
    CHECK(reply.status == 500);
    CHECK(reply.error() == "IntegrationCode is invalid");
}

TEST_CASE("A changed secret refuses the old one")
{
    Running run;
    run.sandbox.changeTenant(R"({"secret": "another"})");
    CHECK(run.client.get(base + "Version").status == 401);
    CHECK(run.client.call("GET", base + "Version", "", {{"Secret", "another"}}).status == 200);
}

TEST_CASE("A revoked right is a 500 with the service's text, or a 403 by switch, and shows in the metadata")
{
    Running run;
    run.sandbox.changeTenant(R"({"revoke": "Tickets create"})");
    const Reply reply = run.client.create();
    CHECK(reply.status == 500);
    CHECK(reply.error() == "The logged in Resource does not have the adequate permissions to create this entity type.");
    run.sandbox.setSwitch("access.refusal", "403");
    CHECK(run.client.create().status == 403);
    const Reply info = run.client.get(base + "Tickets/entityInformation");
    CHECK(info.json()->getObject("info")->getValue<std::string>("userAccessForCreate") == "None");
    CHECK(run.sandbox.truth().tickets.empty());
}

TEST_CASE("The certificate holds for the hosts of the service and comes from the CA in the state folder")
{
    const TemporaryFolder folder;
    psa::sandbox::autotask::AutotaskOptions options;
    options.stateFolder = folder.path();
    std::string ca;
    std::string secret;
    for (int start = 0; start < 2; ++start) // The second start uses the CA and secret of the first.
    {
        const Running run(options);
        for (const std::string name : {"webservices.autotask.net", "webservices29.autotask.net", "localhost"})
            CHECK(certificateHolds(run.sandbox, name));
        CHECK_THROWS(certificateHolds(run.sandbox, "webservices.example.net"));
        const std::string pem = readFile(run.sandbox.caFile());
        CHECK((start == 0 || pem == ca));
        CHECK((start == 0 || run.sandbox.secret() == secret));
        ca = pem;
        secret = run.sandbox.secret();
        for (const auto &file :
             {run.sandbox.secretFile(), folder.path() / "ca-key.pem", folder.path() / "server-key.pem"})
            CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(0077)) ==
                  std::filesystem::perms::none);
    }
}

TEST_CASE("With plain HTTP the zone's URL is the address that was asked")
{
    psa::sandbox::autotask::AutotaskOptions options;
    options.http = true;
    const Running run(options);
    const std::string host = "127.0.0.1:" + std::to_string(run.sandbox.port());
    const Reply reply = run.client.call("GET", zonePath, "", {{"Host", host}});
    CHECK(reply.json()->getValue<std::string>("url") == "http://" + host + "/ATServicesRest/");
}

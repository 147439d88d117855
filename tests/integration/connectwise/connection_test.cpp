// The connection test: what the operator sees below the Test button.
#include "fixture.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::connectwise;

TEST_CASE("a valid connection shows where it is connected to, and what the role may see")
{
    Setup setup;
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(detail(outcome, "Company") == "The MSP itself");
    CHECK(detail(outcome, "API") == "https://api-na.myconnectwise.net/v2025_1/apis/3.0/");
    CHECK_THAT(detail(outcome, "ConnectWise version"), Catch::StartsWith("v2025.1."));
    CHECK(detail(outcome, "Right to read tickets") == "yes");
    CHECK(detail(outcome, "Boards") == "3"); // Without the inactive one and the one for projects.
    CHECK(detail(outcome, "Priorities") == "4");
}

TEST_CASE("a Site URL works in whatever form it is pasted, and its path is never doubled")
{
    const std::string site =
        GENERATE("https://na.myconnectwise.net", "na.myconnectwise.net",
                 "https://api-na.myconnectwise.net/v4_6_release/apis/3.0",
                 "https://na.myconnectwise.net/v4_6_release/apis/3.0/", "HTTPS://NA.MYCONNECTWISE.NET/");
    Setup setup(Values{{"siteUrl", site}});
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(json(outcome.result)->getValue<std::string>("summary") ==
          "Connected to ConnectWise (api-na.myconnectwise.net)");
}

TEST_CASE("a company that moved to another site is found there by the lookup")
{
    Setup setup;
    setup.sandbox().changeTenant(R"({"site": "api-eu.myconnectwise.net"})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(json(outcome.result)->getValue<std::string>("summary") ==
          "Connected to ConnectWise (api-eu.myconnectwise.net)");
}

TEST_CASE("a site on premises that the operator has not listed is not contacted, and the error says where to list it")
{
    Setup setup(Values{{"siteUrl", "https://psa.example.com/v4_6_release/apis/3.0"}});
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_UNAVAILABLE);
    CHECK(outcome.error->message == "This host does not allow the connection to psa.example.com.");
    CHECK_THAT(outcome.error->hint, Catch::Contains("lists it in psa-host.toml: [egress] allowed_hosts"));
    CHECK(setup.sandbox().requests() == 0);
}

TEST_CASE("an unknown company is reported as such, in whatever way ConnectWise says it, and no login is sent")
{
    const std::string how = GENERATE("null", "404");
    Setup setup(Values{{"companyId", "nobody"}});
    setup.sandbox().setSwitch("companyinfo.unknown", how);
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_AUTH);
    CHECK(outcome.error->field == "companyId");
    CHECK(outcome.error->message == "ConnectWise at na.myconnectwise.net does not know the company \"nobody\".");
    CHECK(setup.sandbox().truth().failedLogins == 0);
    CHECK(setup.sandbox().requests() == 1);
}

TEST_CASE("missing rights other than those on tickets are warnings with their consequence")
{
    Setup setup;
    setup.sandbox().changeTenant(R"({"revoke": "Priorities query"})");
    setup.sandbox().changeTenant(R"({"revoke": "Companies query"})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    REQUIRE(warnings(outcome).size() == 2);
    CHECK_THAT(warnings(outcome)[0], Catch::Contains("may not read ConnectWise's tables"));
    CHECK_THAT(warnings(outcome)[1], Catch::Contains("may not read companies"));
}

TEST_CASE("boards are listed without the right to set them up")
{
    Setup setup;
    setup.sandbox().changeTenant(R"({"revoke": "Boards query"})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(detail(outcome, "Boards") == "3");
    CHECK(warnings(outcome).empty());
}

TEST_CASE("a role that may not read the version is not a failure")
{
    Setup setup;
    setup.sandbox().setSwitch("access.systemInfo", GENERATE("UserNotAuthenticated", "Security"));
    setup.sandbox().changeTenant(R"({"revoke": "SystemInfo query"})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(detail(outcome, "ConnectWise version") == "v2025.1");
}

TEST_CASE("a role that may not read tickets fails the test")
{
    Setup setup;
    setup.sandbox().changeTenant(R"({"revoke": "Tickets query"})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_PERMISSION);
    CHECK_THAT(outcome.error->hint, Catch::Contains("Service Tickets: Add, Edit, Inquire All"));
}

TEST_CASE("the company lookup gets no credential, the API gets all of them")
{
    Setup setup;
    REQUIRE(setup.test().ok());
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    std::size_t lookUps = 0;
    for (const auto &entry : setup.sandbox().lastRequests(100))
    {
        CAPTURE(entry.target);
        if (entry.host == "na.myconnectwise.net")
        {
            ++lookUps;
            CHECK(entry.target == "/login/companyinfo/" + setup.sandbox().company());
            CHECK(entry.info.user.empty());
            CHECK(entry.info.secretFingerprint.empty());
            CHECK(entry.info.codeFingerprint.empty());
            continue;
        }
        CHECK(entry.host == "api-na.myconnectwise.net");
        CHECK(!entry.info.secretFingerprint.empty());
    }
    CHECK(lookUps == 1);
}

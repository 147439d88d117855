// Which host gets which secret. Dry runs, echoes and recordings are tested for every PSA (acceptance).
#include "fixture.h"

#include "sandbox/common/fingerprint.h"

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using namespace psa::test::autotask;

TEST_CASE("the lookup host gets the user and no secret, the zone gets all three")
{
    Setup setup;
    REQUIRE(setup.test().ok());
    setup.sandbox().changeTenant(R"({"zone": 6})");
    CHECK(setup.create("psa-host-1", ticket()).error->status == PSA_UNAVAILABLE); // Looks up the zone again.
    REQUIRE(setup.create("psa-host-1", ticket()).ok());
    const std::string secret = psa::sandbox::fingerprint(setup.sandbox().secret());
    const std::string code = psa::sandbox::fingerprint(setup.sandbox().integrationCode());
    std::size_t lookUps = 0;
    for (const auto &entry : setup.sandbox().lastRequests(100))
    {
        CAPTURE(entry.target);
        if (entry.host == "webservices.autotask.net")
        {
            ++lookUps;
            CHECK(entry.target == "/ATServicesRest/V1.0/ZoneInformation?user=vectis%40APIUSER.com");
            CHECK(entry.info.user.empty());
            CHECK(entry.info.secretFingerprint.empty());
            CHECK(entry.info.codeFingerprint.empty());
            continue;
        }
        CHECK((entry.host == "webservices5.autotask.net" || entry.host == "webservices6.autotask.net"));
        CHECK(entry.info.user == setup.sandbox().user());
        CHECK(entry.info.secretFingerprint == secret);
        CHECK(entry.info.codeFingerprint == code);
    }
    CHECK(lookUps == 2);
}

TEST_CASE("a secret that Autotask echoes in its version is not shown")
{
    Setup setup;
    const std::string echo = setup.sandbox().secret() + " and " + setup.sandbox().integrationCode();
    setup.faultAt("V1.0/Version$",
                  R"({"kind": "status", "status": 200, "body": "{\"majorVersion\":\")" + echo + R"(\"}"})");
    const CallOutcome outcome = setup.test();
    INFO(describe(outcome));
    CHECK_THAT(outcome.result, Catch::Contains("[redacted] and [redacted]"));
}

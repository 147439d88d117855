#include "tenant.h"

#include <catch2/catch.hpp>

namespace psa::plugins::autotask::test {

void AutotaskUnderTest::configured(const std::string &zoneUrl)
{
    const std::string zone = zoneUrl.empty() ? "" : R"(,"zoneUrl":")" + zoneUrl + "\"";
    REQUIRE(configure(R"({"version":1,"values":{"integrationCode":")" + std::string(codeCanary) +
                      R"(","userName":"psa+host@APIUSER.com","secret":")" + secretCanary + "\"" + zone + "}}")
                .ok());
}

} // namespace psa::plugins::autotask::test

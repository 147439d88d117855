#include "company.h"

#include <Poco/URI.h>

#include <catch2/catch.hpp>

namespace psa::plugins::connectwise::test {

void scriptCompany(FakeHost &host)
{
    host.on("GET", infoRoute, ok(infoBody))
        .on("GET", "/system/info", ok(R"({"version":"v2025.1.43111","isCloud":true,"cloudRegion":"NA"})"))
        .on("GET", ticketsRoute, ok("[]"))
        .on("GET", boardsRoute, ok(R"([{"id":1,"name":"Help Desk","inactiveFlag":false},
            {"id":2,"name":"Monitoring","inactiveFlag":false},{"id":3,"name":"Old board","inactiveFlag":true},
            {"id":4,"name":"Twin"},{"id":5,"name":"twin"}])"))
        .on("GET", statusesRoute, ok(R"([{"id":12,"name":"In Progress","sortOrder":2,"inactive":false},
            {"id":11,"name":"New","sortOrder":1,"inactive":false,"defaultFlag":true},
            {"id":13,"name":"Waiting","sortOrder":3,"inactive":true}])"))
        .on("GET", "/service/boards/2/statuses", ok(R"([{"id":21,"name":"New","sortOrder":1}])"))
        .on("GET", "/service/boards/1/types", ok(R"([{"id":31,"name":"Hardware"},{"id":32,"name":"Network"}])"))
        .on("GET", "/service/boards/1/subtypes", ok(R"([{"id":41,"name":"Disk"},{"id":42,"name":"Switch"}])"))
        .on("GET", "/service/boards/1/items", ok(R"([{"id":51,"name":"Replace"},{"id":52,"name":"Restart"}])"))
        .on("GET", "/service/boards/1/teams", ok(R"([{"id":61,"name":"Level 1"}])"))
        .on("GET", "/service/boards/1/typeSubTypeItemAssociations",
            ok(R"([{"id":1,"type":{"id":31,"name":"Hardware"},"subType":{"id":41,"name":"Disk"},"item":{"id":51,"name":"Replace"}},
                {"id":2,"type":{"id":32,"name":"Network"},"subType":{"id":42,"name":"Switch"},"item":{"id":52,"name":"Restart"}}])"))
        .on("GET", "/service/priorities",
            ok(R"([{"id":6,"name":"Priority 1 - Critical"},{"id":8,"name":"Priority 3 - Medium"}])"))
        .on("GET", "/service/sources", ok(R"([{"id":3,"name":"Monitoring"},{"id":2,"name":"Phone"}])"))
        .on("GET", "/service/locations", ok(R"([{"id":1,"name":"On-Site"},{"id":4,"name":"Remote"}])"))
        .on("GET", "/system/members", ok(R"([{"id":150,"identifier":"ttech","firstName":"Tess","lastName":"Tech"}])"))
        .on("GET", companiesRoute, ok(R"([{"id":19297,"identifier":"ACME","name":"Acme Dental"}])"));
}

void ConnectWiseUnderTest::configured(const std::string &siteUrl)
{
    REQUIRE(configure(R"({"version":1,"values":{"siteUrl":")" + siteUrl +
                      R"(","companyId":"examplemsp","publicKey":"pub1ic","privateKey":")" + privateCanary +
                      R"(","clientId":")" + clientCanary + "\"}}")
                .ok());
}

std::string ticket(const std::string &more)
{
    return R"({"version":1,"title":"Disk full","company":19297)" + (more.empty() ? "" : "," + more) + "}";
}

std::string queryOf(const Sent &sent)
{
    std::string query;
    const std::size_t mark = sent.url.find('?');
    Poco::URI::decode(mark == std::string::npos ? "" : sent.url.substr(mark + 1), query);
    return query;
}

} // namespace psa::plugins::connectwise::test

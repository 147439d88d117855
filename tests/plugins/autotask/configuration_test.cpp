// describe and configure: what an operator sees before anything is sent.
#include "tenant.h"
#include "zone.h"

#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;

namespace {

std::string configuration(const std::string &code, const std::string &user, const std::string &secret,
                          const std::string &zone)
{
    return R"({"version":1,"values":{"integrationCode":")" + code + R"(","userName":")" + user + R"(","secret":")" +
           secret + R"(","zoneUrl":")" + zone + R"("}})";
}

} // namespace

TEST_CASE("the descriptor matches the schema and uses the guide's terms")
{
    FakeHost host;
    AutotaskUnderTest plugin(host);
    const Outcome outcome = plugin.describe();
    REQUIRE(outcome.ok());
    const auto descriptor = document("descriptor", outcome.result);
    const auto fields = descriptor->getObject("configuration")->getObject("properties");
    CHECK(fields->getObject("integrationCode")->getValue<std::string>("title") == "Integration Code");
    CHECK(fields->getObject("userName")->getValue<std::string>("title") == "API User");
    CHECK(fields->getObject("secret")->getValue<std::string>("title") == "API Secret");
    CHECK(fields->getObject("zoneUrl")->getValue<std::string>("blankMeans") == "detected from the API user");
    const auto defaults = descriptor->getObject("ticketDefaults")->getObject("properties");
    CHECK(defaults->getObject("queue")->getValue<std::string>("title") == "Queue ID");
    CHECK(defaults->getObject("category")->getValue<std::string>("title") == "Ticket Category ID");
    CHECK(defaults->getObject("dueInHours")->getValue<int>("default") == 24);
    // Fields that only Autotask has reach a ticket, including their defaults.
    const auto own = descriptor->getObject("ticketFields")->getObject("properties");
    for (const char *name : {"source", "ticketType", "workType", "dueInHours"})
        CHECK((own->has(name) && defaults->has(name)));
    CHECK(plugin.describe().result == outcome.result);
}

TEST_CASE("the built plugin loads")
{
    psa::plugin::LoaderPolicy policy;
    policy.trustedPaths = {AUTOTASK_PLUGIN};
    psa::plugin::PluginLoader loader({}, policy);
    const psa::plugin::LoadReport report = loader.load(AUTOTASK_PLUGIN);
    INFO(report.found);
    CHECK(report.state == psa::plugin::LoadState::ready);
}

TEST_CASE("an invalid configuration is rejected with the field and the next step")
{
    struct Case
    {
        std::string json;
        std::string field;
        std::string message;
    };
    const auto wanted = GENERATE(values<Case>({
        {configuration(" ", "a@APIUSER.com", "x", ""), "integrationCode", "Integration Code is missing."},
        {configuration("c", "", "x", ""), "userName", "API User is missing."},
        {configuration("c", "ann@example.com", "x", ""), "userName", "must end in @APIUSER.com"},
        {configuration("c", "@APIUSER.com", "x", ""), "userName", "must end in @APIUSER.com"},
        {configuration("c", "a@b@APIUSER.com", "x", ""), "userName", "must end in @APIUSER.com"},
        {configuration("c", "a@APIUSER.com", "", ""), "secret", "API Secret is missing."},
        {configuration("c", "a@APIUSER.com", "x\\r\\nHost: y", ""), "secret", "API Secret contains a line break"},
        {configuration("c", "a@APIUSER.com", "x", "https://evil.example/"), "zoneUrl", "is not a Zone URL"},
        {"[]", "", "not a document with values"},
        {"{\"version\":1}", "", "not a document with values"},
    }));
    FakeHost host;
    AutotaskUnderTest plugin(host);
    CAPTURE(wanted.json);
    const Outcome outcome = plugin.configure(wanted.json);
    CHECK(outcome.status == PSA_INVALID_CONFIG);
    CHECK(outcome.field == wanted.field);
    CHECK_THAT(outcome.message, Catch::Contains(wanted.message));
    CHECK(!outcome.hint.empty());
    CHECK(host.sent.empty());
}

TEST_CASE("a rejected configuration leaves the old one in effect")
{
    FakeHost host;
    scriptTenant(host);
    AutotaskUnderTest plugin(host);
    CHECK(plugin.test().status == PSA_INVALID_CONFIG);
    plugin.configured();
    CHECK(!plugin.configure("{}").ok());
    CHECK(plugin.test().ok());
}

TEST_CASE("a Zone URL is recognized by its pattern, not by a list")
{
    using psa::plugins::autotask::normalizeZoneUrl;
    const std::string zone5 = "https://webservices5.autotask.net/ATServicesRest/";
    CHECK(normalizeZoneUrl(zone5) == zone5);
    CHECK(normalizeZoneUrl("https://WebServices5.Autotask.net") == zone5);
    CHECK(normalizeZoneUrl(" https://webservices5.autotask.net:443/ATServicesRest/V1.0/ ") == zone5);
    CHECK(normalizeZoneUrl("https://webservices5.autotask.net/atservicesrest/") ==
          "https://webservices5.autotask.net/atservicesrest/");
    CHECK(normalizeZoneUrl("https://webservices999.autotask.net/ATServicesRest"));
    CHECK(normalizeZoneUrl("https://prde.autotask.net/ATServicesRest/"));
    for (const char *bad :
         {"http://webservices5.autotask.net/", "https://webservices5.autotask.net.evil.example/",
          "https://evil.example/webservices5.autotask.net/", "https://webservices5.autotask.net@evil.example/",
          "https://user@webservices5.autotask.net/", "https://webservices5.autotask.net:8443/",
          "https://webservices5-x.autotask.net/", "https://webservices12345678.autotask.net/",
          "https://webservices5.autotask.net/ATServicesRest/V2.0/", "https://webservices5.autotask.net/?x=1",
          "https://ww5.autotask.net/", "webservices5.autotask.net", "https://", ""})
    {
        CAPTURE(bad);
        CHECK(!normalizeZoneUrl(bad));
    }
}

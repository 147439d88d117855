// describe and configure: what an operator sees before anything is sent.
#include "company.h"
#include "configuration.h"

#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

#include <map>

using namespace psa::plugins::connectwise::test;
using psa::plugins::connectwise::parseSite;

namespace {

/// A valid configuration with one value replaced.
std::string configuration(const std::string &field = {}, const std::string &value = {})
{
    std::map<std::string, std::string> values{{"siteUrl", "https://na.myconnectwise.net"},
                                              {"companyId", "examplemsp"},
                                              {"publicKey", "pub1ic"},
                                              {"privateKey", privateCanary},
                                              {"clientId", clientCanary}};
    if (!field.empty())
        values[field] = value;
    std::string json;
    for (const auto &[name, text] : values)
        json += (json.empty() ? "" : ",") + ("\"" + name) + "\":\"" + text + "\"";
    return R"({"version":1,"values":{)" + json + "}}";
}

} // namespace

TEST_CASE("the descriptor matches the schema and uses ConnectWise's terms")
{
    FakeHost host;
    ConnectWiseUnderTest plugin(host);
    const Outcome outcome = plugin.describe();
    REQUIRE(outcome.ok());
    const auto descriptor = document("descriptor", outcome.result);
    const auto form = descriptor->getObject("configuration")->getObject("properties");
    for (const auto &[name, title] : std::map<std::string, std::string>{{"siteUrl", "Site URL"},
                                                                        {"companyId", "Company ID"},
                                                                        {"publicKey", "Public Key"},
                                                                        {"privateKey", "Private Key"},
                                                                        {"clientId", "Client ID"}})
    {
        CAPTURE(name);
        CHECK(form->getObject(name)->getValue<std::string>("title") == title);
        CHECK(form->getObject(name)->optValue("secret", false) == (name == "privateKey" || name == "clientId"));
    }
    const auto defaults = descriptor->getObject("ticketDefaults");
    CHECK(!defaults->has("required"));
    const auto fields = defaults->getObject("properties");
    CHECK(fields->getObject("queue")->getValue<std::string>("title") == "Board");
    CHECK(fields->getObject("category")->getValue<std::string>("title") == "Type");
    CHECK(fields->getObject("status")->getArray("dependsOn")->getElement<std::string>(0) == "queue");
    // Fields that only ConnectWise has reach a ticket, including their defaults.
    CHECK(descriptor->getObject("ticketFields")->getObject("properties")->has("source"));
    CHECK(plugin.describe().result == outcome.result);
}

TEST_CASE("the built plugin loads")
{
    psa::plugin::LoaderPolicy policy;
    policy.trustedPaths = {CONNECTWISE_PLUGIN};
    psa::plugin::PluginLoader loader({}, policy);
    const psa::plugin::LoadReport report = loader.load(CONNECTWISE_PLUGIN);
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
        {configuration("siteUrl", ""), "siteUrl", "Site URL is missing."},
        {configuration("siteUrl", "http://na.myconnectwise.net"), "siteUrl",
         "is not the address of a ConnectWise site"},
        {configuration("companyId", " "), "companyId", "Company ID is missing."},
        {configuration("companyId", "examplemsp+pub1ic"), "companyId", "Company ID contains \"+\""},
        {configuration("companyId", "example:msp"), "companyId", "Company ID contains \":\""},
        {configuration("companyId", "../x"), "companyId", "Company ID contains \"/\""},
        {configuration("publicKey", "pub1ic:private"), "publicKey", "Public Key contains \":\""},
        {configuration("publicKey", ""), "publicKey", "Public Key is missing."},
        {configuration("privateKey", ""), "privateKey", "Private Key is missing."},
        {configuration("privateKey", "x\\r\\nHost: y"), "privateKey", "Private Key contains a line break"},
        {configuration("clientId", ""), "clientId", "Client ID is missing."},
        {configuration("clientId", "x\\ny"), "clientId", "Client ID contains a line break"},
        {"[]", "", "not a document with values"},
        {"{\"version\":1}", "", "not a document with values"},
    }));
    FakeHost host;
    ConnectWiseUnderTest plugin(host);
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
    scriptCompany(host);
    ConnectWiseUnderTest plugin(host);
    CHECK(plugin.test().status == PSA_INVALID_CONFIG);
    plugin.configured();
    CHECK(!plugin.configure("{}").ok());
    CHECK(plugin.test().ok());
}

TEST_CASE("a cloud site gives the host of its API, whichever of the two is pasted and with any path")
{
    for (const char *given :
         {"https://na.myconnectwise.net", "na.myconnectwise.net", " https://NA.MyConnectWise.net/ ",
          "https://api-na.myconnectwise.net", "https://na.myconnectwise.net:443/v4_6_release/apis/3.0",
          "https://api-na.myconnectwise.net/v2025_1/apis/3.0/", "na.myconnectwise.net/v4_6_release/services/x?y=z#a"})
    {
        CAPTURE(given);
        const auto site = parseSite(given);
        REQUIRE(site);
        CHECK(site->host == "na.myconnectwise.net");
        CHECK(site->apiHost == "api-na.myconnectwise.net");
        CHECK(site->cloud);
    }
    for (const char *name : {"eu", "au", "aus", "za", "sg"})
        CHECK(parseSite(std::string(name) + ".myconnectwise.net")->apiHost ==
              std::string("api-") + name + ".myconnectwise.net");
    CHECK(parseSite("staging.connectwisedev.com")->apiHost == "api-staging.connectwisedev.com");
    CHECK(parseSite("api-staging.connectwisedev.com")->host == "staging.connectwisedev.com");
}

TEST_CASE("a site on premises keeps its name and its port")
{
    const auto site = parseSite("https://psa.example.com:8443/v4_6_release/apis/3.0");
    REQUIRE(site);
    CHECK(site->host == "psa.example.com:8443");
    CHECK(site->apiHost == "psa.example.com:8443");
    CHECK(!site->cloud);
    // Names that only resemble ConnectWise's own.
    for (const char *given : {"myconnectwise.net", "a.b.myconnectwise.net", "na.myconnectwise.net.evil.example",
                              "evilmyconnectwise.net", "other.connectwisedev.com"})
    {
        CAPTURE(given);
        REQUIRE(parseSite(given));
        CHECK(!parseSite(given)->cloud);
    }
}

TEST_CASE("what is not a site address is rejected")
{
    for (const char *given :
         {"", "https://", "http://na.myconnectwise.net", "ftp://na.myconnectwise.net", "localhost",
          "user@psa.example.com", "https://user:secret@psa.example.com/", "psa.example.com:0", "psa.example.com:65536",
          "psa.example.com:8443x", "psa..example.com", "psa.example.com:", "10.1.2.3", "[::1]", "psa example.com",
          "na.myconnectwise.net:8443", "https://psä.example.com"})
    {
        CAPTURE(given);
        CHECK(!parseSite(given));
    }
}

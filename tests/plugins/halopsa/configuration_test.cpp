// What the operator enters.
#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;
using Catch::Contains;

TEST_CASE("the descriptor of HaloPSA is a valid document with the terms of its pages")
{
    FakeHost host;
    HaloPsaUnderTest plugin(host);
    const auto descriptor = document("descriptor", plugin.describe().result);
    CHECK(descriptor->getValue<std::string>("id") == "halopsa");
    const auto fields = descriptor->getObject("configuration")->getObject("properties");
    for (const auto &[name, title] : {std::pair("tenantUrl", "Tenant URL"), std::pair("clientId", "Client ID"),
                                      std::pair("clientSecret", "Client secret"),
                                      std::pair("tenant", "Tenant (optional)"), std::pair("scope", "Scope")})
        CHECK(fields->getObject(name)->getValue<std::string>("title") == title);
    CHECK(fields->getObject("clientSecret")->getValue<bool>("secret"));
    const auto limit = descriptor->getObject("limits")->getArray("requests")->getObject(0);
    CHECK(limit->getValue<int>("max") == 700);
    CHECK(limit->getValue<int>("windowSeconds") == 300);
    CHECK(descriptor->getObject("reference")->getValue<std::string>("field") == "third_party_id_string");
    document("update-description", plugin.describeUpdates().result);
}

TEST_CASE("the plugin needs ABI 1.1, because an older host would record its token")
{
    FakeHost host;
    const auto *api = psa_plugin_entry(host.raw());
    REQUIRE(api != nullptr);
    CHECK(api->abi_minor_needed == 1);
}

TEST_CASE("a tenant URL is accepted as it is pasted")
{
    const auto *given = GENERATE("https://acme.halopsa.com", " HTTPS://ACME.halopsa.com/ ", "acme.halopsa.com",
                                 "https://acme.halopsa.com/tickets?id=7", "acme.halopsa.com:443/api",
                                 "https://acme.halopsa.com/auth#x");
    CAPTURE(given);
    FakeHost host;
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured({}, given);
    REQUIRE(plugin.find().ok());
    CHECK(host.sent.back().url.rfind("https://acme.halopsa.com/api/Tickets?", 0) == 0);
}

TEST_CASE("a HaloPSA on premises keeps its port")
{
    FakeHost host;
    host.on("GET", infoRoute, Answer{404, ""});
    scriptTenant(host);
    HaloPsaUnderTest plugin(host);
    plugin.configured({}, "https://halo.example.org:8443/portal");
    REQUIRE(plugin.find().ok());
    CHECK(host.sent.at(1).url == "https://halo.example.org:8443/auth/token");
    CHECK(host.sent.back().url.rfind("https://halo.example.org:8443/api/Tickets?", 0) == 0);
}

TEST_CASE("what cannot be a tenant URL is rejected with the field and an example")
{
    const auto *given =
        GENERATE("http://acme.halopsa.com", "ftp://x", "acme", "10.0.0.1", "https://acme.halopsa.com:0",
                 "https://acme.halopsa.com:99999", "https://user@acme.halopsa.com", "https://..", "a b.com");
    CAPTURE(given);
    FakeHost host;
    HaloPsaUnderTest plugin(host);
    const Outcome outcome = plugin.configure(std::string(R"({"version":1,"values":{"tenantUrl":")") + given +
                                             R"(","clientId":"x","clientSecret":"y"}})");
    CHECK(outcome.status == PSA_INVALID_CONFIG);
    CHECK(outcome.field == "tenantUrl");
    CHECK_THAT(outcome.hint, Contains("https://acme.halopsa.com"));
}

TEST_CASE("a missing or broken value of the configuration names its field")
{
    const auto [values, field] = GENERATE(table<std::string, std::string>({
        {R"({"clientId":"x","clientSecret":"y"})", "tenantUrl"},
        {R"({"tenantUrl":"acme.halopsa.com","clientSecret":"y"})", "clientId"},
        {R"({"tenantUrl":"acme.halopsa.com","clientId":" ","clientSecret":"y"})", "clientId"},
        {R"({"tenantUrl":"acme.halopsa.com","clientId":"x"})", "clientSecret"},
        {R"({"tenantUrl":"acme.halopsa.com","clientId":"x","clientSecret":"y\r\nX: z"})", "clientSecret"},
        {R"({"tenantUrl":5})", "tenantUrl"},
    }));
    CAPTURE(values);
    FakeHost host;
    HaloPsaUnderTest plugin(host);
    const Outcome outcome = plugin.configure(R"({"version":1,"values":)" + values + "}");
    CHECK(outcome.status == PSA_INVALID_CONFIG);
    CHECK(outcome.field == field);
    CHECK_FALSE(outcome.hint.empty());
}

TEST_CASE("without a configuration HaloPSA is not called")
{
    FakeHost host;
    HaloPsaUnderTest plugin(host);
    const Outcome outcome = plugin.find();
    CHECK(outcome.status == PSA_INVALID_CONFIG);
    CHECK_THAT(outcome.hint, Contains("Tenant URL, Client ID and Client secret"));
    CHECK(host.sent.empty());
}

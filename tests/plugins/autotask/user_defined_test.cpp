// User-defined fields and their types.
#include "common/json.h"
#include "tenant.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::autotask::test;

namespace {

struct WithUserDefined
{
    FakeHost host;
    AutotaskUnderTest plugin{host};

    WithUserDefined()
    {
        scriptTenant(host);
        host.on("POST", "/V1.0/Tickets", ok(R"({"itemId":7})"))
            .on("GET", "/V1.0/Tickets/entityInformation/userDefinedFields", ok(R"({"fields":[
                {"name":"Note","type":"string","length":10},{"name":"Machines","type":"integer"},
                {"name":"Share","type":"Double"},{"name":"Warranty until","type":"datetime"},{"name":"Untold"},
                {"name":"Site","type":"string","isPickList":true,"picklistValues":[
                    {"value":"1","label":"2","isActive":true},{"value":"2","label":"Oslo","isActive":true},
                    {"value":"3","label":"Twin","isActive":true},{"value":"4","label":"TWIN","isActive":true},
                    {"value":"5","label":"Old","isActive":false}]}]})"));
        plugin.configured();
    }

    Outcome create(const std::string &fields)
    {
        return plugin.create(ticket(R"("fields":{"userDefinedFields":)" + fields + "}"));
    }
    std::string sent() const
    {
        const auto fields = parseObject(host.sent.back().body)->getArray("userDefinedFields");
        return fields ? psa::plugins::toJson(*fields) : "(none)";
    }
};

} // namespace

TEST_CASE("user-defined fields are sent as strings, with numbers and dates in Autotask's format")
{
    WithUserDefined tenant;
    REQUIRE(
        tenant.create(R"({"Machines":" 3 ","Share":0.5,"Warranty until":"2027-01-31","Note":12,"Untold":true})").ok());
    CHECK(tenant.sent() ==
          R"([{"name":"Machines","value":"3"},{"name":"Note","value":"12"},{"name":"Share","value":"0.5"},)"
          R"({"name":"Untold","value":"true"},{"name":"Warranty until","value":"2027-01-31T00:00:00Z"}])");
}

TEST_CASE("a value that does not match its user-defined field is rejected before anything is sent")
{
    struct Case
    {
        const char *fields;
        const char *message;
    };
    for (const Case &it : std::vector<Case>{
             {R"({"Machines":"three"})",
              "The user-defined field \"Machines\" takes a number, and \"three\" is not one."},
             {R"({"Share":"50 %"})", "The user-defined field \"Share\" takes a number, and \"50 %\" is not one."},
             {R"({"Warranty until":"soon"})",
              "The user-defined field \"Warranty until\" takes a date, and \"soon\" is not one."},
             {R"({"Note":["a"]})", "The user-defined field \"Note\" takes a single value, not a list."},
             {R"({"Site":"Old"})", "Site \"Old\" is inactive in Autotask."},
             {R"({"Site":"twin"})", "Site \"twin\" matches more than one value in Autotask."},
             {R"(["Note"])", "User-defined fields are not an object of names and values."}})
    {
        INFO(it.fields);
        WithUserDefined tenant;
        const Outcome outcome = tenant.create(it.fields);
        CHECK(outcome.status == PSA_INVALID_TICKET);
        CHECK(outcome.field == "userDefinedFields");
        CHECK(outcome.message == it.message);
        CHECK(mutating(tenant.host) == 0);
    }
}

TEST_CASE("a list's value takes precedence over an identical label")
{
    WithUserDefined tenant;
    REQUIRE(tenant.create(R"({"Site":"2"})").ok());
    CHECK(tenant.sent() == R"([{"name":"Site","value":"2"}])");
    REQUIRE(tenant.create(R"({"Site":" oslo "})").ok());
    CHECK(tenant.sent() == R"([{"name":"Site","value":"2"}])");
}

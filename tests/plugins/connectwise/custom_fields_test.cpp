// Custom fields and their types.
#include "common/json.h"
#include "company.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace psa::plugins::connectwise::test;
using psa::plugins::textOf;

namespace {

constexpr const char *tableRoute = "/apis/3.0/system/userDefinedFields";
constexpr const char *shownFields =
    R"([{"customFields":[{"id":5,"caption":"Alert source","type":"Text"},{"id":7,"caption":"Machines","type":"Number"},)"
    R"({"id":8,"caption":"Under contract","type":"Checkbox"},{"id":9,"caption":"Warranty until","type":"Date"},)"
    R"({"id":10,"caption":"Disk used","type":"Percent"},{"id":11,"caption":"Loss","type":"Currency"}]}])";

/// A company that creates tickets and returns the newest one with `shown`.
struct WithFields
{
    FakeHost host;
    ConnectWiseUnderTest plugin{host};

    explicit WithFields(const Answer &shown = ok(shownFields))
    {
        host.on("GET", infoRoute, ok(infoBody))
            .on("POST", ticketsRoute, Answer{201, R"({"id":29683,"summary":"Disk full"})"})
            .on("GET", ticketsRoute, shown);
        plugin.configured();
    }

    Outcome create(const std::string &fields)
    {
        return plugin.create(ticket(R"("fields":{"customFields":)" + fields + "}"));
    }
    /// The custom fields of the last ticket sent, as JSON.
    std::string sent() const
    {
        const auto fields = parseObject(host.sent.back().body)->getArray("customFields");
        return fields ? psa::plugins::toJson(*fields) : "(none)";
    }
    std::size_t requests(const std::string &part) const
    {
        return static_cast<std::size_t>(std::count_if(host.sent.begin(), host.sent.end(), [&](const Sent &one) {
            return one.method == "GET" && one.url.find(part) != std::string::npos;
        }));
    }
};

} // namespace

TEST_CASE("a number, boolean or date in a custom field is sent as such and not as a string")
{
    WithFields company;
    REQUIRE(company.create(R"({"5":"12","7":" 3 ","8":"Yes","9":"2027-01-31","10":"-0.50","11":"1e2"})").ok());
    CHECK(company.sent() ==
          R"([{"id":5,"value":"12"},{"id":7,"value":3},{"id":8,"value":true},{"id":9,"value":"2027-01-31T00:00:00Z"},)"
          R"({"id":10,"value":-0.5},{"id":11,"value":100}])");
    REQUIRE(company.create(R"({"7":"123456789012345678","8":"0","9":"2027-01-31T01:00:00+02:00","5":" "})").ok());
    CHECK(company.sent() == R"([{"id":7,"value":123456789012345678},{"id":8,"value":false},)"
                            R"({"id":9,"value":"2027-01-30T23:00:00Z"}])");
}

TEST_CASE("a value that is already typed in the ticket is not left out")
{
    WithFields company;
    REQUIRE(company.create(R"({"5":12,"7":3.5,"8":false,"10":7.0,"11":null})").ok());
    CHECK(company.sent() ==
          R"([{"id":5,"value":"12"},{"id":7,"value":3.5},{"id":8,"value":false},{"id":10,"value":7}])");
    REQUIRE(company.create(R"({"5":true})").ok());
    CHECK(company.sent() == R"([{"id":5,"value":"true"}])");
}

TEST_CASE("a value that does not match its custom field is rejected before anything is sent, with how to write it")
{
    struct Case
    {
        const char *fields;
        const char *message;
        const char *hint;
    };
    for (const Case &it : std::vector<Case>{
             {R"({"7":"three"})", "The custom field \"Machines\" (7) takes a number, and \"three\" is not one.",
              "12.5"},
             {R"({"7":"1,5"})", "takes a number, and \"1,5\" is not one.", "without a unit"},
             {R"({"7":"0x10"})", "takes a number", "12.5"},
             {R"({"7":"1e999"})", "takes a number", "12.5"},
             {R"({"7":"1],[2"})", "takes a number", "12.5"},
             {R"({"7":true})", "takes a number, and \"true\" is not one.", "12.5"},
             {R"({"10":"12 %"})", "The custom field \"Disk used\" (10) takes a number", "without a unit"},
             {R"({"8":"on"})", "takes true or false, and \"on\" is not one.", "true or false"},
             {R"({"8":2})", "takes true or false, and \"2\" is not one.", "true or false"},
             {R"({"9":"31.01.2027"})", "takes a date, and \"31.01.2027\" is not one.", "2026-11-24"},
             {R"({"9":"2027-02-30"})", "takes a date", "2026-11-24"},
             {R"({"5":["a"]})", "The custom field 5 takes a single value, not a list.", "Enter a string"},
             {R"({"5":{"a":1}})", "The custom field 5 takes a single value, not a list.", "Enter a string"},
             {R"({"5":"a"," 5":"b"})", "The custom field 5 is given twice.", "Set it once."},
             {R"(["5"])", "Custom fields are not an object of names and values.", "{\"name\": \"value\"}"},
             {R"("5=12")", "Custom fields are not an object of names and values.", "{\"name\": \"value\"}"}})
    {
        INFO(it.fields);
        WithFields company;
        const Outcome outcome = company.create(it.fields);
        CHECK(outcome.status == PSA_INVALID_TICKET);
        CHECK(outcome.field == "customFields");
        CHECK_THAT(outcome.message, Catch::Contains(it.message));
        CHECK_THAT(outcome.hint, Catch::Contains(it.hint));
        CHECK(mutating(company.host) == 0);
    }
}

TEST_CASE("the types of custom fields are read from one ticket and cached for an hour")
{
    WithFields company;
    REQUIRE(company.create(R"({"7":"3"})").ok());
    REQUIRE(company.create(R"({"8":"true","10":"4"})").ok());
    CHECK(company.requests("service/tickets") == 1);
    CHECK(company.requests("userDefinedFields") == 0);
    CHECK(company.host.ttlMs.at("custom-fields") == 3600 * 1000);
    const std::string query =
        queryOf(*std::find_if(company.host.sent.begin(), company.host.sent.end(),
                              [](const Sent &one) { return one.url.find("service/tickets") != std::string::npos; }));
    CHECK(query == "fields=customFields&orderBy=id desc&pageSize=1");
}

TEST_CASE("a custom field that no ticket shows is looked up in the setup table")
{
    for (const char *shown :
         {"[]", "[{}]", R"([{"customFields":[{"id":5,"type":"Text"}]}])", R"([{"customFields":null}])"})
    {
        INFO(shown);
        WithFields company(ok(shown));
        company.host.on("GET", tableRoute,
                        ok(R"([{"id":7,"caption":"Machines","fieldTypeIdentifier":"Number"},{"id":"8"}])"));
        REQUIRE(company.create(R"({"7":"3","8":"yes"})").ok());
        CHECK(company.sent() == R"([{"id":7,"value":3},{"id":8,"value":"yes"}])");
        const Outcome none = company.create(R"({"9":"2027-01-31"})");
        CHECK(none.status == PSA_INVALID_TICKET);
        CHECK(none.message == "ConnectWise has no custom field 9.");
        CHECK(company.requests("userDefinedFields") == 2);
    }
}

TEST_CASE("if the role may not read the setup table, the type is missing but the ticket is created")
{
    for (const Answer &refusal :
         {Answer{403, R"({"code":"Security","message":"No."})"},
          Answer{401, R"({"code":"ConnectWiseApi","message":"UserNotAuthenticated"})"},
          Answer{404, R"({"code":"NotFound","message":"No HTTP resource was found that matches the request URI."})"}})
    {
        INFO(refusal.status);
        WithFields company(ok("[]"));
        company.host.on("GET", tableRoute, refusal);
        REQUIRE(company.create(R"({"7":"3"})").ok());
        CHECK(company.sent() == R"([{"id":7,"value":"3"}])");
        company.host.on("GET", ticketsRoute, ok(shownFields));
        REQUIRE(company.create(R"({"7":"3"})").ok());
        REQUIRE(company.create(R"({"7":"4"})").ok()); // Now a ticket shows the type.
        CHECK(company.sent() == R"([{"id":7,"value":4}])");
        CHECK(company.requests("userDefinedFields") == 2);
    }
    WithFields wrong(Answer{401, R"({"code":"Unauthorized","message":"Authentication failed."})"});
    // The answer with which the connection test rejects a login.
    CHECK(wrong.create(R"({"7":"3"})").status == PSA_AUTH);
    CHECK(wrong.requests("userDefinedFields") == 0);
}

TEST_CASE("if ConnectWise cannot return the types of custom fields now, the ticket is retried later")
{
    WithFields company(Answer{503, "<html>Service Unavailable</html>"});
    const Outcome outcome = company.create(R"({"7":"3"})");
    CHECK(outcome.status == PSA_UNAVAILABLE);
    CHECK(mutating(company.host) == 0);
}

TEST_CASE("notify written as a string is accepted, and what is neither true nor false is rejected")
{
    for (const auto &[given, sent] : {std::pair(R"("false")", "false"), std::pair("false", "false"),
                                      std::pair(R"("True")", "true"), std::pair("1", "true")})
    {
        INFO(given);
        WithFields company;
        REQUIRE(company.plugin.create(ticket(R"("fields":{"notify":)" + std::string(given) + "}")).ok());
        CHECK_THAT(company.host.sent.back().body, Catch::Contains("\"processNotifications\":" + std::string(sent)));
    }
    WithFields company;
    const Outcome outcome = company.plugin.create(ticket(R"("fields":{"notify":"never"})"));
    CHECK(outcome.status == PSA_INVALID_TICKET);
    CHECK(outcome.field == "notify");
}

TEST_CASE("an id written as a whole decimal is that id, any other decimal is rejected")
{
    WithFields company;
    REQUIRE(company.plugin.create(R"({"version":1,"title":"Disk full","company":19297.0,"queue":1.0})").ok());
    CHECK_THAT(company.host.sent.back().body, Catch::Contains(R"("board":{"id":1})"));
    CHECK_THAT(company.host.sent.back().body, Catch::Contains(R"("company":{"id":19297})"));
    const Outcome outcome = company.plugin.create(ticket(R"("fields":{"agreement":77.5})"));
    CHECK(outcome.field == "agreement");
    CHECK(outcome.message == "\"77.5\" is not a valid Agreement ID.");
}

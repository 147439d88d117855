#include "host/service/ticket_request.h"

#include "host/json/json_text.h"
#include "host/plugin/documents.h"

#include <catch2/catch.hpp>

using namespace psa::json;
using namespace psa::plugin;
using namespace psa::service;

namespace {

std::string request(const std::string &text)
{
    return jsonText(parseTicketRequest(text));
}

/// Sorted, as request() returns it.
std::string correctedText(const std::string &before, const std::string &changes)
{
    return jsonText(corrected(*parseTicketRequest(before), *parseObject(changes)));
}

} // namespace

TEST_CASE("a ticket request from a serializer that writes null for unset values is accepted", "[service]")
{
    CHECK(request(R"({"connection":"autotask","key":"rmm-1","title":"Nulls from a serializer","description":null,
                      "company":"Acme Dental","contact":null,"dueAt":null,"category":null,"fields":null})") ==
          R"({"company":"Acme Dental","connection":"autotask","key":"rmm-1","title":"Nulls from a serializer"})");
    CHECK(request(R"({"title":"t","connection":null,"key":null,"priority":null,"status":null,"queue":null,
                      "fields":{"source":null}})") == R"({"title":"t"})");
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":null})"), Catch::Contains("/title: is required"));
}

TEST_CASE("a whole number with a decimal point is an id", "[service]")
{
    CHECK(request(R"({"title":"Float id","company":175.0,"queue":8.0,"fields":{"contract":1e3,"list":[2.0]}})") ==
          R"({"company":175,"fields":{"contract":1000,"list":[2]},"queue":8,"title":"Float id"})");
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":"t","company":175.5})"), Catch::Contains("/company"));
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":"t","company":1e300})"), Catch::Contains("/company"));
}

TEST_CASE("a byte order mark before a ticket request is skipped, and UTF-16 is named", "[service]")
{
    CHECK(request("\xEF\xBB\xBF{\"title\":\"BOM from PowerShell 5.1\"}") == R"({"title":"BOM from PowerShell 5.1"})");
    CHECK_THROWS_WITH(parseTicketRequest(std::string_view("\xFF\xFE{\0}\0", 6)), Catch::Contains("UTF-16"));
}

TEST_CASE("white space does not count as a value", "[service]")
{
    CHECK(request("{\"title\":\"t\",\"company\":\" \",\"key\":\"\",\"dueAt\":\"\\n\",\"description\":\"\\t\","
                  "\"queue\":\"\xC2\xA0\",\"fields\":{\"source\":\"  \"}}") == R"({"title":"t"})");
    CHECK_THROWS_WITH(parseTicketRequest(R"({"title":" \n"})"), Catch::Contains("/title: is required"));
}

TEST_CASE("control characters are kept in a ticket request", "[service]")
{
    const auto read = parseTicketRequest(R"({"title":"Bad log line \u0000 on app-01"})");
    CHECK(read->getValue<std::string>("title") == std::string("Bad log line \0 on app-01", 24));
}

TEST_CASE("the same key with and without blank members is the same request", "[service]")
{
    CHECK(fingerprintOf(parseTicketRequest(R"({"title":"t","company":null,"fields":{}})")) ==
          fingerprintOf(parseTicketRequest(R"({"title":"t","contact":" "})")));
}

TEST_CASE("a correction is read as a ticket request is", "[service]")
{
    const std::string before =
        R"({"title":"t","company":"Acme","queue":"1","fields":{"source":"Phone","site":"main"}})";
    CHECK(correctedText(before, R"({"company":175.0,"queue":null,"fields":{"source":" ","site":2.0}})") ==
          R"({"company":175,"fields":{"site":2},"title":"t"})");
    CHECK(correctedText(before, R"({"title":"u","fields":null})") == R"({"company":"Acme","queue":"1","title":"u"})");
}

TEST_CASE("a ticket request that is not an object says so", "[service]")
{
    CHECK_THROWS_WITH(parseTicketRequest("[]"), Catch::Contains("must be a JSON object"));
    CHECK_THROWS_AS(parseTicketRequest("7"), InvalidDocument);
}

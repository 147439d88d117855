#include "host/json/given_values.h"

#include "host/json/json_text.h"

#include <catch2/catch.hpp>

using namespace psa::json;

namespace {

std::string given(const std::string &json)
{
    return jsonText(givenValues(*parseObject(json)));
}

} // namespace

TEST_CASE("null counts as not given at every depth, except in a list", "[json]")
{
    CHECK(given(R"({"a":null,"b":{"c":null,"d":1},"e":[null,{"f":null}]})") == R"({"b":{"d":1},"e":[null,{}]})");
}

TEST_CASE("a whole number is an integer even if written as a decimal", "[json]")
{
    CHECK(given(R"({"a":175.0,"b":{"c":1.75e2},"d":[8.0,-0.0],"e":8})") ==
          R"({"a":175,"b":{"c":175},"d":[8,0],"e":8})");
    CHECK(given(R"({"a":0.5,"b":"8.0","c":true})") == R"({"a":0.5,"b":"8.0","c":true})");
}

TEST_CASE("a number too large to be exact is not used as an id", "[json]")
{
    CHECK(asWhole(9007199254740991.0).isInteger());
    CHECK(!asWhole(9007199254740992.0).isInteger());
    CHECK(!asWhole(1e300).isInteger());
}

TEST_CASE("the texts of a ticket, including names, reach a plugin without control characters", "[json]")
{
    CHECK(withPlainTexts(R"({"title":"CPU \u0000 \u001b[31m","fields":{"a\u0007":["\u009b1m"]},"n":8})") ==
          "{\"fields\":{\"a\xEF\xBF\xBD\":[\"\xEF\xBF\xBD"
          "1m\"]},\"n\":8,\"title\":\"CPU \xEF\xBF\xBD \xEF\xBF\xBD[31m\"}");
    CHECK(withPlainTexts(R"({"description":"one\r\ntwo\rthree"})") == R"({"description":"one\ntwo\nthree"})");
    CHECK(withPlainTexts("{\"a\":\"\x7F \xC2\x85\"}") == "{\"a\":\"\xEF\xBF\xBD \xEF\xBF\xBD\"}");
    for (const std::string json : {R"({"z":"one\ntwo\t\"\\","a":"\/"})", "{\"z\":\"\xC3\xA4\xC2\xA0\",\"a\":1}", "{}"})
        CHECK(withPlainTexts(json) == json);
}

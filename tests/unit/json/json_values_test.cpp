#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/strict_json.h"

#include <Poco/JSON/Stringifier.h>

#include <catch2/catch.hpp>

#include <sstream>

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

namespace {

/// "path before -> after" of each difference, one per line.
std::string diff(const std::string &before, const std::string &after)
{
    std::string text;
    for (const JsonDifference &each : diffJson(parseStrict(before), parseStrict(after)))
        text += each.path + " " + each.before + " -> " + each.after + "\n";
    return text;
}

} // namespace

TEST_CASE("documents are compared value by value, and the order of members does not matter")
{
    CHECK(diff(R"({"a":1,"b":{"c":[1,2]}})", R"({ "b":{"c":[1,2]}, "a":1 })").empty());
    CHECK(diff(R"({"a":1,"b":"x"})", R"({"a":2,"b":"x"})") == "/a 1 -> 2\n");
    CHECK(diff(R"({"a":1})", R"({"a":"1"})") == "/a 1 -> \"1\"\n");
    CHECK(diff(R"({"a":1})", R"({"b":1})") == "/a 1 -> \n/b  -> 1\n");
    CHECK(diff(R"({"a":[1,{"b":2}]})", R"({"a":[1,{"b":3},4]})") == "/a/1/b 2 -> 3\n/a/2  -> 4\n");
    CHECK(diff("[1,2]", "[1]") == "/1 2 -> \n");
    CHECK(diff("[1]", R"({"a":1})") == " [1] -> {\"a\":1}\n");
    CHECK(diff(R"({"a/b~c":null})", R"({"a/b~c":false})") == "/a~1b~0c null -> false\n");
}

TEST_CASE("equal values have equal texts")
{
    CHECK(jsonText(parseStrict(R"({"b":[true,null,"x\"y"],"a":{"d":1,"c":2}})")) ==
          R"({"a":{"c":2,"d":1},"b":[true,null,"x\"y"]})");
}

TEST_CASE("we write a value exactly like Poco")
{
    for (const char *json :
         {R"({"a":[null,true,false,-1,0.5,1e300,"plain"],"m":{"empty":{},"none":[]},"z":1})", R"({"a\"b":"c\\d/e"})",
          R"({"text":"tab\t, line\n, bell\u0007, del\u007f, ümlaut, 字, \ud83d\ude00, \u2028"})",
          R"([18446744073709551615])"})
    {
        std::ostringstream expected;
        Poco::JSON::Stringifier::stringify(parseStrict(json), expected);
        CHECK(jsonText(parseStrict(json)) == expected.str());
        const auto value = parseStrict(json);
        if (value.type() == typeid(Poco::JSON::Object::Ptr))
            CHECK(toText(*value.extract<Poco::JSON::Object::Ptr>()) == expected.str());
    }
}

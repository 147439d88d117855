#include "host/json/json_diff.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/JSON/Stringifier.h>

#include <catch2/catch.hpp>

#include <sstream>

using namespace psa::json;

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

#include "common/json.h"
#include "common/text.h"
#include "common/typed_values.h"

#include <catch2/catch.hpp>

using namespace psa::plugins;

TEST_CASE("a time with an offset becomes UTC")
{
    const auto utc = [](const char *text) {
        const auto time = parseTime(text);
        return time ? utcText(*time) : std::string("none");
    };
    CHECK(utc("2026-11-24T17:00:00Z") == "2026-11-24T17:00:00Z");
    CHECK(utc("2026-11-24T17:00:00+01:00") == "2026-11-24T16:00:00Z");
    CHECK(utc("2026-12-31T23:30:00-05:30") == "2027-01-01T05:00:00Z");
    CHECK(utc("2028-02-29T00:00:00.999Z") == "2028-02-29T00:00:00Z");
    CHECK(utc("1969-12-31T23:59:59Z") == "1969-12-31T23:59:59Z");
    CHECK(utc("2026-06-30T23:59:60Z") == "2026-07-01T00:00:00Z");
}

TEST_CASE("a time that does not exist is invalid")
{
    const auto text = GENERATE(values<const char *>(
        {"2027-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-11-24T24:00:00Z",
         "2026-11-24T17:60:00Z", "2026-11-24T17:00:61Z", "2026-11-24T17:00:00", "2026-11-24T17:00:00+24:00",
         "2026-11-24T17:00:00+1:00", "2026-11-24 17:00:00Z", "2026-11-24T17:00:00.Z", "tomorrow", "",
         "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00Z"}));
    CAPTURE(text);
    CHECK(!parseTime(text));
}

TEST_CASE("words are separated by spaces of any kind")
{
    CHECK(wordsOf("  Ann\t van\nDyk ") == std::vector<std::string>{"Ann", "van", "Dyk"});
    CHECK(wordsOf(" ").empty());
}

TEST_CASE("a name can be split in several ways")
{
    const auto ways = [](const char *name) {
        std::string text;
        for (const PersonName &way : personNames(name))
            text += way.first + "+" + way.last + "; ";
        return text;
    };
    CHECK(ways("Ann Lee") == "Ann+Lee; ");
    CHECK(ways("Ann van Dyk") == "Ann+van Dyk; Ann van+Dyk; ");
    CHECK(ways("Ann") == "Ann+; +Ann; ");
}

TEST_CASE("only a complete JSON object is accepted")
{
    CHECK(parseObject(R"({"itemId":29683})"));
    CHECK(parseObject("\xEF\xBB\xBF{}"));
    const auto text = GENERATE(values<const char *>(
        {"", " ", "{\"itemId\":296", "[1]", "null", "<html></html>", "{\"itemId\":}", "{]", "{\"a\":\"\xFF\"", "123"}));
    CAPTURE(text);
    CHECK(!parseObject(text));
}

TEST_CASE("only a complete JSON array is accepted")
{
    CHECK(parseArray(R"([{"id":1}])")->size() == 1);
    CHECK(parseArray("\xEF\xBB\xBF [] ")->size() == 0);
    const auto text =
        GENERATE(values<const char *>({"", "[", "[1,", "{}", "null", "<html></html>", "[}", "[\"\xFF\"]"}));
    CAPTURE(text);
    CHECK(!parseArray(text));
}

TEST_CASE("ids may be numbers or strings")
{
    const Object::Ptr object = parseObject(R"({"a":29683,"b":"29683","c":29683.5,"d":true,"e":null,"f":"x","g":"-1"})");
    REQUIRE(object);
    CHECK(integerOf(*object, "a") == 29683);
    CHECK(integerOf(*object, "b") == 29683);
    CHECK(!integerOf(*object, "c"));
    CHECK(!integerOf(*object, "d"));
    CHECK(!integerOf(*object, "e"));
    CHECK(!integerOf(*object, "f"));
    CHECK(integerOf(*object, "g") == -1);
    CHECK(!integerOf(*object, "missing"));
}

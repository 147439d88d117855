#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <catch2/catch.hpp>

using psa::json::ownText;
using psa::json::parseStrict;

TEST_CASE("rejected JSON is reported with where and why")
{
    struct Case
    {
        std::string text;
        std::string message;
    };
    const auto wanted = GENERATE(values<Case>({
        {"", "line 1, column 1"},
        {"{\n  \"a\": 1,\n  \"a\": 2}", "line 3, column"},
        {"{\"a\":1,\"a\":2}", "the key \"a\" occurs twice"},
        {"{\"x\":{\"a\":1,\"b\":{},\"a\":2}}", "the key \"a\" occurs twice"},
        {"[\"\xC3(\"]", "column 3: not UTF-8"},
        {"[\"\xED\xA0\x80\"]", "not UTF-8"},
        {"[\"\xC0\xAF\"]", "not UTF-8"},
        {"[\"\xE2\x82", "not UTF-8"},
        {std::string("[\0]", 3), "NUL byte"},
        {"{\"a\":1} x", "Excess"},
        {"[1,]", "unexpected"},
        {"/*c*/{}", "unexpected"},
        {"[\"\\ud800\"]", "surrogate"},
        {"[1e999]", "1e999"},
        {std::string("\xFF\xFE{\0}\0", 6), "the text is UTF-16 (little endian); write it as UTF-8"},
        {std::string("\0{\0}", 4), "the text is UTF-16 (big endian); write it as UTF-8"},
        {"{\xEF\xBB\xBF}", "unexpected"},
        {"\xEF\xBB\xBF\n{\"a\":1,\n\"a\":2}", "line 3, column"},
        {"3", "must be an object or an array"},
        {std::string(100, '['), "more than 32 levels"},
    }));
    CAPTURE(wanted.text);
    CHECK_THROWS_WITH(parseStrict(wanted.text), Catch::Contains(wanted.message));
}

TEST_CASE("JSON over the size limit is rejected before it is parsed")
{
    CHECK_THROWS_WITH(parseStrict(std::string((1 << 20) + 1, ' ')), Catch::Contains("1048577 bytes"));
}

TEST_CASE("our own JSON is parsed whatever its size, and just as strictly", "[json]")
{
    CHECK_NOTHROW(parseStrict("[\"" + std::string(3 << 20, 'x') + "\"]", ownText));
    CHECK_THROWS_WITH(parseStrict(R"({"a":1,"a":2})", ownText), Catch::Contains("occurs twice"));
    CHECK_THROWS_WITH(parseStrict(std::string(100, '['), ownText), Catch::Contains("more than 48 levels"));
}

TEST_CASE("the same key in different objects is fine")
{
    CHECK_NOTHROW(parseStrict(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"));
}

TEST_CASE("a byte order mark before JSON is skipped", "[json]")
{
    CHECK(parseStrict("\xEF\xBB\xBF{\"title\":\"BOM\"}").extract<Poco::JSON::Object::Ptr>()->has("title"));
    CHECK_THROWS_WITH(parseStrict("\xEF\xBB\xBF{x}"), Catch::Contains("line 1, column 3: unexpected byte"));
}

TEST_CASE("a NUL in a text of JSON is kept", "[json]")
{
    const auto read = parseStrict(R"(["a\u0000b"])").extract<Poco::JSON::Array::Ptr>();
    CHECK(read->get(0).extract<std::string>() == std::string("a\0b", 3));
}

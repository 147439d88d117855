#include "host/json/json_schema.h"
#include "host/json/strict_json.h"
#include "host/plugin/documents.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <fstream>
#include <sstream>

using namespace psa::json;
using namespace psa::plugin;

namespace {

std::string example(const std::string &name)
{
    const std::string root = PSA_SOURCE_DIR;
    std::ifstream file(root + "/plugin-api/schemas/examples/" + name + ".json");
    for (const char *folder : {"/host/service/", "/host/events/"}) // documents of the host itself
        if (!file.is_open())
            file.open(root + folder + name + ".example.json");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<SchemaError> check(const std::string &schema, const std::string &document)
{
    return JsonSchema(parseStrict(schema)).validate(parseStrict(document));
}

} // namespace

TEST_CASE("each schema accepts its example and names what is wrong in a changed one")
{
    for (const auto &[name, text] : embeddedSchemas)
    {
        CAPTURE(name);
        auto document = parseStrict(example(name));
        CHECK(documentSchema(name).validate(document).empty());
        Poco::JSON::Object::Ptr(document.extract<Poco::JSON::Object::Ptr>())->set("surplus", 1);
        const auto errors = documentSchema(name).validate(document);
        REQUIRE(errors.size() == 1);
        CHECK(errors[0].pointer == "/surplus");
        CHECK(errors[0].message == "is not a known field");
        for (const std::string &member : parseStrict(example(name)).extract<Poco::JSON::Object::Ptr>()->getNames())
            if (member == "version")
            {
                auto without = parseStrict(example(name));
                Poco::JSON::Object::Ptr(without.extract<Poco::JSON::Object::Ptr>())->remove(member);
                const auto missing = documentSchema(name).validate(without);
                REQUIRE(missing.size() == 1);
                CHECK(missing[0].field == "version");
                CHECK(missing[0].message == "is required");
            }
    }
}

TEST_CASE("a schema that could hang or crash the host is rejected with a reason")
{
    CHECK_THROWS_WITH(check(R"({"$ref":"http://example.com/x"})", "{}"), Catch::Contains("does not lead to"));
    CHECK_THROWS_WITH(check(R"({"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#/definitions/a"}}})", "{}"),
                      Catch::Contains("back to itself"));
    CHECK_THROWS_WITH(check(R"x({"properties":{"a":{"pattern":"(?=a)"}}})x", "{}"), Catch::Contains("is not RE2"));
    CHECK_THROWS_WITH(check(R"x({"patternProperties":{"(a+)+$":{}}})x", "{}"), Catch::Contains("not supported"));
    CHECK_THROWS_WITH(check(R"({"type":4711})", "{}"), !Catch::Contains("terminate"));
    for (const char *limit : {R"({"maxLength":"many"})", R"({"maxLength":-1})", R"({"minLength":{}})"})
        CHECK_THROWS_WITH(check(limit, "{}"), Catch::Contains("cannot be used"));
}

TEST_CASE("definitions that refer to each other several times are read quickly")
{
    std::string schema = R"({"$ref":"#/definitions/d0","definitions":{)";
    for (int i = 0; i < 8; ++i)
        schema += "\"d" + std::to_string(i) + "\":{\"properties\":{\"a\":{\"$ref\":\"#/definitions/d" +
                  std::to_string(i + 1) + "\"},\"b\":{\"$ref\":\"#/definitions/d" + std::to_string(i + 1) + "\"}}},";
    schema += R"("d8":{"type":"object"}}})";
    CHECK(check(schema, R"({"a":{"b":{}}})").empty());
}

TEST_CASE("a hostile pattern on a long text ends, and a long text does not overflow the stack")
{
    const std::string text = R"({"a":")" + std::string(200000, 'a') + R"(!"})";
    const auto errors =
        check(R"x({"properties":{"a":{"type":"string","pattern":"^(a+)+$","patternHint":"only a's"}}})x", text);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].pointer == "/a");
    CHECK(errors[0].message == "must be only a's");
}

TEST_CASE("a NUL in a text does not hide what follows it from its limits")
{
    const std::string schema =
        R"x({"properties":{"a":{"type":"string","minLength":3,"maxLength":5,"pattern":"^.+$"}}})x";
    CHECK(check(schema, R"({"a":"\u0000bc"})").empty());
    CHECK(check(schema, R"({"a":"ä\u0000cde"})").empty());
    const auto errors = check(schema, R"({"a":"a\u0000cdef"})");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message == "must have at most 5 characters");
}

TEST_CASE("a text that is too short and does not match its pattern gets the hint, which says more")
{
    const auto errors =
        check(R"({"properties":{"a":{"minLength":3,"pattern":"^b","patternHint":"a word with b"}}})", R"({"a":"a"})");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message == "must be a word with b");
}

TEST_CASE("a text that is too long is not matched against its pattern")
{
    const auto errors = check(R"({"properties":{"a":{"maxLength":3,"pattern":"^b"}}})", R"({"a":"aaaa"})");
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message == "must have at most 3 characters");
}

TEST_CASE("a schema below whose keywords no text would be checked is rejected")
{
    const std::string part = R"({"type":"string","maxLength":3})";
    for (const char *list : {"allOf", "anyOf", "oneOf", "items"})
        CHECK_THROWS_WITH(check(std::string("{\"") + list + "\":[" + part + "]}", "{}"),
                          Catch::Contains("not supported"));
    for (const char *one : {"not", "if", "then", "else", "contains", "propertyNames", "additionalItems"})
        CHECK_THROWS_WITH(check(std::string("{\"") + one + "\":" + part + "}", "{}"), Catch::Contains("not supported"));
    CHECK_THROWS_WITH(check("{\"dependencies\":{\"a\":" + part + "}}", "{}"), Catch::Contains("not supported"));
    CHECK(check("{\"properties\":{\"not\":" + part + "}}", R"({"not":"abcd"})").size() == 1);
}

TEST_CASE("a property may be called pattern")
{
    const std::string schema =
        R"({"properties":{"pattern":{"type":"string","pattern":"^x"}},"additionalProperties":false})";
    CHECK(check(schema, R"({"pattern":"xy"})").empty());
    CHECK(check(schema, R"({"pattern":"y"})").size() == 1);
}

TEST_CASE("a message says what the schema requires, wherever in the document it is")
{
    const auto wrong = [](const char *document) {
        std::string all;
        for (const SchemaError &error : check(R"({"definitions":{"kind":{"enum":["a","b",3]}},"properties":{
                "kind":{"$ref":"#/definitions/kind"},"version":{"const":1},"on":{"type":"boolean"},
                "name":{"type":"string","minLength":2,"maxLength":4},
                "list":{"type":"array","items":{"type":"object","properties":{"id":{"type":["string","integer"]}}}},
                "map":{"type":"object","additionalProperties":{"type":"number"}}}})",
                                              document))
            all += error.pointer + ": " + error.message;
        return all;
    };
    CHECK(wrong(R"({"kind":"c"})") == R"(/kind: is not an allowed value: must be "a", "b" or 3)");
    CHECK(wrong(R"({"version":"1"})") == "/version: is not an allowed value: must be 1");
    CHECK(wrong(R"({"on":"true"})") == R"(/on: has the wrong type: must be "boolean")");
    CHECK(wrong(R"({"name":"x"})") == "/name: must have at least 2 characters");
    CHECK(wrong(R"({"name":"xxxxx"})") == "/name: must have at most 4 characters");
    CHECK(wrong(R"({"list":[{"id":1},{"id":true}]})") ==
          R"(/list/1/id: has the wrong type: must be "string" or "integer")");
    CHECK(wrong(R"({"map":{"m":"x"}})") == R"(/map/m: has the wrong type: must be "number")");
}

TEST_CASE("a descriptor with a URL instead of a host name is told what a host name is")
{
    auto document = parseStrict(example("descriptor"));
    Poco::JSON::Array::Ptr hosts = new Poco::JSON::Array;
    hosts->add("https://api.example.com");
    Poco::JSON::Object::Ptr(document.extract<Poco::JSON::Object::Ptr>())->set("allowedHosts", hosts);
    const auto errors = documentSchema("descriptor").validate(document);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].pointer == "/allowedHosts/0");
    CHECK_THAT(errors[0].message, Catch::Contains("without https://"));
}

TEST_CASE("no message repeats the value, which may be a secret")
{
    for (const SchemaError &error : check(R"({"properties":{"key":{"type":"integer"},"e":{"enum":["a"]}}})",
                                          R"({"key":"hunter2secret","e":"hunter2secret"})"))
        CHECK_THAT(error.message, !Catch::Contains("hunter2secret"));
}

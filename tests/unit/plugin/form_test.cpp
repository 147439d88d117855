#include "host/json/strict_json.h"
#include "host/plugin/documents.h"
#include "host/plugin/form.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>

#include <fstream>
#include <sstream>

using namespace psa::json;
using namespace psa::plugin;
using Poco::JSON::Object;

namespace {

Object::Ptr json(const std::string &text)
{
    return parseStrict(text).extract<Object::Ptr>();
}

/// A form of the field "f" with the title "Field" and `rules`, which begin with its type.
Form formOf(const std::string &rules, const std::string &more = "")
{
    return Form(
        *json(R"({"type":"object","properties":{"f":{"title":"Field","description":"d",)" + rules + "}}" + more + "}"));
}

/// The only error of `value`, or "" if it has none.
std::string errorOf(const Form &form, const std::string &value)
{
    const FormResult result = form.check(*json("{\"f\":" + value + "}"));
    REQUIRE(result.errors.size() <= 1);
    return result.ok() ? "" : result.errors[0].message;
}

std::string error(const std::string &rules, const std::string &value)
{
    return errorOf(formOf(rules), value);
}

std::string refusal(const std::string &descriptor)
try
{
    readForms(*json(descriptor));
    return "";
}
catch (const InvalidForm &error)
{
    return error.what();
}

} // namespace

TEST_CASE("a wrong value is an error that names the field and the rule, and never the value")
{
    const auto [rules, value, wanted] = GENERATE(table<std::string, std::string, std::string>({
        {R"("type":"string","pattern":"^https://","patternHint":"an address that begins with https://")", R"("s3cret")",
         "Field (f) must be an address that begins with https://"},
        {R"("type":"string","pattern":"^[0-9]+$")", R"("s3cret")", "Field (f) must match the pattern ^[0-9]+$"},
        {R"("type":"string","enum":["low","high"])", R"("s3cret")", "Field (f) must be one of: low, high"},
        {R"("type":"string","maxLength":5)", R"("s3cret")", "Field (f) must have at most 5 characters"},
        {R"("type":"string","minLength":9)", R"("s3cret")", "Field (f) must have at least 9 characters"},
        {R"("type":"string")", "7", "Field (f) must be a string"},
        {R"("type":"integer")", R"("s3cret")", "Field (f) must be a whole number"},
        {R"("type":"integer")", "1.5", "Field (f) must be a whole number"},
        {R"("type":"integer")", "true", "Field (f) must be a whole number"},
        {R"("type":"integer","minimum":3)", "2", "Field (f) must be at least 3"},
        {R"("type":"number","maximum":2.5)", "2.6", "Field (f) must be at most 2.5"},
        {R"("type":"integer","enum":[1,2])", "3", "Field (f) must be one of: 1, 2"},
        {R"("type":"boolean")", "1", "Field (f) must be true or false"},
        {R"("type":"array")", R"("s3cret")", "Field (f) must be a list"},
        {R"("type":"array","items":{"type":"integer"})", R"([1,"s3cret"])",
         "Field (f) has an item, number 2, that must be a whole number"},
        {R"("type":"array","items":{"type":"string","maxLength":5})", R"(["s3cret"])",
         "Field (f) has an item, number 1, that must have at most 5 characters"},
        {R"("type":"array")", "[[]]", "Field (f) has an item, number 1, that must be a single value"},
        {R"("type":"object","additionalProperties":{"type":"string","maxLength":5})", R"({"a":"s3cret"})",
         "Field (f) has an entry, number 1, whose value must have at most 5 characters"},
    }));
    CAPTURE(rules, value);
    CHECK(error(rules, value) == wanted);
}

TEST_CASE("a valid value is accepted and is in the result")
{
    const auto [rules, value] = GENERATE(table<std::string, std::string>({
        {R"("type":"string","pattern":"^a","maxLength":2)", R"("aä")"}, // two characters, three bytes
        {R"("type":"integer","minimum":-5,"maximum":18446744073709551615)", "18446744073709551615"},
        {R"("type":"integer","enum":[18446744073709551615])", "18446744073709551615"},
        {R"("type":"number")", "7"},
        {R"("type":"boolean")", "false"},
        {R"("type":"array","items":{"type":"string"})", R"(["a","b"])"},
        {R"("type":"object","additionalProperties":{"type":"integer"})", R"({"a":1})"},
    }));
    CAPTURE(rules, value);
    const FormResult result = formOf(rules).check(*json("{\"f\":" + value + "}"));
    CHECK(result.ok());
    CHECK(result.values->has("f"));
}

TEST_CASE("texts without a maxLength have at most 4000 characters, in lists and maps too")
{
    const std::string fits = "\"" + std::string(4000, 'a') + "\"";
    const std::string tooLong = "\"" + std::string(4001, 'a') + "\"";
    CHECK(error(R"("type":"string")", fits).empty());
    // The pattern, which does not match, is not even tried.
    CHECK(error(R"("type":"string","pattern":"^b")", tooLong) == "Field (f) must have at most 4000 characters");
    CHECK(error(R"("type":"array")", "[" + fits + "]").empty());
    CHECK_THAT(error(R"("type":"array")", "[" + tooLong + "]"), Catch::Contains("at most 4000"));
    CHECK_THAT(error(R"("type":"object")", "{\"a\":" + tooLong + "}"), Catch::Contains("at most 4000"));
    CHECK_THAT(error(R"("type":"object")", "{" + tooLong + ":1}"), Catch::Contains("at most 4000"));
}

TEST_CASE("blank and null count as not given: they become the default, an error or nothing")
{
    for (const char *const blank : {"\"\"", "\" \\t\\n\"", "null"})
    {
        CAPTURE(blank);
        const Form withDefault = formOf(R"("type":"string","default":"usual")", R"(,"required":["f"])");
        const FormResult filled = withDefault.check(*json(std::string("{\"f\":") + blank + "}"));
        REQUIRE(filled.ok());
        CHECK(filled.values->getValue<std::string>("f") == "usual");
        CHECK(errorOf(formOf(R"("type":"string")", R"(,"required":["f"])"), blank) == "Field (f) is required");
        const FormResult without = formOf(R"("type":"string")").check(*json(std::string("{\"f\":") + blank + "}"));
        CHECK(without.ok());
        CHECK(!without.values->has("f"));
    }
}

TEST_CASE("all errors are reported together, and an unknown field with the known ones")
{
    const Form form = formOf(R"("type":"string")", R"(,"required":["f"])");
    const FormResult result = form.check(*json(R"({"g":"s3cret"})"));
    REQUIRE(result.errors.size() == 2);
    CHECK(result.errors[0].field == "f");
    CHECK(result.errors[0].title == "Field");
    CHECK(result.errors[1].field == "g");
    CHECK(result.errors[1].message == "g is not a known field; known are f");
    CHECK(Form().check(*json(R"({"g":1})")).errors.at(0).message == "g is not a known field; there is none");
}

TEST_CASE("a form that contradicts itself is rejected, and the error names the field")
{
    const auto [form, wanted] = GENERATE(table<std::string, std::string>({
        {R"("f":{"type":"string","title":"F","description":"d"}},"required":["g"])", "\"required\" names \"g\""},
        {R"("f":{"type":"string","title":"F","description":"d","dependsOn":["g"]}})", "dependsOn names \"g\""},
        {R"("f":{"type":"string","title":"F","description":"d","dependsOn":["f"]}})", "the field itself"},
        {R"("f":{"type":"integer","title":"F","description":"d","default":"x"}})",
         "field \"f\": its own default must be a whole number"},
        {R"("f":{"type":"string","title":"F","description":"d","default":"abc","maxLength":2}})", "at most 2"},
        {R"("f":{"type":"string","title":"F","description":"d","default":"c","enum":["a","b"]}})", "must be one of"},
        {R"("f":{"type":"string","title":"F","description":"d","default":" "}})", "its default is blank"},
        {R"("f":{"type":"string","title":"F","description":"d","enum":["a",1]}})",
         "enum holds a value that is not a string"},
        {R"("f":{"type":"array","title":"F","description":"d","enum":[[1]]}})", "enum is not allowed for lists"},
        {R"("f":{"type":"string","title":"F","description":"d","secret":true,"default":"x"}})",
         "a secret must not have a default"},
        {R"("f":{"type":"string","title":"F","description":"d","minLength":3,"maxLength":2}})", "minLength 3"},
        {R"("f":{"type":"number","title":"F","description":"d","minimum":3,"maximum":2.5}})", "minimum 3 is above"},
        {R"("f":{"type":"integer","title":"F","description":"d","pattern":"^1"}})",
         "a pattern is allowed only for strings"},
        {R"("f":{"type":"string","title":"F","description":"d","pattern":"["}})", "is not RE2"},
    }));
    const std::string text = refusal(R"({"configuration":{"type":"object","properties":{)" + form + "}}");
    CHECK_THAT(text, Catch::Contains("configuration: ") && Catch::Contains(wanted));
}

TEST_CASE("ticket forms have no secrets and may depend on any part of the ticket")
{
    const std::string configuration = R"({"configuration":{"type":"object","properties":{}})";
    for (const char *const form : {"ticketDefaults", "ticketFields"})
        CHECK_THAT(refusal(configuration + ",\"" + form +
                           R"(":{"type":"object","properties":{"f":{"type":"string","title":"F","description":"d",)"
                           R"("secret":true}}}})"),
                   Catch::Contains(std::string(form) + ": field \"f\": a secret is allowed only in the configuration"));
    CHECK(refusal(configuration +
                  R"(,"ticketDefaults":{"type":"object","properties":{"board":{"type":"string","title":"B",)"
                  R"("description":"d"}}},"ticketFields":{"type":"object","properties":{"f":{"type":"string",)"
                  R"("title":"F","description":"d","dependsOn":["board","company"]}}}})")
              .empty());
}

TEST_CASE("the example descriptor's forms: order, secrets and the configuration document")
{
    std::ifstream file(PSA_SOURCE_DIR "/plugin-api/schemas/examples/descriptor.json");
    std::ostringstream text;
    text << file.rdbuf();
    const DescriptorForms forms = readForms(*json(text.str()));
    REQUIRE(forms.configuration.fields().size() == 2);
    CHECK(forms.configuration.fields()[0].name == "apiUrl");
    CHECK(forms.configuration.secretFields() == std::vector<std::string>{"apiKey"});
    CHECK(forms.ticketFields.secretFields().empty());
    const FormResult result =
        forms.configuration.check(*json(R"({"apiUrl":"https://api.example.com","apiKey":"not-a-real-key"})"));
    REQUIRE(result.ok());
    const std::string document = makeConfigurationDocument(*result.values);
    CHECK_NOTHROW(parseDocument("configuration", document));
    CHECK(json(document)->getObject("values")->getValue<std::string>("apiKey") == "not-a-real-key");
}

#include "host/events/rules/conditions.h"
#include "host/events/rules/document.h"
#include "host/json/json_text.h"
#include "sample.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::events::rules;
using psa::tests::jsonObject;
using psa::tests::Sample;

namespace {

Conditions conditionsOf(const std::string &json)
{
    return Conditions::parse(jsonObject(json));
}

std::string conditionsProblem(const std::string &json)
{
    try
    {
        conditionsOf(json);
        return "";
    }
    catch (const RuleInvalid &error)
    {
        return error.pointer() + " " + error.problem();
    }
}

bool conditionsHold(const std::string &json)
{
    const Sample sample;
    return conditionsOf(json).hold(sample.facts);
}

std::string nestedNot(int depth)
{
    std::string text = "\"severity=low\"";
    for (int i = 0; i < depth; ++i)
        text = R"({"not":[)" + text + "]}";
    return text;
}

} // namespace

TEST_CASE("groups hold if all, any or none of their items do, and can be nested", "[rules]")
{
    CHECK(conditionsHold(R"({"all":["severity=critical","team=msp"]})"));
    CHECK_FALSE(conditionsHold(R"({"all":["severity=critical","team=other"]})"));
    CHECK(conditionsHold(R"({"any":["severity=low","team=msp"]})"));
    CHECK_FALSE(conditionsHold(R"({"any":["severity=low","team=other"]})"));
    CHECK(conditionsHold(R"({"not":["severity=low","team=other"]})"));
    CHECK_FALSE(conditionsHold(R"({"not":["severity=low","team=msp"]})"));
    CHECK(conditionsHold(R"({"all":["severity=~\"critical|high\"",
        {"any":["customer.name=\"Brightwater Clinic\"","labels.team=\"x\""]},{"not":["title=~\"(?i)test.*\""]}]})"));
}

TEST_CASE("without conditions everything matches", "[rules]")
{
    const Sample sample;
    CHECK(Conditions().hold(sample.facts));
    CHECK(Conditions::parse({}).hold(sample.facts));
    CHECK(conditionsOf("{}").isEmpty());
    CHECK(conditionsOf(R"({"all":[]})").isEmpty());
    CHECK(conditionsOf("{}").toJson()->size() == 0);
}

TEST_CASE("a text with several matchers needs all of them, in any group", "[rules]")
{
    const Sample sample;
    CHECK(Conditions::parse(std::string("{severity=critical,team=msp}")).hold(sample.facts));
    CHECK_FALSE(Conditions::parse(std::string("{severity=critical,team=x}")).hold(sample.facts));
    CHECK_FALSE(conditionsHold(R"({"any":["{severity=critical,team=x}"]})"));
    CHECK(conditionsHold(R"({"not":["{severity=critical,team=x}"]})"));
    CHECK(psa::json::jsonText(conditionsOf(R"({"any":["{severity=critical,team=x}","kind=test"]})").toJson()) ==
          R"({"any":[{"all":["severity=\"critical\"","labels.team=\"x\""]},"kind=\"test\""]})");
}

TEST_CASE("normalized conditions read back as themselves", "[rules]")
{
    const auto once =
        conditionsOf(R"({"all":["severity=~critical|high",{"any":["a=1","b!=2"]},{"not":["c!~x"]}]})").toJson();
    const auto twice = Conditions::parse(once).toJson();
    CHECK(psa::json::jsonText(once) == psa::json::jsonText(twice));
    CHECK(psa::json::jsonText(once) == R"({"all":["severity=~\"critical|high\"",{"any":["labels.a=\"1\"",)"
                                       R"("labels.b!=\"2\""]},{"not":["labels.c!~\"x\""]}]})");
}

TEST_CASE("what is wrong with conditions is said with its place", "[rules]")
{
    CHECK_THAT(conditionsProblem(R"({"all":["severity=critical",{"any":["severity critical"]}]})"),
               Catch::StartsWith("/conditions/all/1/any/0 is not a matcher: at character 10"));
    CHECK(conditionsProblem(R"({"al":["a=1"]})") == "/conditions/al is not a known member. Similar: \"all\".");
    CHECK(conditionsProblem(R"({"any":[]})") == "/conditions/any is empty");
    CHECK(conditionsProblem(R"({"all":[{"not":[]}]})") == "/conditions/all/0/not is empty");
    CHECK_THAT(conditionsProblem(R"({"all":["a=1"],"not":["b=2"]})"),
               Catch::StartsWith("/conditions has more than one of"));
    CHECK_THAT(conditionsProblem(R"({"all":[3]})"), Catch::StartsWith("/conditions/all/0 is neither a matcher"));
    CHECK_THAT(conditionsProblem(R"({"all":[null]})"), Catch::StartsWith("/conditions/all/0 is neither a matcher"));
    CHECK(conditionsProblem(R"({"all":"a=1"})") == "/conditions/all is not a list");
    CHECK_THROWS_AS(Conditions::parse(3), RuleInvalid);
}

TEST_CASE("conditions are bounded in depth and number", "[rules]")
{
    CHECK(conditionsProblem(nestedNot(8)).empty());
    CHECK_THAT(conditionsProblem(nestedNot(9)), Catch::Contains("is a group in more than 7 others"));
    std::string many;
    for (int i = 0; i < 1000; ++i)
        many += std::string(i == 0 ? "" : ",") + "\"a=1\"";
    CHECK(conditionsProblem(R"({"all":[)" + many + "]}").empty());
    CHECK(conditionsProblem(R"({"all":[)" + many + ",\"a=1\"]}") ==
          "/conditions/all/1000 is one of more than 1000 matchers");
}

TEST_CASE("why conditions hold or do not names the matcher that decided", "[rules]")
{
    const Sample sample;
    const auto why = [&](const std::string &json) { return conditionsOf(json).why(sample.facts); };
    CHECK(why(R"({"all":["severity=critical","team=x","kind=test"]})") ==
          "labels.team=msp did not match labels.team=\"x\"");
    CHECK(why(R"({"any":["severity=low","team=msp"]})") == "labels.team=msp matched labels.team=\"msp\"");
    CHECK(why(R"({"all":["severity=critical","team=msp"]})") ==
          "severity=critical matched severity=\"critical\", and labels.team=msp matched labels.team=\"msp\"");
    CHECK(why(R"({"not":["team=msp"]})") == "labels.team=msp matched labels.team=\"msp\", which \"not\" excludes");
    CHECK(why(R"({"all":["a=\"\"","b=\"\"","c=\"\"","d=\"\"","e=\"\""]})") ==
          "labels.a (not set) matched labels.a=\"\", and labels.b (not set) matched labels.b=\"\", and labels.c (not "
          "set) "
          "matched labels.c=\"\", and 2 more");
    CHECK(Conditions().why(sample.facts) == "there are no conditions");
}

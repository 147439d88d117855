#include "host/events/rules/matcher.h"
#include "sample.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::events::rules;
using psa::tests::Sample;

namespace {

bool matcherHolds(const std::string &text)
{
    const Sample sample;
    return Matcher::parse(text).holds(sample.facts);
}

std::string matcherProblem(const std::string &text)
{
    try
    {
        Matcher::parse(text);
        return "";
    }
    catch (const MatcherInvalid &error)
    {
        return error.what();
    }
}

} // namespace

TEST_CASE("each operator compares as in Alertmanager, with regular expressions that match the whole value", "[rules]")
{
    CHECK(matcherHolds("severity=critical"));
    CHECK(matcherHolds("severity = \"critical\""));
    CHECK_FALSE(matcherHolds("severity!=critical"));
    CHECK(matcherHolds("severity!=low"));
    CHECK(matcherHolds("severity=~critical|high"));
    CHECK_FALSE(matcherHolds("severity=~\"crit|high\""));
    CHECK(matcherHolds("title=~\"Disk .*\""));
    CHECK_FALSE(matcherHolds("title=~\"Disk\""));
    CHECK(matcherHolds("title!~\"Disk\""));
    CHECK(matcherHolds("title=~\"(?i)disk .* FULL\""));
}

TEST_CASE("every field of an event can be compared, by name or else by id for customer and device", "[rules]")
{
    Sample sample;
    sample.event.group = "g";
    sample.event.left = 17;
    sample.facts.repeats = 3;
    for (const char *text : {"source=prod-alerts",
                             "kind=problem",
                             "key=\"disk|bw-fs-01\"",
                             "group=g",
                             "severity=critical",
                             "severityText=page",
                             "customer=\"Brightwater Clinic\"",
                             "customer.id=27",
                             "customer.name=\"Brightwater Clinic\"",
                             "device=bw-fs-01",
                             "device.id=d1",
                             "device.name=bw-fs-01",
                             "device.address=10.0.0.5",
                             "title=\"Disk C: of bw-fs-01 is full\"",
                             "text=~\".*5 %.*\"",
                             "repeats=3",
                             "left=17",
                             "labels.team=msp",
                             "team=msp",
                             "labels.app.kubernetes.io/name=scanner",
                             "app.kubernetes.io/name=scanner"})
    {
        INFO(text);
        CHECK(Matcher::parse(text).holds(sample.facts));
    }
    sample.event.customer.name.clear();
    sample.event.device.name.clear();
    CHECK(Matcher::parse("customer=27").holds(sample.facts));
    CHECK(Matcher::parse("device=d1").holds(sample.facts));
}

TEST_CASE("a value that is not set is an empty one", "[rules]")
{
    Sample sample;
    sample.event.severity.reset();
    CHECK(Matcher::parse("severity=\"\"").holds(sample.facts));
    CHECK(Matcher::parse("severity!=critical").holds(sample.facts));
    CHECK(Matcher::parse("site=\"\"").holds(sample.facts));
    CHECK(Matcher::parse("site=~\".*\"").holds(sample.facts));
    CHECK_FALSE(Matcher::parse("site=~\".+\"").holds(sample.facts));
}

TEST_CASE("a dot matches line feeds, so that a pattern finds a word in any line of a text", "[rules]")
{
    CHECK(matcherHolds("text=~\".*Oldest.*\""));
    CHECK(matcherHolds("text=~\"Free.*moved[.]\""));
}

TEST_CASE("a backslash within a value needs no second one, except before a quote, a backslash and n", "[rules]")
{
    Sample sample;
    sample.event.title = "C:\\Windows\\temp is \"full\"\nagain 42";
    CHECK(Matcher::parse(R"(title="C:\Windows\temp is \"full\"\nagain 42")").holds(sample.facts));
    CHECK(Matcher::parse(R"(title="C:\\Windows\\temp is \"full\"\nagain 42")").holds(sample.facts));
    CHECK(Matcher::parse(R"(title=~".*\bagain \d+")").holds(sample.facts));
    CHECK(Matcher::parse(R"(title=~"C:\\\\Win.*")").holds(sample.facts));
    const std::string text = Matcher::parse(R"(title="C:\Windows\temp is \"full\"\nagain 42")").text();
    CHECK(text == R"(title="C:\\Windows\\temp is \"full\"\nagain 42")");
    CHECK(Matcher::parse(text).holds(sample.facts));
}

TEST_CASE("a name in quotes can have any characters", "[rules]")
{
    Sample sample;
    sample.event.labels = {{"Größe, in \"GB\"", "3"}};
    CHECK(Matcher::parse(R"("Größe, in \"GB\""="3")").holds(sample.facts));
    CHECK(Matcher::parse(R"("labels.Größe, in \"GB\""="3")").text() == R"("labels.Größe, in \"GB\""="3")");
    CHECK(Matcher::parse(R"("severity"="critical")").holds(sample.facts));
    CHECK(Matcher::parse("🙂=🙂").text() == "labels.🙂=\"🙂\"");
}

TEST_CASE("the forms of lists that Alertmanager accepts are accepted", "[rules]")
{
    const Sample sample;
    for (const char *text : {"{foo=bar,bar!=baz}", "{foo=bar,bar!=baz,}", "foo=bar,bar!=baz", "foo=bar, bar!=baz ,",
                             " { foo = \"bar\" , bar!=\"baz\" } ", "{\"foo\"=\"bar\",\"bar\"!=\"baz\"}"})
    {
        INFO(text);
        const auto matchers = Matcher::parseList(text);
        REQUIRE(matchers.size() == 2);
        CHECK(matchers[0].text() == "labels.foo=\"bar\"");
        CHECK(matchers[1].text() == "labels.bar!=\"baz\"");
    }
    CHECK(Matcher::parseList(R"({quote="She said: \"Hi, ladies! That's fine}\""})").size() == 1);
    CHECK(Matcher::parse("statuscode=~\"5..\"").text() == "labels.statuscode=~\"5..\"");
    CHECK(Matcher::parse("{foo=~[a-z]+}").text() == "labels.foo=~\"[a-z]+\"");
    CHECK(Matcher::parse("foo=two words").text() == "labels.foo=\"two words\"");
}

TEST_CASE("what is wrong with a matcher is said with the position and what was expected", "[rules]")
{
    const std::string start = "is not a matcher: at character ";
    CHECK(matcherProblem("severity critical") ==
          start + "10, expected one of the operators = != =~ !~, not \"critical\"");
    CHECK(matcherProblem("severity") == start + "9, expected one of the operators = != =~ !~, but the text ends");
    CHECK(matcherProblem("severity==critical") == start + "9, == is not an operator; for \"equals\" write =");
    CHECK(matcherProblem("größe=") ==
          start + "7, expected a value, or \"\" for a value that is not set, but the text ends");
    CHECK(matcherProblem("=x") == start + "1, expected a name such as severity or labels.team, not \"=x\"");
    CHECK(matcherProblem("{foo=bar") == start + "9, expected a comma or }, but the text ends");
    CHECK(matcherProblem("foo=bar}") ==
          start + "8, a value with quotes or braces, or that starts with = ~ or !, must be in double quotes");
    CHECK(matcherProblem("foo=\"bar") == start + "5, a double quote is opened and not closed");
    CHECK(matcherProblem("foo=\"bar\\") == start + "5, a double quote is opened and not closed");
    CHECK(matcherProblem("foo=\"bar\" baz") == start + "11, expected a comma or the end, not \"baz\"");
    CHECK(matcherProblem("foo='bar'") ==
          start + "5, a value with quotes or braces, or that starts with = ~ or !, must be in double quotes");
    CHECK(matcherProblem("title=Disk full, again") ==
          start + "23, expected one of the operators = != =~ !~, but the text ends");
    CHECK(matcherProblem("a=1,b=2") == "has 2 matchers; a value with a comma must be in double quotes");
    CHECK(matcherProblem("") == "has no matcher; one looks like severity=\"critical\"");
    CHECK(matcherProblem("{}") == "has no matcher; one looks like severity=\"critical\"");
    CHECK_THAT(matcherProblem("title=~\"(\""), Catch::StartsWith(start + "8, the pattern \"(\" is not RE2: missing )"));
    CHECK(matcherProblem("a=\"\xFF\"") == "is not valid UTF-8");
}

TEST_CASE("a mistyped field is not taken for a label", "[rules]")
{
    for (const char *text :
         {"severty=critical", "Severity=critical", "customer.nam=Acme", "device.foo=1", "serverity=low"})
    {
        INFO(text);
        CHECK_THAT(matcherProblem(text), Catch::Contains("is not a field that can be compared.") &&
                                             Catch::Contains("For a label of this name, write labels."));
    }
    CHECK_THAT(matcherProblem("severty=critical"), Catch::Contains("Similar: \"severity\""));
    CHECK_THAT(matcherProblem("startedAt=\"\""), Catch::Contains("is not a field that can be compared."));
    CHECK(matcherProblem("labels.severty=critical").empty());
    CHECK(matcherProblem("team=msp").empty());
}

TEST_CASE("a comparison of a severity, a kind or a number with something that it never is gets refused", "[rules]")
{
    CHECK_THAT(
        matcherProblem("severity=warning"),
        Catch::Contains("\"warning\" is not a severity, which are info, low, medium, high, critical; the source's own "
                        "word is severityText"));
    CHECK_THAT(matcherProblem("severity=~\"warning|page\""), Catch::Contains("is not a severity"));
    CHECK(matcherProblem("severity=~\"critical|warning\"").empty());
    CHECK(matcherProblem("severity=\"\"").empty());
    CHECK_THAT(matcherProblem("kind=alert"), Catch::Contains("\"alert\" is not a kind"));
    CHECK_THAT(matcherProblem("repeats=three"), Catch::Contains("\"three\" is not a number"));
    CHECK(matcherProblem("repeats=~\"[3-9]|[1-9][0-9]+\"").empty());
}

TEST_CASE("a regular expression that would explode is matched in linear time, and a huge one is refused", "[rules]")
{
    Sample sample;
    sample.event.title = std::string(60000, 'a') + '!';
    CHECK_FALSE(Matcher::parse("title=~\"(a+)+$\"").holds(sample.facts));
    CHECK_FALSE(matcherProblem("title=~\"((((a{100}){100}){100}){100})\"").empty());
    CHECK_THAT(matcherProblem("title=~\"" + std::string(1025, 'a') + "\""), Catch::Contains("more than 1024 bytes"));
}

TEST_CASE("why a matcher held is said with the value", "[rules]")
{
    Sample sample;
    CHECK(Matcher::parse("severity=~critical|high").why(sample.facts) ==
          "severity=critical matched severity=~\"critical|high\"");
    CHECK(Matcher::parse("title=x").why(sample.facts) ==
          "title=\"Disk C: of bw-fs-01 is full\" did not match title=\"x\"");
    CHECK(Matcher::parse("site=x").why(sample.facts) == "labels.site (not set) did not match labels.site=\"x\"");
}

#include "host/events/rules/rule.h"
#include "host/json/json_text.h"
#include "sample.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::events::rules;
using psa::json::jsonText;
using psa::tests::instantAt;
using psa::tests::jsonObject;
using psa::tests::Sample;

namespace {

const std::string minimalRule = R"({"name":"All","ticket":{"connection":"acme"}})";

/// The minimal rule with these members besides.
std::string ruleWith(const std::string &members)
{
    return R"({"name":"All","ticket":{"connection":"acme"},)" + members + "}";
}

std::string ruleProblem(const std::string &json)
{
    try
    {
        Rule::parse(*jsonObject(json));
        return "";
    }
    catch (const RuleInvalid &error)
    {
        return error.pointer() + " " + error.problem();
    }
}

Rule ruleWithHours(const std::string &during)
{
    return Rule::parse(*jsonObject(ruleWith(R"("during":)" + during)));
}

bool appliesAt(const Rule &rule, const std::string &time)
{
    Sample sample;
    sample.facts.now = instantAt(time);
    return rule.appliesTo(sample.facts);
}

} // namespace

TEST_CASE("a rule that says only where its tickets go starts in dry run and has all defaults", "[rules]")
{
    const Rule rule = Rule::parse(*jsonObject(minimalRule));
    CHECK(rule.mode == RuleMode::dryRun);
    CHECK(rule.conditions.isEmpty());
    CHECK_FALSE(rule.during);
    CHECK(rule.action == RuleAction::ticket);
    CHECK(rule.ticket.fields.at("title").text() == "{{title}}");
    CHECK(rule.ticket.fields.contains("description"));
    CHECK(rule.ticket.unknownCustomerCompany.empty());
    CHECK(rule.holdDown.length.count() == 0);
    CHECK(rule.holdDown.problems == 1);
    CHECK(rule.onRepeat == OnRepeat::count);
    CHECK(rule.onRecovery == OnRecovery::resolveIfUntouched);
    CHECK_FALSE(rule.reopenWithin);
    CHECK(rule.ifClosedByHuman == IfClosedByHuman::leave);
    REQUIRE(rule.storm);
    CHECK(rule.storm->tickets == 10);
    CHECK(rule.storm->length.count() == 5);
}

TEST_CASE("every member of a rule is read, and the normalized rule reads back as itself", "[rules]")
{
    const std::string whole = R"({"name":"Critical alerts","description":"d","mode":"on",
        "conditions":{"all":["severity=~\"critical|high\""]},
        "during":{"days":["mon","tue"],"from":"08:00","to":"17:00","timeZone":"Europe/Oslo","outside":true},
        "do":"ticket",
        "ticket":{"connection":"acme","fields":{"title":"{{title}}","description":"{{text}}","priority":4,"queue":"Alerts",
            "fields":{"udf":"{{labels.team}}","number":7}},"unknownCustomer":{"company":175}},
        "holdDown":{"minutes":10,"problems":3},"onRepeat":{"do":"note","everyMinutes":30},"onRecovery":"resolve",
        "onReturn":{"reopenWithinHours":24},"ifClosedByHuman":"reopen","storm":{"tickets":20,"minutes":15}})";
    const Rule rule = Rule::parse(*jsonObject(whole));
    CHECK(rule.mode == RuleMode::on);
    CHECK(rule.ticket.fields.at("priority").text() == "4");
    CHECK(rule.ticket.ownFields.at("udf").text() == "{{labels.team}}");
    CHECK(rule.ticket.ownFields.at("number").text() == "7");
    CHECK(rule.ticket.unknownCustomerCompany == "175");
    CHECK(rule.holdDown.length.count() == 10);
    CHECK(rule.holdDown.problems == 3);
    CHECK(rule.onRepeat == OnRepeat::note);
    CHECK(rule.noteEvery.count() == 30);
    CHECK(rule.onRecovery == OnRecovery::resolve);
    CHECK(rule.reopenWithin->count() == 24);
    CHECK(rule.ifClosedByHuman == IfClosedByHuman::reopen);
    CHECK(rule.storm->tickets == 20);
    for (const std::string &json :
         {whole, minimalRule,
          std::string(R"({"name":"Noise","do":"suppress","mode":"off","conditions":{"any":["team=msp"]}})"),
          ruleWith(R"("storm":{"tickets":0},"onReturn":{"reopenWithinHours":null})")})
    {
        const auto once = Rule::parse(*jsonObject(json)).toJson();
        CHECK(jsonText(Rule::parse(*once).toJson()) == jsonText(once));
    }
    CHECK_FALSE(Rule::parse(*jsonObject(ruleWith(R"("storm":{"tickets":0})"))).storm);
}

TEST_CASE("a member that is null counts as not given", "[rules]")
{
    const std::string nulls = ruleWith(R"("description":null,"mode":null,"conditions":null,"during":null,"do":null,
        "holdDown":null,"onRepeat":{"do":null},"onRecovery":null,"onReturn":{"reopenWithinHours":null},
        "ifClosedByHuman":null,"storm":null)");
    CHECK(jsonText(Rule::parse(*jsonObject(nulls)).toJson()) ==
          jsonText(Rule::parse(*jsonObject(minimalRule)).toJson()));
}

TEST_CASE("what is wrong with a rule is said with its place, and mistyped names with similar ones", "[rules]")
{
    CHECK(ruleProblem(R"({"name":"A"})") == "/ticket is missing: it says which connection gets the tickets");
    CHECK(ruleProblem(R"({"ticket":{"connection":"a"}})") == "/name is missing");
    CHECK(ruleProblem(R"({"name":" ","ticket":{"connection":"a"}})") == "/name is empty");
    CHECK(ruleProblem(R"({"name":"a\nb","ticket":{"connection":"a"}})") ==
          "/name has line ends or other control characters");
    CHECK(ruleProblem(R"({"name":"A","ticket":{"connection":""}})") == "/ticket/connection is empty");
    CHECK(ruleProblem(ruleWith(R"("onRecover":"note")")) ==
          "/onRecover is not a known member. Similar: \"onRecovery\".");
    CHECK(ruleProblem(ruleWith(R"("mode":"dryrun")")) == "/mode is \"dryrun\"; it must be off, dry_run or on");
    CHECK(ruleProblem(ruleWith(R"("holdDown":{"minutes":-1})")) == "/holdDown/minutes is not from 0 to 10080");
    CHECK(ruleProblem(ruleWith(R"("holdDown":{"minutes":"5"})")) == "/holdDown/minutes is not an integer");
    CHECK(ruleProblem(ruleWith(R"("onRepeat":{"everyMinutes":5})")) ==
          "/onRepeat/everyMinutes is possible with \"do\": \"note\" only");
    CHECK(ruleProblem(R"({"name":"A","do":"suppress","ticket":{"connection":"a"}})") ==
          "/ticket is not possible with \"do\": \"suppress\"");
    CHECK(ruleProblem(R"({"name":"A","ticket":{"connection":"a","fields":{"titel":"x"}}})") ==
          "/ticket/fields/titel is not a known member. Similar: \"title\".");
    CHECK_THAT(
        ruleProblem(R"({"name":"A","ticket":{"connection":"a","fields":{"title":"{{titel}}"}}})"),
        Catch::StartsWith("/ticket/fields/title is not a valid template: at line 1, character 1, \"titel\" is not a "
                          "known name. Similar: \"title\"."));
    CHECK(ruleProblem(R"({"name":"A","ticket":{"connection":"a","fields":{"title":""}}})") ==
          "/ticket/fields/title is empty");
    CHECK_THAT(ruleProblem(R"({"name":"A","ticket":{"connection":"a","fields":{"fields":{"a/b":"{{x}}"}}}})"),
               Catch::StartsWith("/ticket/fields/fields/a~1b is not a valid template"));
    CHECK_THAT(ruleProblem(R"({"name":"A","ticket":{"connection":"a","unknownCustomer":"rewiev"}})"),
               Catch::StartsWith("/ticket/unknownCustomer is neither"));
    CHECK_THAT(ruleProblem(ruleWith(R"("conditions":{"all":["a"]})")),
               Catch::StartsWith("/conditions/all/0 is not a matcher"));
    CHECK_THAT(ruleProblem(ruleWith(R"("during":{"timeZone":"Europe/Olso"})")),
               Catch::Contains("Similar: \"Europe/Oslo\""));
}

TEST_CASE("hours of a rule go by the clocks of their zone, also across midnight and outside of them", "[rules]")
{
    const Rule office = ruleWithHours(
        R"({"days":["mon","tue","wed","thu","fri"],"from":"08:00","to":"17:00","timeZone":"Europe/Oslo"})");
    CHECK_FALSE(appliesAt(office, "2026-11-30T06:59:59Z")); // Monday 07:59:59
    CHECK(appliesAt(office, "2026-11-30T07:00:00Z"));
    CHECK(appliesAt(office, "2026-11-30T15:59:59Z"));
    CHECK_FALSE(appliesAt(office, "2026-11-30T16:00:00Z"));
    CHECK(appliesAt(office, "2026-07-06T06:00:00Z"));       // Monday 08:00 in summer
    CHECK_FALSE(appliesAt(office, "2026-11-29T12:00:00Z")); // Sunday

    const Rule outside = ruleWithHours(
        R"({"days":["mon","tue","wed","thu","fri"],"from":"08:00","to":"17:00","timeZone":"Europe/Oslo","outside":true})");
    CHECK(appliesAt(outside, "2026-11-29T12:00:00Z"));
    CHECK(appliesAt(outside, "2026-11-30T16:00:00Z"));
    CHECK_FALSE(appliesAt(outside, "2026-11-30T12:00:00Z"));

    const Rule night = ruleWithHours(R"({"days":["fri"],"from":"22:00","to":"06:00","timeZone":"Europe/Oslo"})");
    CHECK_FALSE(appliesAt(night, "2026-12-04T20:59:00Z")); // Friday 21:59
    CHECK(appliesAt(night, "2026-12-04T21:00:00Z"));
    CHECK(appliesAt(night, "2026-12-05T04:59:00Z")); // Saturday 05:59
    CHECK_FALSE(appliesAt(night, "2026-12-05T05:00:00Z"));
    CHECK_FALSE(appliesAt(night, "2026-12-04T01:00:00Z")); // Friday 02:00 is Thursday's night

    const Rule weekend = ruleWithHours(R"({"days":["sat","sun"],"timeZone":"America/New_York"})");
    CHECK_FALSE(appliesAt(weekend, "2026-11-28T04:59:00Z")); // Friday 23:59
    CHECK(appliesAt(weekend, "2026-11-28T05:00:00Z"));
    CHECK(appliesAt(weekend, "2026-11-30T04:59:00Z"));
    CHECK_FALSE(appliesAt(weekend, "2026-11-30T05:00:00Z"));
}

TEST_CASE("hours that clocks show twice are within the hours of a rule both times", "[rules]")
{
    const Rule night = ruleWithHours(R"({"from":"02:00","to":"03:00","timeZone":"Europe/Oslo"})");
    CHECK(appliesAt(night, "2026-10-25T00:30:00Z"));
    CHECK(appliesAt(night, "2026-10-25T01:30:00Z"));
    CHECK_FALSE(appliesAt(night, "2026-10-25T02:00:00Z"));
    CHECK_FALSE(appliesAt(night, "2026-03-29T01:00:00Z")); // 03:00, after the skipped hour
}

TEST_CASE("hours that include or exclude the whole week, or nothing, are refused", "[rules]")
{
    const auto problem = [](const std::string &during) { return ruleProblem(ruleWith(R"("during":)" + during)); };
    CHECK_THAT(problem(R"({"timeZone":"UTC"})"), Catch::StartsWith("/during includes every hour of the week"));
    CHECK_THAT(problem(R"({"timeZone":"UTC","outside":true})"), Catch::StartsWith("/during excludes every hour"));
    CHECK_THAT(problem(R"({"timeZone":"UTC","from":"08:00","to":"08:00"})"),
               Catch::StartsWith("/during/to is the same"));
    CHECK(problem(R"({"timeZone":"UTC","days":[]})") == "/during/days has no day");
    CHECK_THAT(problem(R"({"timeZone":"UTC","days":["monday"]})"),
               Catch::StartsWith("/during/days/0 is \"monday\"; it must be"));
    CHECK_THAT(problem(R"({"timeZone":"UTC","from":"8:00"})"),
               Catch::StartsWith("/during/from is \"8:00\", not a time"));
    CHECK_THAT(problem(R"({"timeZone":"UTC","from":"24:01"})"),
               Catch::StartsWith("/during/from is \"24:01\", not a time"));
    CHECK(problem(R"({"days":["mon"]})") == "/during/timeZone is missing");
}

TEST_CASE("the result of a rule says whether it takes an event, and why", "[rules]")
{
    Sample sample;
    sample.facts.now = instantAt("2026-11-30T12:00:00Z");
    using Outcome = RuleResult::Outcome;
    const auto resultOf = [&](const std::string &members) {
        return evaluate(Rule::parse(*jsonObject(ruleWith(members))), sample.facts);
    };
    CHECK(resultOf(R"("mode":"off")").outcome == Outcome::off);
    const RuleResult matched = resultOf(R"("conditions":{"all":["severity=~critical|high"]})");
    CHECK(matched.outcome == Outcome::matched);
    CHECK(matched.rule == "All");
    CHECK(matched.why == "severity=critical matched severity=~\"critical|high\"");
    CHECK(resultOf(R"("conditions":{"all":["severity=low"]})").outcome == Outcome::notMatched);
    const RuleResult late = resultOf(R"("during":{"from":"08:00","to":"12:00","timeZone":"Europe/Oslo"})");
    CHECK(late.outcome == Outcome::notMatched);
    CHECK(late.why == "there are no conditions, and mon 13:00 in Europe/Oslo is outside the hours of the rule");
}

TEST_CASE("a rule without conditions is allowed and said to take everything", "[rules]")
{
    CHECK(Rule::parse(*jsonObject(minimalRule)).warnings().size() == 1);
    CHECK(Rule::parse(*jsonObject(ruleWith(R"("conditions":{"all":["a=1"]})"))).warnings().empty());
    CHECK_THAT(Rule::parse(*jsonObject(R"({"name":"A","do":"suppress"})")).warnings().at(0),
               Catch::Contains("no event that reaches it can become a ticket"));
}

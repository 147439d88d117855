#include "host/events/rules/document.h"
#include "host/events/rules/template.h"
#include "sample.h"

#include <catch2/catch.hpp>

#include <thread>
#include <utility>

using namespace psa::events;
using namespace psa::events::rules;
using psa::tests::instantAt;
using psa::tests::Sample;

namespace {

struct Rendered
{
    std::string text;
    std::vector<std::string> unset;
};

Rendered rendered(const std::string &text, const Sample &sample, const CustomerFacts &customer = {})
{
    Rendered result;
    result.text = Template(text).render(sample.facts, customer, result.unset);
    return result;
}

std::string templateProblem(const std::string &text)
{
    try
    {
        Template{text};
        return "";
    }
    catch (const TemplateInvalid &error)
    {
        return error.what();
    }
}

std::string repeated(const std::string &text, int times)
{
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

} // namespace

TEST_CASE("a template inserts every value of an event, of its customer and of its episode", "[rules]")
{
    Sample sample;
    sample.event.group = "g";
    sample.event.left = 17;
    sample.event.startedAt = instantAt("2026-11-30T02:10:41.337Z");
    sample.event.at = instantAt("2026-11-30T04:00:00Z");
    sample.facts.repeats = 3;
    sample.facts.events = 5;
    CHECK(rendered("{{source}} {{kind}} {{key}} {{group}} {{severity}} {{severityText}} {{repeats}} {{left}} "
                   "{{episode.count}}",
                   sample)
              .text == "prod-alerts problem disk|bw-fs-01 g critical page 3 17 5");
    CHECK(rendered("{{customer}} {{customer.id}} {{customer.name}} {{device}} {{device.id}} {{device.name}} "
                   "{{device.address}}",
                   sample)
              .text == "Brightwater Clinic 27 Brightwater Clinic bw-fs-01 d1 bw-fs-01 10.0.0.5");
    CHECK(rendered("{{startedAt}} {{at}} {{companyName}}", sample, {"Brightwater", "175", "Brightwater AS"}).text ==
          "2026-11-30T02:10:41.337Z 2026-11-30T04:00:00Z Brightwater AS");
    CHECK(rendered("{{labels.team}} {{ labels.app.kubernetes.io/name }}", sample).text == "msp scanner");
    CHECK(rendered("{{#links}}{{label}}: {{url}} ({{title}})\n{{/links}}", sample).text ==
          "source: https://prom.example/graph (Disk C: of bw-fs-01 is full)\n"
          "runbook: https://wiki.example/disk (Disk C: of bw-fs-01 is full)\n");
    CHECK(rendered("{{#labels}}{{name}}={{value}};{{/labels}}", sample).text ==
          "app.kubernetes.io/name=scanner;team=msp;");
}

TEST_CASE("the name of a company that only the customers table knows is the customer's", "[rules]")
{
    const Sample sample;
    CHECK(rendered("{{companyName}}", sample, {"Brightwater Clinic", "175", ""}).text == "Brightwater Clinic");
    CHECK(rendered("{{companyName}}", sample).unset == std::vector<std::string>{"companyName"});
}

TEST_CASE("nothing is escaped in a template's result", "[rules]")
{
    Sample sample;
    sample.event.title = "a < b & \"c\" > 'd'";
    CHECK(rendered("<{{title}}> {{{title}}} {{&title}}", sample).text ==
          "<a < b & \"c\" > 'd'> a < b & \"c\" > 'd' a < b & \"c\" > 'd'");
}

TEST_CASE("the text of an event is never a template, whatever it says", "[rules]")
{
    Sample sample;
    for (const std::string &text :
         {std::string("{{>title}}"), repeated("{{#title}}", 1000) + repeated("{{/title}}", 1000),
          std::string("{{title}}"), std::string("{{=<% %>=}}"), std::string("{{"), std::string("{{{"),
          repeated("{{#a}}", 5000)})
    {
        sample.event.title = text;
        sample.event.text = text;
        sample.event.labels["team"] = text;
        sample.event.links = {{text, "https://x.example/"}};
        CHECK((rendered("{{title}}|{{text}}", sample).text == text + '|' + text));
        CHECK((rendered("{{labels.team}}|{{#links}}{{label}}{{/links}}", sample).text == text + '|' + text));
        CHECK((rendered("{{#title}}{{title}}{{/title}}", sample).text == text));
    }
}

TEST_CASE("a value that is not set is absent, and its name is reported unless the template asks for it", "[rules]")
{
    Sample sample;
    sample.event.text.clear();
    sample.event.labels = {{"empty", ""}};
    sample.event.links.clear();
    const Rendered plain =
        rendered("{{title}}: {{text}} {{labels.empty}} {{labels.none}} {{companyName}} {{text}}", sample);
    CHECK(plain.text == "Disk C: of bw-fs-01 is full:     ");
    CHECK(plain.unset == std::vector<std::string>{"companyName", "labels.empty", "labels.none", "text"});
    const Rendered asked =
        rendered("{{#text}}{{text}}{{/text}}{{^text}}no text{{/text}}{{^links}}no links{{/links}}{{text}}", sample);
    CHECK(asked.text == "no textno links");
    CHECK(asked.unset.empty());
    std::vector<std::string> all{"text"};
    Template("{{text}}{{labels.none}}").render(sample.facts, {}, all);
    CHECK(all == std::vector<std::string>{"text", "labels.none"});
}

TEST_CASE("a line with nothing but a section's tag leaves no line in the result", "[rules]")
{
    Sample sample;
    const auto both = [&](const std::string &text) {
        const std::string with = rendered(text, sample).text;
        const std::string set = std::exchange(sample.event.text, "");
        const std::string without = rendered(text, sample).text;
        sample.event.text = set;
        return with + '|' + without;
    };
    sample.event.title = "T";
    CHECK(both("{{#text}}\n{{title}}\n{{/text}}\nend") == "T\nend|end");
    CHECK(both("{{#text}}\r\n{{title}}\r\n{{/text}}\r\nend") == "T\nend|end");
    CHECK(both("a\n  {{#text}}  \n{{title}}\n\t{{/text}}") == "a\nT\n|a\n");
    CHECK(both("{{#text}}\n\n{{/text}}\n\nend") == "\n\nend|\nend");
    CHECK(both("a {{#text}}\n{{title}}{{/text}} b") == "a \nT b|a  b");
    CHECK(both("{{! why }}\n{{title}}\n{{^text}}\nnone\n{{/text}}") == "T\n|T\nnone\n");
    CHECK(both("{{#text}}{{title}}\n{{/text}}\nend") == "T\nend|end");
}

TEST_CASE("all names of a template are known, also those in branches that are not taken", "[rules]")
{
    const Template text("{{title}}{{#text}}{{labels.a}}{{#links}}{{label}}{{device}}{{/links}}{{/text}}{{! comment }}");
    CHECK(text.names() == std::vector<std::string>{"device", "labels.a", "links", "text", "title"});
    CHECK(Template().names().empty());
    CHECK(Template("x").names().empty());
}

TEST_CASE("what must not be in a template is refused with its line and character", "[rules]")
{
    const auto at = [](int line, int character) {
        return "is not a valid template: at line " + std::to_string(line) + ", character " + std::to_string(character) +
               ", ";
    };
    CHECK(templateProblem("a\nb {{>title}}") == at(2, 3) + "{{> would insert another template, which is not possible");
    CHECK(templateProblem("{{=<% %>=}}") == at(1, 1) + "{{= would change the delimiters, which is not possible");
    CHECK(templateProblem("{{{=<% %>=}}}") == at(1, 1) + "{{= would change the delimiters, which is not possible");
    CHECK_THAT(templateProblem("{{severty}}"), Catch::StartsWith(at(1, 1) + "\"severty\" is not a known name. Similar: "
                                                                            "\"severity\""));
    CHECK_THAT(templateProblem("{{#none}}{{team}}{{/none}}"), Catch::Contains("\"none\" is not a known name"));
    CHECK_THAT(templateProblem("{{^text}}{{team}}{{/text}}"), Catch::Contains("For a label, write {{labels.team}}"));
    CHECK(templateProblem("{{title") == at(1, 1) + "a tag is opened with {{ and not closed with }}");
    CHECK(templateProblem("{{{title}}") == at(1, 1) + "a tag is opened with {{{ and not closed with }}}");
    CHECK(templateProblem("x{{") == at(1, 2) + "a tag is opened with {{ and not closed with }}");
    CHECK(templateProblem("{{}}") == at(1, 1) + "a tag has no name");
    CHECK(templateProblem("{{#}}") == at(1, 1) + "a tag has no name");
    CHECK(templateProblem("{{#text}}x") == at(1, 1) + "the section {{#text}} is not closed with {{/text}}");
    CHECK(templateProblem("{{/text}}") == at(1, 1) + "{{/text}} closes a section that is not open");
    CHECK(templateProblem("{{#text}}{{/title}}") == at(1, 10) + "{{/title}} closes the section {{#text}}");
    CHECK(templateProblem("{{url}}") == at(1, 1) + "\"url\" exists within {{#links}} and {{/links}} only");
    CHECK_THAT(templateProblem("{{links}}"),
               Catch::Contains("\"links\" is a list; use it as {{#links}}{{label}} {{url}}{{/links}}"));
    CHECK_THAT(templateProblem("{{#links}}{{#labels}}{{/labels}}{{/links}}"),
               Catch::Contains("a list is within a list"));
    CHECK_THAT(templateProblem("{{.}}"), Catch::Contains("is not a known name"));
    CHECK(templateProblem("\xFF") == "is not valid UTF-8");
}

TEST_CASE("a template is bounded in size and depth", "[rules]")
{
    CHECK(templateProblem(std::string(8192, 'a')).empty());
    CHECK(templateProblem(std::string(8193, 'a')) == "is a template of more than 8192 bytes");
    CHECK(templateProblem(repeated("{{#text}}", 16) + repeated("{{/text}}", 16)).empty());
    CHECK_THAT(templateProblem(repeated("{{#text}}", 17) + repeated("{{/text}}", 17)),
               Catch::Contains("more than 16 sections"));
}

TEST_CASE("a result that is too long is cut between characters, and one that takes too much work fails", "[rules]")
{
    Sample sample;
    sample.event.text = repeated("ä", 30000);
    const std::string cut = rendered("{{text}}{{text}}", sample).text;
    CHECK(cut.size() <= 65536);
    CHECK(cut.size() > 65530);
    CHECK(cut.ends_with("ä…"));
    CHECK_THROWS_AS(rendered(repeated("{{text}}", 100), sample), RuleFailed);
    sample.event.text = "x";
    for (int i = 0; i < 500; ++i)
        sample.event.links.push_back({"l", "https://x.example/"});
    CHECK_THROWS_AS(rendered("{{#links}}" + repeated("{{text}}", 900) + "{{/links}}", sample), RuleFailed);
    CHECK(rendered("{{#links}}" + std::string(8100, 'a') + "{{/links}}", sample).text.size() <= 65536);
    CHECK(rendered("{{#links}}{{label}}{{/links}}", sample).text.size() < 1000); // the first 100 of them
}

TEST_CASE("several threads can use one template", "[rules]")
{
    const Sample sample;
    const Template text("{{#text}}{{title}} {{labels.team}}{{/text}}{{#links}}{{label}} {{/links}}");
    std::vector<std::thread> threads;
    std::vector<int> right(4);
    for (int &count : right)
        threads.emplace_back([&] {
            std::vector<std::string> unset;
            for (int i = 0; i < 200; ++i)
                count +=
                    text.render(sample.facts, {}, unset) == "Disk C: of bw-fs-01 is full mspsource runbook " ? 1 : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK(right == std::vector<int>(4, 200));
}

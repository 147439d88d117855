// What an event costs that many rules look at.
#include "host/events/rules/rule.h"
#include "host/json/strict_json.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

namespace psa::bench {
namespace {

using events::rules::Facts;
using events::rules::Rule;

events::Event commonEvent()
{
    events::Event event;
    event.kind = events::EventKind::problem;
    event.key = "{}/{team=\"msp\"}:{alertname=\"DiskAlmostFull\", customer=\"Brightwater Clinic\"}";
    event.severity = events::Severity::critical;
    event.severityText = "critical";
    event.customer.name = "Brightwater Clinic";
    event.device.name = "bw-fs-01:9100";
    event.title = "/srv/scans on bw-fs-01 has 3 % left";
    event.text = "Free space fell below 5 % at 02:10.\nOldest scans can be moved to the archive.";
    event.labels = {{"alertname", "DiskAlmostFull"}, {"customer", "Brightwater Clinic"},
                    {"instance", "bw-fs-01:9100"},   {"job", "node"},
                    {"mountpoint", "/srv/scans"},    {"severity", "critical"}};
    return event;
}

/// Rules with 64 matchers each; the first holds, the second does not. Each rule has a pattern of its own.
std::vector<Rule> rulesFor(std::size_t count, const std::string &second)
{
    std::vector<Rule> rules;
    for (std::size_t i = 0; i < count; ++i)
    {
        std::string matchers = R"("severity=~\"critical|high\"",")" + second + std::to_string(i) + R"(\"")";
        for (int k = 2; k < 64; ++k)
            matchers += R"(,"labels.l)" + std::to_string(k) + R"(=~\"a|b\"")";
        const auto document =
            json::parseStrict(R"({"name":"r","ticket":{"connection":"acme"},"conditions":{"all":[)" + matchers + "]}}");
        rules.push_back(Rule::parse(*document.extract<Poco::JSON::Object::Ptr>()));
    }
    return rules;
}

void noneMatches(benchmark::State &state, const char *second)
{
    const std::vector<Rule> rules = rulesFor(static_cast<std::size_t>(state.range(0)), second);
    const events::Event event = commonEvent();
    Facts facts;
    facts.event = &event;
    facts.source = "prod-alerts";
    for (auto _ : state)
        for (const Rule &rule : rules)
            if (rule.appliesTo(facts))
                return state.SkipWithError("a rule matches");
}

void text(benchmark::State &state)
{
    noneMatches(state, R"(customer.name=\"Customer )");
}

void pattern(benchmark::State &state)
{
    noneMatches(state, R"(title=~\".*(cpu|memory|load).* on host-)");
}

BENCHMARK(text)->Name("an event that fails the second of 64 matchers, a text/1 rule")->Arg(1);
BENCHMARK(text)
    ->Name("an event that fails the second of 64 matchers, a text/1,000 rules")
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(pattern)->Name("an event that fails the second of 64 matchers, a pattern/1 rule")->Arg(1);
BENCHMARK(pattern)
    ->Name("an event that fails the second of 64 matchers, a pattern/1,000 rules")
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);

} // namespace
} // namespace psa::bench

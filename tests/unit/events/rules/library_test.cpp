#include "host/events/rules/library.h"
#include "host/events/rules/rule.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "sample.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

using namespace psa::events;
using namespace psa::events::rules;
using Poco::JSON::Object;
using psa::tests::instantAt;
using psa::tests::jsonObject;

namespace {

/// The rule of the library with a connection.
Rule answeredRule(const LibraryRule &entry)
{
    const Object::Ptr document = jsonObject(psa::json::toText(*entry.rule));
    if (document->has("ticket"))
        document->getObject("ticket")->set("connection", "acme");
    return Rule::parse(*document);
}

/// Event `index` of a preset's sample.
Event presetEvent(const std::string &preset, const std::string &sample, unsigned index)
{
    std::ifstream file(PSA_SOURCE_DIR "/host/events/presets/" + preset + "/expected.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto all = psa::json::parseStrict(text, {1U << 24U, 32}).extract<Object::Ptr>();
    return eventFrom(*all->getObject(sample)->getArray("events")->getObject(index));
}

/// The rules of the library that take the event, but for "everything".
std::set<std::string> takenBy(const Event &event, const std::string &now)
{
    Facts facts;
    facts.event = &event;
    facts.source = "source";
    facts.now = instantAt(now);
    std::set<std::string> names;
    for (const LibraryRule &entry : library())
        if (answeredRule(entry).appliesTo(facts) && entry.name != "everything")
            names.insert(entry.name);
    return names;
}

Event titled(const std::string &title, Severity severity = Severity::high)
{
    Event event;
    event.kind = EventKind::problem;
    event.key = "k";
    event.title = title;
    event.severity = severity;
    return event;
}

const std::string businessHours = "2026-11-30T12:00:00Z"; // a Monday
const std::string night = "2026-11-30T23:00:00Z";

} // namespace

TEST_CASE("each rule of the library is valid once it has a connection, starts in dry run and asks for what it lacks",
          "[rules]")
{
    CHECK(library().size() >= 8);
    std::set<std::string> ruleNames;
    for (const LibraryRule &entry : library())
    {
        INFO(entry.name);
        const Rule rule = answeredRule(entry);
        CHECK(rule.mode == RuleMode::dryRun);
        CHECK(ruleNames.insert(rule.name).second);
        CHECK_FALSE(entry.title.empty());
        CHECK(entry.description.ends_with('.'));
        bool asksForConnection = false;
        for (const LibraryQuestion &question : entry.questions)
        {
            asksForConnection = asksForConnection || question.pointer == "/ticket/connection";
            // Names a member that the rule has.
            Object::Ptr at = entry.rule;
            const std::size_t last = question.pointer.rfind('/');
            for (std::size_t begin = 1; begin < last; begin = question.pointer.find('/', begin) + 1)
                at = at->getObject(question.pointer.substr(begin, question.pointer.find('/', begin) - begin));
            CHECK(at->has(question.pointer.substr(last + 1)));
        }
        CHECK(asksForConnection == (rule.action == RuleAction::ticket));
    }
    CHECK(library().front().name == "noisy-alert");
    CHECK(library().back().name == "everything");
    CHECK(toJson(library().front())->getObject("rule")->getValue<std::string>("name") == "Noise");
}

TEST_CASE("the rules of the library take what senders report of their subject, and nothing else", "[rules]")
{
    struct Expected
    {
        std::string preset;
        std::string sample;
        unsigned index;
        std::set<std::string> rules;
    };
    const std::vector<Expected> all{
        {"alertmanager", "alertmanager-firing.json", 0, {"disk-almost-full"}},
        {"alertmanager", "03a-first-outage.json", 0, {"host-down", "critical-alert"}},
        {"alertmanager", "19-mixed-customers.json", 0, {"certificate-expires"}},
        {"alertmanager", "alertmanager-two-customers.json", 0, {"backup-failed"}},
        {"alertmanager", "alertmanager-two-customers.json", 1, {"backup-failed", "critical-alert"}},
        {"checkmk", "checkmk-service-problem.json", 0, {"disk-almost-full", "critical-alert"}},
        {"checkmk", "host-down.json", 0, {"host-down", "critical-alert"}},
        {"checkmk", "host-unreach.json", 0, {"host-down"}},
        {"cloudevents", "cloudevents-structured.json", 0, {"on-battery"}},
        {"cloudevents", "severity-info.json", 0, {"on-battery", "noisy-alert"}},
        {"datto-rmm", "datto-rmm-triggered.json", 0, {"disk-almost-full", "critical-alert"}},
        {"grafana", "grafana-firing.json", 0, {}},
        {"icinga", "icinga-host-problem.txt", 0, {"host-down", "critical-alert"}},
        {"n-central", "warning.txt", 0, {"disk-almost-full"}},
        {"nagios", "host-unreachable.txt", 0, {"host-down"}},
        {"ninjaone", "severity-moderate.json", 0, {"disk-almost-full"}},
        {"ninjaone", "severity-none.json", 0, {"disk-almost-full"}},
        {"prtg", "priority-3.txt", 0, {"host-down"}},
        {"prtg", "status-warning.txt", 0, {"critical-alert"}},
        {"sentry", "sentry-issue-alert.json", 0, {}},
        {"tactical-rmm", "tactical-rmm-failure.json", 0, {"disk-almost-full"}},
        {"uptime-kuma", "certificate.json", 0, {"certificate-expires"}},
        {"uptime-kuma", "uptimekuma-domain.json", 0, {"certificate-expires"}},
        {"uptime-kuma", "uptimekuma-down.json", 0, {"host-down"}},
        {"uptime-kuma", "psa-provider-down.json", 0, {"host-down"}},
        {"veeam", "veeam-one-script.json", 0, {"backup-failed"}},
        {"veeam", "one-information.json", 0, {"noisy-alert"}},
    };
    for (const Expected &each : all)
    {
        INFO(each.preset << "/" << each.sample);
        const Event event = presetEvent(each.preset, each.sample, each.index);
        CHECK(takenBy(event, businessHours) == each.rules);
        std::set<std::string> atNight = each.rules;
        if (atNight.contains("host-down"))
            atNight.insert("offline-out-of-hours");
        CHECK(takenBy(event, night) == atNight);
    }
}

TEST_CASE("the rules of the library leave alone what only sounds like their subject", "[rules]")
{
    CHECK(takenBy(titled("Disk failure predicted on bay 4"), businessHours).empty());
    CHECK(takenBy(titled("Drive letter changed"), businessHours).empty());
    CHECK(takenBy(titled("User download limit reached"), businessHours).empty());
    CHECK(takenBy(titled("Certificate installed"), businessHours).empty());
    CHECK(takenBy(titled("Backup job finished with success"), businessHours).empty());
    CHECK(takenBy(titled("Battery of the keyboard is low"), businessHours).empty());
    CHECK(takenBy(titled("Countdown started"), businessHours).empty());
    CHECK(takenBy(titled("Watchdog", Severity::critical), businessHours) == std::set<std::string>{"critical-alert"});
    Event watchdog = titled("An alert that should always be firing");
    watchdog.labels["alertname"] = "Watchdog";
    CHECK(takenBy(watchdog, businessHours) == std::set<std::string>{"noisy-alert"});
}

TEST_CASE("the last rule of the library takes everything", "[rules]")
{
    const Event event = titled("anything");
    Facts facts;
    facts.event = &event;
    CHECK(answeredRule(library().back()).appliesTo(facts));
}

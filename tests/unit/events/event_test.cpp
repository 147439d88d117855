#include "host/events/event.h"
#include "host/events/instants.h"
#include "host/json/json_text.h"
#include "host/plugin/documents.h"

#include <catch2/catch.hpp>

using namespace psa;
using namespace psa::events;

namespace {

Event wholeEvent()
{
    Event event;
    event.kind = EventKind::problem;
    event.key = "{}:{alertname=\"BackupMissed\"}|Lindgren Foods";
    event.group = "{}:{alertname=\"BackupMissed\"}";
    event.occurrence = "2026-11-30T06:05:00Z";
    event.severity = Severity::critical;
    event.severityText = "page";
    event.customer = {"9", "Lindgren Foods"};
    event.device = {"10611", "lf-sql-02", "10.20.4.12"};
    event.title = "No backup since Friday \xF0\x9F\x94\xB4";
    event.text = "Two lines:\nthis is the second.";
    event.startedAt = instantFromRfc3339("2026-11-30T06:05:00Z");
    event.at = instantFromRfc3339("2026-11-30T07:15:00.120331+01:00");
    event.links = {{"source", "https://prom.example/graph?a=1"}};
    event.labels = {{"app.kubernetes.io/name", "sql"}, {"severity", "page"}};
    event.left = 17;
    event.deliveryId = "901277";
    event.parts = {"00f0e1d2c3b4a596", "99f0e1d2c3b4a596"};
    return event;
}

Event parsed(const std::string &json)
{
    return eventFrom(*json::parseObject(json));
}

std::string problemOfEvent(const std::string &json)
{
    try
    {
        parsed(json);
    }
    catch (const plugin::InvalidDocument &error)
    {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("An event is the same after it was stored as JSON", "[events]")
{
    const Event event = wholeEvent();
    CHECK(parsed(json::toText(*toJson(event))) == event);
}

TEST_CASE("What is not known of an event is null in its JSON", "[events]")
{
    Event event;
    event.kind = EventKind::test;
    event.title = "PSA Testing";
    CHECK(json::jsonText(toJson(event)) ==
          R"({"at":null,"customer":null,"deliveryId":null,"device":null,"key":null,"kind":"test","labels":{},"left":0,)"
          R"("links":[],"occurrence":null,"severity":null,"severityText":null,"startedAt":null,"text":null,)"
          R"("title":"PSA Testing"})");
    CHECK(parsed(json::toText(*toJson(event))) == event);
}

TEST_CASE("A customer of which only the name is known has no id in the JSON of an event", "[events]")
{
    Event event = wholeEvent();
    event.customer = {"", "Lindgren Foods"};
    CHECK(json::jsonText(toJson(event)->get("customer")) == R"({"name":"Lindgren Foods"})");
}

TEST_CASE("An event written by a human is refused with the place of the mistake", "[events]")
{
    CHECK(problemOfEvent(R"({"kind":"problem","key":"1","title":"x"})").empty());
    CHECK_THAT(problemOfEvent(R"({"kind":"alarm","key":"1","title":"x"})"), Catch::StartsWith("/kind: "));
    CHECK_THAT(problemOfEvent(R"({"kind":"problem","key":"1"})"), Catch::Contains("title"));
    CHECK_THAT(problemOfEvent(R"({"kind":"problem","key":"1","title":"x","colour":"red"})"), Catch::Contains("colour"));
    CHECK_THAT(problemOfEvent(R"({"kind":"update","key":"  ","title":"x"})"), Catch::StartsWith("/key: is missing"));
    CHECK_THAT(problemOfEvent(R"({"kind":"recovery","key":"1","title":"x","severity":"high"})"),
               Catch::StartsWith("/severity: "));
    CHECK_THAT(problemOfEvent(R"({"kind":"test","title":"x","startedAt":"yesterday"})"),
               Catch::StartsWith("/startedAt: ") && Catch::Contains("2026-11-30T10:15:42Z"));
    CHECK_THAT(problemOfEvent(R"({"kind":"test","title":"x","links":[{"label":"a","url":"javascript:alert"}]})"),
               Catch::StartsWith("/links/0/url: "));
    CHECK_THAT(problemOfEvent(R"({"kind":"test","title":"x","labels":{"a":5}})"), Catch::StartsWith("/labels/a: "));
}

TEST_CASE("An instant is written with as few digits of its second as it needs", "[events]")
{
    const auto written = [](const char *text) { return toText(instantFromRfc3339(text).value()); };
    CHECK(written("2026-11-30T02:10:41.337Z") == "2026-11-30T02:10:41.337Z");
    CHECK(written("2026-11-30T07:09:02.500Z") == "2026-11-30T07:09:02.5Z");
    CHECK(written("2026-11-30T10:00:00.000000Z") == "2026-11-30T10:00:00Z");
    CHECK(written("2026-11-30T10:00:00.000001Z") == "2026-11-30T10:00:00.000001Z");
}

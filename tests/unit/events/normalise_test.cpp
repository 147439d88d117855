#include "host/events/normalise.h"
#include "host/json/json_text.h"

#include <catch2/catch.hpp>

using namespace psa;
using namespace psa::events;

namespace {

Event oneEvent(const std::string &members, const std::string &zone = "Europe/Oslo")
{
    const auto result = normalise("[[{\"kind\":\"problem\",\"key\":\"k\",\"title\":\"t\"," + members + "}]]", zone);
    return result.events.at(0);
}

std::string problemOfEvents(const std::string &json)
{
    try
    {
        normalise(json, "");
        return "";
    }
    catch (const EventsInvalid &error)
    {
        return error.what();
    }
}

std::vector<std::string> notesOf(const std::string &members, const std::string &zone = "")
{
    return normalise("[{\"kind\":\"problem\",\"key\":\"k\",\"title\":\"t\"," + members + "}]", zone).notes;
}

std::string timeOf(const std::optional<Instant> &instant)
{
    return instant ? toText(*instant) : "none";
}

} // namespace

TEST_CASE("A reader may return events one by one, in lists, or none", "[events]")
{
    const std::string event = R"({"kind":"test","title":"t"})";
    CHECK(normalise("[" + event + "," + event + "]", "").events.size() == 2);
    CHECK(normalise("[[" + event + "]," + event + "]", "").events.size() == 2);
    CHECK(normalise("[]", "").events.empty());
    CHECK(normalise("[[]]", "").events.empty());
}

TEST_CASE("What is wrong with events is said with the number of the event and the member", "[events]")
{
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t"},{"kind":"problem","title":"t","key":" "}])"),
               Catch::StartsWith("event 2: \"key\" is missing"));
    CHECK_THAT(problemOfEvents(R"([{"title":"t"}])"), Catch::StartsWith("event 1: \"kind\" is missing"));
    CHECK_THAT(problemOfEvents(R"([{"kind":"alarm","title":"t"}])"), Catch::Contains("it is \"alarm\""));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","severity":"sev1"}])"),
               Catch::StartsWith("event 1: \"severity\""));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","titel":"t"}])"), Catch::Contains("\"titel\""));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":{"a":1}}])"), Catch::Contains("\"title\" must be a text"));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","labels":[1]}])"),
               Catch::Contains("\"labels\" must be an object"));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","links":"http://x"}])"),
               Catch::Contains("\"links\" must be a list"));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","at":[1]}])"), Catch::Contains("\"at\" must be a time"));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","at":{"first":[1]}}])"), Catch::Contains("earliest"));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","left":-1}])"), Catch::Contains("\"left\""));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","left":"many"}])"), Catch::Contains("\"left\""));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","device":{"hostname":"x"}}])"),
               Catch::Contains("id, name and address"));
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","at":{"text":"1","format":"%H","zone":"Europe/Olso"}}])"),
               Catch::Contains("Europe/Olso"));
    CHECK_THAT(problemOfEvents(R"(["down"])"), Catch::Contains("event 1: must be an object"));
    CHECK_THAT(problemOfEvents("nonsense"), Catch::Contains("cannot be read"));
}

TEST_CASE("A time zone that the system does not have is named", "[events]")
{
    CHECK_THROWS_WITH(normalise(R"([{"kind":"test","title":"t"}])", "Europe/Olso"), Catch::Contains("Europe/Olso"));
}

TEST_CASE("A message about an event does not repeat a long value", "[events]")
{
    CHECK(problemOfEvents(R"([{"kind":")" + std::string(10'000, 'x') + R"(","title":"t"}])").size() < 200);
}

TEST_CASE("Numbers and booleans given for texts become texts", "[events]")
{
    const Event event = oneEvent(
        R"("occurrence":481516,"customer":{"id":27,"name":null},"device":{"id":2099.0},"labels":{"a":true,"b":1.5,"c":null,"d":" ","e":[1]})");
    CHECK(event.occurrence == "481516");
    CHECK(event.customer == Party{"27", ""});
    CHECK(event.device.id == "2099");
    CHECK(event.labels == std::map<std::string, std::string>{{"a", "true"}, {"b", "1.5"}, {"e", "[1]"}});
}

TEST_CASE("A customer or a device may be given by its name alone", "[events]")
{
    const Event event = oneEvent(R"("customer":"Lindgren Foods","device":"lf-sql-02")");
    CHECK(event.customer == Party{"", "Lindgren Foods"});
    CHECK(event.device == Device{"", "lf-sql-02", ""});
    CHECK(toJson(oneEvent(R"("customer":{"id":" ","name":null},"device":null)"))->isNull("customer"));
}

TEST_CASE("Only problems and updates have a severity, and recoveries keep its text", "[events]")
{
    CHECK(oneEvent(R"("severity":"high","severityText":"page")").severity == Severity::high);
    const Event recovery =
        normalise(R"([{"kind":"recovery","key":"k","title":"t","severity":"high","severityText":"page"}])", "")
            .events.at(0);
    CHECK_FALSE(recovery.severity);
    CHECK(recovery.severityText == "page");
}

TEST_CASE("Of several times the earliest or the latest counts, and zero times do not", "[events]")
{
    CHECK(timeOf(oneEvent(
                     R"("at":{"earliest":["2026-11-30T02:00:00Z","0001-01-01T00:00:00Z","2026-11-30T02:30:00+01:00"]})")
                     .at) == "2026-11-30T01:30:00Z");
    CHECK(timeOf(oneEvent(R"("at":{"latest":[null,1796032800,"2026-11-30T02:00:00Z"]})").at) == "2026-11-30T10:00:00Z");
    CHECK(timeOf(oneEvent(R"("at":{"latest":[]})").at) == "none");
    CHECK(oneEvent(R"("occurrence":{"earliest":["2026-11-30T03:00:00+01:00"]})").occurrence == "2026-11-30T02:00:00Z");
    CHECK(notesOf(R"("at":"0001-01-01T00:00:00Z","startedAt":0)").empty());
}

TEST_CASE("A time that is not understood is left out, with a note", "[events]")
{
    CHECK_THAT(notesOf(R"("at":"yesterday")").at(0),
               Catch::StartsWith("event 1: \"at\" was left out") && Catch::Contains("yesterday"));
    CHECK_THAT(notesOf(R"("at":"2026-11-30 10:00:00")").at(0), Catch::Contains("no time zone"));
    CHECK(timeOf(oneEvent(R"("at":"2026-11-30 10:00:00")").at) == "2026-11-30T09:00:00Z");
    CHECK(timeOf(oneEvent(R"("at":{"text":"30/11/2026 10:00:00","format":"%d/%m/%Y %H:%M:%S","zone":"UTC"})").at) ==
          "2026-11-30T10:00:00Z");
    CHECK_THAT(notesOf(R"("at":{"text":"noon","format":"%H:%M"})").at(0), Catch::Contains("%H:%M"));
}

TEST_CASE("Links other than of the web are left out, and each address stands once", "[events]")
{
    const std::string links =
        R"("links":[{"label":"a","url":"https://x.example/1"},{"label":"b","url":"javascript:alert"},{"url":" HTTP://y.example "},{"label":"c","url":"https://x.example/1"},)"
        R"({"label":"d","url":"https://x.example/<script>"},{"label":"e","url":null},null])";
    CHECK(oneEvent(links).links == std::vector<Link>{{"a", "https://x.example/1"}, {"link", "HTTP://y.example"}});
    CHECK(notesOf(links).size() == 2);
}

TEST_CASE("Labels are bounded in number and length", "[events]")
{
    std::string labels = "\"labels\":{";
    for (int i = 0; i < 200; ++i)
        labels += "\"l" + std::to_string(i) + "\":\"" + std::string(9000, 'x') + "\",";
    labels.back() = '}';
    const Event event = oneEvent(labels);
    CHECK(event.labels.size() == 64);
    CHECK(event.labels.begin()->second.size() < 4100);
    CHECK(notesOf(labels).size() == 1);
}

TEST_CASE("Two long keys stay different when they are cut", "[events]")
{
    const Event one = oneEvent("\"group\":\"" + std::string(10'000, 'x') + "1\"");
    const Event two = oneEvent("\"group\":\"" + std::string(10'000, 'x') + "2\"");
    CHECK(one.group.size() <= 4000);
    CHECK(one.group != two.group);
    CHECK(oneEvent("\"group\":\"" + std::string(10'000, 'x') + "1\"") == one);
}

TEST_CASE("An event without a title is named after something else that it has", "[events]")
{
    const auto titleOf = [](const std::string &members) {
        return normalise("[{\"kind\":\"problem\",\"key\":\"the key\"" + members + "}]", "").events.at(0).title;
    };
    CHECK(titleOf(R"(,"text":"Disk full\nmore","title":" ")") == "Disk full");
    CHECK(titleOf(R"(,"device":"lf-sql-02")") == "lf-sql-02");
    CHECK(titleOf("") == "the key");
}

TEST_CASE("The text of an event may be HTML", "[events]")
{
    CHECK(oneEvent(R"("text":{"html":"<p>a &amp; b</p>"})").text == "a & b");
    CHECK_THAT(problemOfEvents(R"([{"kind":"test","title":"t","text":{"markdown":"x"}}])"), Catch::Contains("html"));
}

TEST_CASE("Whatever a reader returned, its events can be stored and read back", "[events]")
{
    const std::string members =
        R"("key":"a\u0000b","labels":{"x\u0001":"\u0007"},"parts":["p",1,null,""],"left":"7","text":"\u0000","deliveryId":5,"severityText":"a\nb","device":{"address":"x\u009by"})";
    const Event event = normalise("[{\"kind\":\"problem\",\"title\":\"\\u0000\"," + members + "}]", "").events.at(0);
    CHECK(event.key == "a\uFFFDb");
    CHECK(event.parts == std::set<std::string>{"p", "1"});
    CHECK(event.left == 7);
    CHECK(eventFrom(*json::parseObject(json::toText(*toJson(event)))) == event);
}

TEST_CASE("A delivery cannot make more events than one transaction should store", "[events]")
{
    std::string list = "[[";
    for (std::size_t i = 0; i <= maxEventsOfDelivery; ++i)
        list += R"({"kind":"test","title":"t"},)";
    list.back() = ']';
    CHECK_THAT(problemOfEvents(list + "]"), Catch::Contains("5001 events"));
}

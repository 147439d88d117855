#include "host/plugin/documents.h"

#include <psa/results.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <catch2/catch.hpp>

using psa::plugin::parseDocument;

namespace {

const std::string wild = "\"\\\x01\n\xFF𝄞</script>";

} // namespace

TEST_CASE("results of the glue match their schemas", "[glue]")
{
    CHECK(psa::ticketResult({"4711", "", "", ""}) == R"({"version":1,"ticket":{"id":"4711"}})");
    CHECK(
        psa::ticketResult({"4711", "EX-1", "https://x/1", "New"}, {{"Clipped.", "title", ""}, {"Odd.", "", "Look."}}) ==
        R"({"version":1,"ticket":{"id":"4711","number":"EX-1","url":"https://x/1","status":"New"},)"
        R"("warnings":[{"message":"Clipped.","field":"title"},{"message":"Odd.","hint":"Look."}]})");
    CHECK(psa::foundTickets({}) == R"({"version":1,"tickets":[]})");
    CHECK(psa::foundTickets({{"1", "", "", ""}, {"2", "", "", ""}}) ==
          R"({"version":1,"tickets":[{"id":"1"},{"id":"2"}]})");
    CHECK(psa::testResult("Connected") == R"({"version":1,"summary":"Connected","details":[]})");
    CHECK(
        psa::choicesPage({{"1", "Desk"}, {"8", "Old", false}}, "next") ==
        R"({"version":1,"items":[{"id":"1","label":"Desk"},{"id":"8","label":"Old","active":false}],"nextCursor":"next"})");
}

TEST_CASE("no text of a PSA breaks the schema of a result", "[glue]")
{
    const std::string longText(100000, 'x');
    for (const std::string &text : {wild, longText, std::string("x")})
    {
        CHECK_NOTHROW(parseDocument("ticket-result", psa::ticketResult({"1", "", "", ""}, {{text, "title", text}})));
        CHECK_NOTHROW(parseDocument("test-result", psa::testResult(text, {{"Role", text}}, {{text, "", text}})));
        CHECK_NOTHROW(parseDocument("choices", psa::choicesPage({{"1", text, true, text}, {text, ""}, {"", text}})));
        CHECK_NOTHROW(parseDocument("ticket-result", psa::ticketResult({"1", text, "https://x/" + text, text})));
        CHECK_NOTHROW(parseDocument("ticket-result", psa::ticketResult({"1", "", text, ""}, {{"x", text, ""}})));
        CHECK_NOTHROW(parseDocument("test-result", psa::testResult("x", {{text, "value"}})));
    }
    CHECK_NOTHROW(
        parseDocument("found-tickets", psa::foundTickets(std::vector<psa::Ticket>(200, {"1", wild, "", wild}))));
    CHECK_NOTHROW(parseDocument("ticket-result",
                                psa::ticketResult({"1", "", "", ""}, std::vector<psa::Warning>(60, {"x", "", ""}))));
}

TEST_CASE("results of updates match their schemas", "[glue]")
{
    CHECK(
        psa::updateDescription({32000, 60, {"Complete"}, {"In Progress"}, {"status", "device"}, {"device"}, true}) ==
        R"({"version":1,"noteMaxLength":32000,"quietSeconds":60,"resolvedStatuses":["Complete"],)"
        R"("reopenedStatuses":["In Progress"],"changes":["status","device"],"afterCreate":["device"],"removesNotes":true})");
    CHECK_NOTHROW(parseDocument("update-description", psa::updateDescription({200, 0, {}, {}, {}, {}, false})));
    CHECK(psa::noteResult("7", {{"Clipped.", "text", ""}}) ==
          R"({"version":1,"note":{"id":"7"},"warnings":[{"message":"Clipped.","field":"text"}]})");
    CHECK(psa::foundNotes({}) == R"({"version":1,"notes":[]})");
    CHECK(psa::foundNotes({"7", "9"}) == R"({"version":1,"notes":[{"id":"7"},{"id":"9"}]})");
    CHECK(psa::changeResult({}) == R"({"version":1,"changed":[]})");
    CHECK(
        psa::changeResult({"status"}, {"5", "Complete"}, {{"Odd."}}) ==
        R"({"version":1,"changed":["status"],"status":{"id":"5","label":"Complete"},"warnings":[{"message":"Odd."}]})");
    psa::Activity activity;
    activity.watermark = "w";
    CHECK(psa::activityResult(activity) == R"({"version":1,"touched":"unclear","closed":false,"watermark":"w"})");
    activity = {psa::Touched::yes,
                {{"Jane Doe wrote a note", "2026-11-24T17:00:00.123+01:00"}, {"", "yesterday"}},
                {"5", ""},
                true,
                {"9", "T9", "", ""},
                true,
                "w"};
    CHECK(
        psa::activityResult(activity) ==
        R"({"version":1,"touched":"yes","by":[{"what":"Jane Doe wrote a note","at":"2026-11-24T17:00:00.123+01:00"},)"
        R"({"what":"Something was changed"}],"status":{"id":"5"},"closed":true,"mergedInto":{"id":"9","number":"T9"},)"
        R"("deleted":true,"watermark":"w"})");
    activity.touched = psa::Touched::no;
    CHECK_THAT(psa::activityResult(activity), Catch::Contains(R"("touched":"no")"));
}

TEST_CASE("no text of a PSA breaks the schema of an update's result", "[glue]")
{
    const std::string longText(100000, 'x');
    for (const std::string &text : {wild, longText, std::string("x"), std::string()})
    {
        CHECK_NOTHROW(parseDocument("note-result", psa::noteResult("1", {{text.empty() ? "x" : text, text, text}})));
        CHECK_NOTHROW(parseDocument("change-result", psa::changeResult({"queue"}, {text, text})));
        const std::vector<psa::Touch> by(30, {text, text});
        CHECK_NOTHROW(parseDocument(
            "activity", psa::activityResult({psa::Touched::yes, by, {text, text}, false, {text, text}, false, "w"})));
    }
    CHECK_NOTHROW(parseDocument("found-notes", psa::foundNotes(std::vector<std::string>(200, "1"))));
}

TEST_CASE("of many touches the latest ones are kept", "[glue]")
{
    psa::Activity activity;
    activity.watermark = "w";
    for (int i = 0; i < 25; ++i)
        activity.by.push_back({"touch " + std::to_string(i) + "."});
    CHECK_THAT(psa::activityResult(activity),
               Catch::Contains(R"("by":[{"what":"touch 5."})") && Catch::Contains(R"({"what":"touch 24."}])"));
}

TEST_CASE("a note that is too long for the PSA is truncated, with a warning", "[glue]")
{
    std::vector<psa::Warning> warnings;
    CHECK(psa::fitNote("Example PSA", "two\nlines", 9, warnings) == "two\nlines");
    CHECK(warnings.empty());
    CHECK(psa::fitNote("Example PSA", "Disk full on FS01", 10, warnings) == "Disk f […]");
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0].message, Catch::Contains("the 10 characters that Example PSA allows"));
    CHECK(warnings[0].field == "text");
}

TEST_CASE("an id is never truncated, because it would be another ticket's", "[glue]")
{
    const std::string longest(200, '7');
    CHECK_THAT(psa::ticketResult({longest}), Catch::Contains(longest));
    CHECK_THROWS_WITH(psa::ticketResult({longest + "7"}), Catch::Contains("a ticket id of 201 bytes"));
    CHECK_THROWS_WITH(psa::ticketResult({std::string("7\0008", 3)}), Catch::Contains("a ticket id of 3 bytes"));
    CHECK_THROWS_WITH(psa::foundTickets({{""}}), Catch::Contains("a ticket id of 0 bytes"));
    CHECK_THROWS_WITH(psa::noteResult(longest + "7"), Catch::Contains("a note id of 201 bytes"));
    CHECK_THROWS_WITH(psa::foundNotes({""}), Catch::Contains("a note id of 0 bytes"));
    CHECK(psa::choicesPage({{longest + "7", "Desk"}, {"8", ""}}) ==
          R"({"version":1,"items":[{"id":"8","label":"8"}]})");
}

TEST_CASE("a ticket's texts are truncated to the PSA's limits, with a warning", "[glue]")
{
    std::vector<psa::Warning> warnings;
    psa::TicketTexts texts = psa::fitTexts("Example PSA", " Disk\nfull ", 9, "C:", 20, warnings);
    CHECK(texts.title == "Disk full");
    CHECK(texts.description == "C:");
    CHECK(warnings.empty());

    texts = psa::fitTexts("Example PSA", "Disk full on FS01", 10, "C: has 0 bytes left.", 30, warnings);
    CHECK(texts.title == "Disk f […]");
    CHECK(texts.description == "Disk full on FS01\n\nC: has  […]");
    REQUIRE(warnings.size() == 2);
    CHECK(warnings[0].field == "title");
    CHECK_THAT(warnings[0].message, Catch::Contains("the 10 characters that Example PSA allows"));
    CHECK(warnings[1].field == "description");

    warnings.clear();
    CHECK(psa::fitTexts("Example PSA", "Disk full", 5, "", 30, warnings).description == "Disk full");
    CHECK(warnings.size() == 1);
}

TEST_CASE("a JSON string round-trips", "[glue]")
{
    const auto parsed = parseDocument("found-tickets", psa::foundTickets({{wild}})).extract<Poco::JSON::Object::Ptr>();
    CHECK(parsed->getArray("tickets")->getObject(0)->getValue<std::string>("id") == "\"\\\x01\n\xEF\xBF\xBD𝄞</script>");
}

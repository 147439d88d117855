#include "host/json/json_text.h"
#include "host/plugin/documents.h"
#include "host/plugin/verb_call.h"

#include <catch2/catch.hpp>

#include <set>

using namespace psa::plugin;

TEST_CASE("the table has a row for each verb, in order, with a unique name", "[verb]")
{
    std::set<std::string> names;
    const auto &table = verbTable();
    REQUIRE(table.size() == static_cast<std::size_t>(Verb::removeNote) + 1);
    for (std::size_t i = 0; i < table.size(); ++i)
    {
        const VerbRow &row = table[i];
        INFO(row.name);
        CHECK(static_cast<std::size_t>(row.verb) == i);
        CHECK(names.insert(row.name).second);
        CHECK((row.function == std::string(row.name) || names.insert(row.function).second));
        CHECK(verbNamed(row.name) == &row);
        CHECK(verbNamed(row.function) == &row);
        CHECK((row.extension == nullptr || isKnownExtension(row.extension)));
        CHECK((row.invoke != nullptr) == (row.verb != Verb::describe && row.verb != Verb::create));
        if (row.schema != nullptr) // a document that the host can check
            CHECK_THROWS_AS(parseDocument(row.schema, "7"), InvalidDocument);
    }
    CHECK(verbNamed("delete_ticket") == nullptr);
}

TEST_CASE("only what creates or changes something in the PSA can have an unknown outcome", "[verb]")
{
    const std::set<Verb> changing{Verb::createTicket, Verb::addNote, Verb::changeTicket, Verb::removeNote};
    for (const VerbRow &row : verbTable())
    {
        INFO(row.name);
        CHECK(row.changes == changing.contains(row.verb));
    }
}

TEST_CASE("a call is the same after its arguments have been recorded and read back", "[verb]")
{
    const VerbCall call =
        GENERATE(testCall(), createTicketCall("R-1", R"({"title":"a \"quote\""})"), findTicketCall("R-1"),
                 listChoicesCall({"queues", "Ser", "next", R"({"board":"2"})", 7}), readTicketCall("17"),
                 addNoteCall("17", "R1", R"({"text":"a","visibility":"internal"})"), findNoteCall("17", "R1"),
                 changeTicketCall("17", R"({"status":"Done"})"), activityCall("17", "m"), removeNoteCall("17", "3"));
    const VerbCall read = callFrom(call.row(), *argumentsToJson(call));
    CHECK(read.verb == call.verb);
    CHECK(read.arguments == call.arguments);
}

TEST_CASE("a recording of an older psa-host that lacks an argument can be replayed", "[verb]")
{
    const VerbCall read = callFrom(rowOf(Verb::listChoices), *psa::json::parseObject(R"({"list":"queues"})"));
    CHECK(read.arguments == std::vector<std::string>{"queues", "", "", "{}", "100"});
}

TEST_CASE("control characters from outside never reach a plugin, but its own cursor is returned unchanged", "[verb]")
{
    const VerbCall call = withoutControls(listChoicesCall({"queues", "a\x1b[2J", "c\x01", R"({"board":"\u0007"})", 5}));
    CHECK(call.arguments ==
          std::vector<std::string>{"queues", "a\xef\xbf\xbd[2J", "c\x01", "{\"board\":\"\xef\xbf\xbd\"}", "5"});
    CHECK(call.argument("cursor") == "c\x01");
    CHECK(call.argument("reference").empty());
}

TEST_CASE("control characters in a note or a change never reach a PSA, but the plugin's watermark and ids of notes do",
          "[verb]")
{
    CHECK(withoutControls(addNoteCall("1\r\n", "R1", R"({"text":"a\u0000"})")).arguments ==
          std::vector<std::string>{"1\n", "R1", "{\"text\":\"a\xef\xbf\xbd\"}"});
    CHECK(withoutControls(changeTicketCall("1", R"({"status":"\u001b"})")).argument("change") ==
          "{\"status\":\"\xef\xbf\xbd\"}");
    CHECK(withoutControls(activityCall("1", "\x01")).argument("watermark") == "\x01");
    CHECK(withoutControls(removeNoteCall("1", "\x01")).argument("noteId") == "\x01");
}

TEST_CASE("a recording with an argument of another type is rejected, and not called a defect of the plugin", "[verb]")
{
    const auto [verb, arguments, said] = GENERATE(table<Verb, std::string, std::string>(
        {{Verb::listChoices, R"({"list":"queues","limit":"abc"})", "\"limit\" of list_choices is not a number"},
         {Verb::listChoices, R"({"list":"queues","limit":0})", "\"limit\" of list_choices is not a number"},
         {Verb::listChoices, R"({"list":"queues","limit":501})", "\"limit\" of list_choices is not a number"},
         {Verb::listChoices, R"({"list":"queues","limit":-1})", "\"limit\" of list_choices is not a number"},
         {Verb::listChoices, R"({"list":"queues","limit":true})", "\"limit\" of list_choices is not a number"},
         {Verb::listChoices, R"({"list":"queues","limit":null})", "\"limit\" of list_choices is not a number"},
         {Verb::listChoices, R"({"list":"queues","dependsOn":"x"})", "\"dependsOn\" of list_choices is not an object"},
         {Verb::createTicket, R"({"reference":"R","ticket":null})", "\"ticket\" of create_ticket is not an object"},
         {Verb::findTicket, R"({"reference":null})", "\"reference\" of find_ticket is not a text"}}));
    INFO(arguments);
    CHECK_THROWS_WITH(callFrom(rowOf(verb), *psa::json::parseObject(arguments)), Catch::Contains(said));
}

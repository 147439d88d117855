// Notes: their references, and which were found.
#include "common/ticket_note.h"

#include <psa/error.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace psa::plugins;

TEST_CASE("a reference of a note has up to 40 digits and capital letters")
{
    CHECK(isNoteReference("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
    CHECK(isNoteReference(std::string(40, 'Z')));
    for (const std::string &text :
         {std::string(), std::string(41, 'Z'), std::string("ref-1"), std::string("A B"), std::string("a")})
        CHECK_FALSE(isNoteReference(text));
    CHECK_THROWS_AS(requireNoteReference("ref-1", "x"), psa::Error);
}

TEST_CASE("a note without a text is refused with the field")
{
    const auto *json = GENERATE(R"({"version":1,"text":" "})", R"({"version":1})", "[]", "");
    CAPTURE(json);
    try
    {
        parseNote(json, "REF1");
        FAIL("the note was accepted");
    }
    catch (const psa::Error &error)
    {
        CHECK(error.status() == PSA_INVALID_TICKET);
        CHECK(psa::view(error.toC().field) == "text");
    }
    CHECK(textOf(*parseNote(R"({"version":1,"text":"x"})", "REF1"), "text") == "x");
}

TEST_CASE("found notes are listed by their ids, each once, the oldest first")
{
    CHECK(foundNotes({12, 3, 12}) == R"({"version":1,"notes":[{"id":"3"},{"id":"12"}]})");
    CHECK(foundNotes({}) == R"({"version":1,"notes":[]})");
}

#include "host/json/utf8.h"

#include <catch2/catch.hpp>

using namespace psa::json;

TEST_CASE("a text is truncated between characters, never inside one")
{
    CHECK(cutUtf8("abc", 3) == "abc");
    CHECK(cutUtf8("abc", 2) == "ab");
    CHECK(cutUtf8("a\xC3\xA4", 2) == "a");         // U+00E4
    CHECK(cutUtf8("a\xE2\x82\xAC", 3) == "a");     // U+20AC
    CHECK(cutUtf8("a\xF0\x9F\x98\x80", 4) == "a"); // U+1F600
    CHECK(cutUtf8("\xF0\x9F\x98\x80z", 4) == "\xF0\x9F\x98\x80");
    CHECK(cutUtf8("\x80\x80\x80\x80\x80\x80", 5).size() >= 2);
}

TEST_CASE("a printable text has no control characters except line feed and tab")
{
    CHECK(printable("one\ttwo\nthree") == "one\ttwo\nthree");
    CHECK(printable("a\x1B[2Jb") == "a\xEF\xBF\xBD[2Jb");
    CHECK(printable("a\rb\x7F") == "a\xEF\xBF\xBD"
                                   "b\xEF\xBF\xBD");
    CHECK(printable("a\xC2\x9B"
                    "1m") == "a\xEF\xBF\xBD"
                             "1m"); // U+009B, the eight-bit ESC [
    CHECK(printable("\xC2\xA0\xC3\xA4") == "\xC2\xA0\xC3\xA4");
    CHECK(printable("\xFF") == "\xEF\xBF\xBD");
}

TEST_CASE("a text cannot change the writing direction of the output", "[json]")
{
    for (const char *turn : {"\xE2\x80\xAA", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"})
        CHECK(printable(std::string("a") + turn + "z") == "a\xEF\xBF\xBDz");
    for (const char *other : {"\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\xA5", "\xE2\x81\xAA"}) // next to those
        CHECK(printable(other) == other);
}

TEST_CASE("there is exactly one full stop between the words of a PSA and what to do, whatever the words end with",
          "[json]")
{
    using psa::json::sentences;
    CHECK(sentences("Queue is not valid", "Choose another.") == "Queue is not valid. Choose another.");
    CHECK(sentences("Queue is not valid.", "Choose another.") == "Queue is not valid. Choose another.");
    CHECK(sentences("Queue is not valid.. \n", "Choose another.") == "Queue is not valid. Choose another.");
    CHECK(sentences("Queue is not valid...", "Choose another.") == "Queue is not valid... Choose another.");
    CHECK(sentences("Is it valid?", "Choose another.") == "Is it valid? Choose another.");
    CHECK(sentences("It says \"not valid.\"", "Choose another.") == "It says \"not valid.\" Choose another.");
    CHECK(sentences("It is \"not valid\"", "Choose another.") == "It is \"not valid\". Choose another.");
    CHECK(sentences("Queue (id 8.)", "Choose another.") == "Queue (id 8.) Choose another.");
    CHECK(sentences("Queue is not valid;", "Choose another.") == "Queue is not valid. Choose another.");
    CHECK(sentences("Queue is not valid\xE2\x80\xA6", "Choose.") == "Queue is not valid\xE2\x80\xA6 Choose.");
    CHECK(sentences("Queue is not valid", "") == "Queue is not valid");
    CHECK(sentences("", "Choose another.") == "Choose another.");
}

TEST_CASE("a text in a row cannot start a new row or control a terminal", "[json]")
{
    CHECK(printableLine("Disk full\r\n       2  done\tx") == "Disk full         2  done x");
    CHECK(printableLine("a\x1B]0;title\x07z") == "a\xEF\xBF\xBD]0;title\xEF\xBF\xBDz");
    CHECK(printableLine("a\xC2\x85z\xE2\x80\xAE") == "a\xEF\xBF\xBDz\xEF\xBF\xBD");
    CHECK(printableLine("Gl\xC3\xBC"
                        "ck") == "Gl\xC3\xBC"
                                 "ck");
}

TEST_CASE("white space of every kind is blank, and a text with anything to see is not", "[json]")
{
    for (const char *blank : {"", " ", "\n", "\r\n\t ", "\v\f", "\xC2\xA0", "\xE3\x80\x80", "\xE2\x80\x83",
                              "\xE2\x80\x8B", "\xEF\xBB\xBF", " \xC2\xA0\n"})
    {
        CAPTURE(blank);
        CHECK(isBlankText(blank));
    }
    for (const char *text : {"0", " x ", "\xC2\xA1", "\xE2\x80\x90", "\xFF", "\x01"})
    {
        CAPTURE(text);
        CHECK(!isBlankText(text));
    }
    CHECK(!isBlankText(std::string_view("\0", 1)));
}

TEST_CASE("a text that is passed on has line feeds and tabs, and no other control characters", "[json]")
{
    using namespace std::string_view_literals;
    CHECK(withoutControls("one\ttwo\nthree") == "one\ttwo\nthree");
    CHECK(withoutControls("one\r\ntwo\rthree\r\r\nfour\n") == "one\ntwo\nthree\n\nfour\n");
    CHECK(withoutControls("CPU \0 \x1B[31mred\x7F"sv) == "CPU \xEF\xBF\xBD \xEF\xBF\xBD[31mred\xEF\xBF\xBD");
    CHECK(withoutControls("a\xC2\x9Bz \xC3\xA4 \xE2\x80\xAE") == "a\xEF\xBF\xBDz \xC3\xA4 \xE2\x80\xAE");
}

TEST_CASE("JSON on a terminal has the same content without controlling it", "[json]")
{
    CHECK(printableJson("{\"a\": \"\xC2\x9B"
                        "1m \x7F \xE2\x80\xAE \xC3\xA4\"}\n") == "{\"a\": \"\\u009b1m \\u007f \\u202e \xC3\xA4\"}\n");
}

TEST_CASE("UTF-16 and UTF-32 are recognized by their marks and by their zero bytes", "[json]")
{
    using namespace std::string_view_literals;
    CHECK(foreignEncodingOf("\xFF\xFE{\0}\0"sv) == "UTF-16 (little endian)");
    CHECK(foreignEncodingOf("\xFE\xFF\0{\0}"sv) == "UTF-16 (big endian)");
    CHECK(foreignEncodingOf("{\0}\0"sv) == "UTF-16 (little endian)");
    CHECK(foreignEncodingOf("\0{\0}"sv) == "UTF-16 (big endian)");
    CHECK(foreignEncodingOf("\xFF\xFE\0\0{\0\0\0"sv) == "UTF-32 (little endian)");
    CHECK(foreignEncodingOf("\0\0\xFE\xFF\0\0\0{"sv) == "UTF-32 (big endian)");
    CHECK(foreignEncodingOf("{\0\0\0"sv) == "UTF-32 (little endian)");
    CHECK(foreignEncodingOf("\0\0\0{"sv) == "UTF-32 (big endian)");
    for (const std::string_view text : {""sv, "{}"sv, "{\"a\":1}"sv, "\xEF\xBB\xBF{}"sv, "{\"\0\":1}"sv, "\xFF"sv})
        CHECK(foreignEncodingOf(text).empty());
}

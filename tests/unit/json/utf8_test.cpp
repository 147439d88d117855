#include "host/json/utf8.h"

#include <catch2/catch.hpp>

using namespace psa::host;

TEST_CASE("a text is cut between characters, never inside one")
{
    CHECK(cutUtf8("abc", 3) == "abc");
    CHECK(cutUtf8("abc", 2) == "ab");
    CHECK(cutUtf8("a\xC3\xA4", 2) == "a");         // U+00E4
    CHECK(cutUtf8("a\xE2\x82\xAC", 3) == "a");     // U+20AC
    CHECK(cutUtf8("a\xF0\x9F\x98\x80", 4) == "a"); // U+1F600
    CHECK(cutUtf8("\xF0\x9F\x98\x80z", 4) == "\xF0\x9F\x98\x80");
    CHECK(cutUtf8("\x80\x80\x80\x80\x80\x80", 5).size() >= 2);
}

TEST_CASE("a printable text holds no control characters but line feed and tab")
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

TEST_CASE("a text cannot turn the direction of what is printed", "[json]")
{
    for (const char *turn : {"\xE2\x80\xAA", "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"})
        CHECK(printable(std::string("a") + turn + "z") == "a\xEF\xBF\xBDz");
    for (const char *other : {"\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\xA5", "\xE2\x81\xAA"}) // next to those
        CHECK(printable(other) == other);
}

TEST_CASE("a text in a row cannot make a row of its own, nor command a terminal", "[json]")
{
    CHECK(printableLine("Disk full\r\n       2  done\tx") == "Disk full         2  done x");
    CHECK(printableLine("a\x1B]0;title\x07z") == "a\xEF\xBF\xBD]0;title\xEF\xBF\xBDz");
    CHECK(printableLine("a\xC2\x85z\xE2\x80\xAE") == "a\xEF\xBF\xBDz\xEF\xBF\xBD");
    CHECK(printableLine("Gl\xC3\xBC"
                        "ck") == "Gl\xC3\xBC"
                                 "ck");
}

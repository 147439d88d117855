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

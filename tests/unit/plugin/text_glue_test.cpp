#include <psa/text.hpp>

#include <catch2/catch.hpp>

TEST_CASE("a truncated text keeps whole characters and says that it was truncated", "[glue]")
{
    CHECK(psa::clip("short", 5).text == "short");
    CHECK_FALSE(psa::clip("short", 5).clipped);
    CHECK(psa::clip("shorter", 6).text == "sh […]");
    CHECK(psa::clip("shorter", 6).clipped);
    CHECK(psa::clip("ééééééé", 6).text == "éé […]");
    // A character outside the basic plane is two UTF-16 units.
    CHECK_FALSE(psa::clip("😀😀😀", 6).clipped);
    CHECK(psa::clip("😀😀😀😀", 7).text == "😀 […]");
    CHECK(psa::clip("", 5).text.empty());
}

TEST_CASE("a limit too small for the marker is still observed", "[glue]")
{
    CHECK(psa::clip("shorter", 4).text == " […]");
    CHECK(psa::clip("shorter", 3).text.empty());
    CHECK(psa::clip("shorter", 0).clipped);
}

TEST_CASE("whatever a PSA sends becomes one line of UTF-8", "[glue]")
{
    CHECK(psa::oneLine("a\r\n b\t\x01 c ") == "a b c");
    CHECK(psa::oneLine("M\xFCller") == "M?ller");
    CHECK(psa::oneLine("Müller") == "Müller");
    CHECK(psa::oneLine("\xED\xA0\x80") == "???");
    CHECK(psa::oneLine(" \n").empty());
}

TEST_CASE("well-formed UTF-8 is distinguished from what only looks like it", "[glue]")
{
    CHECK(psa::isUtf8(""));
    CHECK(psa::isUtf8("aé€😀\xF4\x8F\xBF\xBF"));
    const auto text =
        GENERATE(values<const char *>({"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                                       "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\xC3", "\xE2\x82", "\xC3("}));
    CAPTURE(text);
    CHECK_FALSE(psa::isUtf8(text));
}

TEST_CASE("a value in a query cannot end the query", "[glue]")
{
    CHECK(psa::percentEncode("Az09-._~") == "Az09-._~");
    CHECK(psa::percentEncode("a&b=c d/ü'%") == "a%26b%3Dc%20d%2F%C3%BC%27%25");
}

TEST_CASE("white space is removed from both ends of a text and nowhere else", "[glue]")
{
    CHECK(psa::trim(" \t a b\r\n") == "a b");
    CHECK(psa::trim(" \t\r\n").empty());
    CHECK(psa::trim("").empty());
}

TEST_CASE("the PSA's words are truncated between words, never within a secret that it echoed", "[glue]")
{
    CHECK(psa::excerpt("all  of\nit", 9) == "all of it");
    const std::string secret = "0123456789abcdef";
    for (std::size_t before = 0; before < 60; ++before)
    {
        const std::string shown =
            psa::excerpt(std::string(before, 'x') + " \"" + secret + "\" more words than fit", 40);
        CAPTURE(shown);
        CHECK_FALSE(psa::clip(shown, 40).clipped);
        CHECK((shown.find(secret) != std::string::npos || shown.find("0123") == std::string::npos));
    }
    CHECK(psa::excerpt(std::string(50, 'x'), 40) == " […]");
}

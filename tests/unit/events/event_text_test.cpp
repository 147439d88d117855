#include "host/events/event_text.h"

#include <catch2/catch.hpp>

using namespace psa::events;

TEST_CASE("A title is one line without control characters", "[events]")
{
    CHECK(lineOfText(" Disk\tfull\r\non \x1B[31mlf-sql-02\n") == "Disk full on \uFFFD[31mlf-sql-02");
    CHECK(lineOfText("[Webshop] [\U0001F534 Down]") == "[Webshop] [\U0001F534 Down]");
    CHECK(lineOfText(std::string("a\0b\xFF", 4)) == "a\uFFFDb\uFFFD");
    CHECK(lineOfText("  \n ") == "");
}

TEST_CASE("A long title is cut between two characters that readers see", "[events]")
{
    const std::string x249(249, 'x');
    CHECK(lineOfText(x249 + "y") == x249 + "y");
    CHECK(lineOfText(x249 + "yz") == x249 + "\u2026");
    CHECK(lineOfText(std::string(248, 'x') + "e\u0301 and more") ==
          std::string(248, 'x') + "\u2026");                                 // e and an accent
    const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467"; // joined by ZERO WIDTH JOINER
    CHECK(lineOfText(std::string(247, 'x') + family + " and more") == std::string(247, 'x') + "\u2026");
    const std::string norway = "\U0001F1F3\U0001F1F4";
    CHECK(lineOfText(std::string(246, 'x') + norway + norway + "!") == std::string(246, 'x') + norway + "\u2026");
    CHECK(lineOfText(std::string(248, 'x') + "\U0001F44D\U0001F3FD and more") == std::string(248, 'x') + "\u2026");
}

TEST_CASE("A title of nothing but marks is cut all the same", "[events]")
{
    std::string marks = "x";
    for (int i = 0; i < 1000; ++i)
        marks += "\u0301";
    CHECK(lineOfText(marks).size() < 520);
}

TEST_CASE("A text keeps its lines, and a long one says that it was cut", "[events]")
{
    CHECK(plainText("a\r\nb\rc\n\td\x07") == "a\nb\nc\n\td\uFFFD");
    CHECK(plainText("\u5DF2\u786E\u8BA4 \U0001F44D") == "\u5DF2\u786E\u8BA4 \U0001F44D");
    const std::string cut = plainText(std::string(5000, 'x'), 2048);
    CHECK(cut.starts_with(std::string(2048, 'x') + "\n"));
    CHECK_THAT(cut, Catch::EndsWith("(cut after 2 KiB)"));
}

TEST_CASE("HTML becomes the text that a browser would show", "[events]")
{
    CHECK(textOfHtml("<html><head><title>x</title><style>p{}</style></head><body><h1>503</h1>&nbsp;upstream &amp; cache"
                     "<script>alert(\"<p>\")</script></body></html>") == "503\nupstream & cache");
    CHECK(textOfHtml("<p>One<br>two<br/>\n<br>three</p><div>four <b>bold</b></div><ul><li>a<LI>b</ul>end") ==
          "One\ntwo\n\nthree\nfour bold\n- a\n- b\nend");
    CHECK(textOfHtml("5 < 7 &lt;b&gt; &#228; &bogus; <!-- no --> x") == "5 < 7 <b> \u00E4 &bogus; x");
    CHECK(textOfHtml("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>") == "a b\nc");
    CHECK(textOfHtml("<SCRIPT>never ends") == "");
    CHECK(textOfHtml("a<") == "a<");
}

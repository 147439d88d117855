#include "host/net/redactor.h"

#include <Poco/Base64Encoder.h>
#include <Poco/JSON/Stringifier.h>
#include <Poco/URI.h>

#include <catch2/catch.hpp>

#include <random>
#include <sstream>

using psa::net::Redactor;

namespace {

/// The tests' password: every kind of character that some encoding treats specially.
const std::string awkward = "p&a'ss \"w\\o/rd+<%41>=\xC3\xA4\xF0\x9F\x94\x91";

Redactor &with(Redactor &redactor, std::initializer_list<const char *> secrets)
{
    for (const char *secret : secrets)
        redactor.addSecret(secret);
    return redactor;
}

std::string base64(const std::string &bytes)
{
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    encoder << bytes;
    encoder.close();
    return out.str();
}

std::string urlSafe(std::string text)
{
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

std::string percentAll(const std::string &bytes, const char *digits)
{
    std::string out;
    for (const char c : bytes)
        (out += '%') += {digits[static_cast<unsigned char>(c) >> 4], digits[static_cast<unsigned char>(c) & 15]};
    return out;
}

bool finds(const Redactor &redactor, const std::string &text)
{
    return redactor.redact(text) != text;
}

} // namespace

TEST_CASE("a plain secret is replaced wherever it occurs", "[redactor]")
{
    Redactor redactor;
    with(redactor, {"hunter22"});
    CHECK(redactor.redact("hunter22") == "[redacted]");
    CHECK(redactor.redact("a hunter22, hunter22hunter22.") == "a [redacted], [redacted][redacted].");
    CHECK(redactor.redact("Hunter22 hunter2 unter22") == "Hunter22 hunter2 unter22");
    CHECK(redactor.redact("").empty());
    CHECK(redactor.redact("xhunter22x") == "x[redacted]x");
}

TEST_CASE("a redactor without secrets does not change a text", "[redactor]")
{
    CHECK(Redactor().redact("any % & \\ + text") == "any % & \\ + text");
}

TEST_CASE("a secret of less than four bytes is not searched for, and that is reported", "[redactor]")
{
    Redactor redactor;
    CHECK_FALSE(redactor.addSecret("abc"));
    CHECK_FALSE(redactor.addSecret(""));
    CHECK(redactor.addSecret("abcd"));
    CHECK(redactor.redact("abc abcd") == "abc [redacted]");
}

TEST_CASE("secrets that contain or overlap each other leave nothing of either", "[redactor]")
{
    Redactor redactor;
    with(redactor, {"token", "token-extended", "extended-by-more"});
    CHECK(redactor.redact("token token-extended") == "[redacted] [redacted]");
    CHECK(redactor.redact("token-extended-by-more!") == "[redacted]!");
    Redactor periodic;
    with(periodic, {"abab"});
    CHECK(periodic.redact("xababababy") == "x[redacted]y");
}

TEST_CASE("a secret in base64 is found at each alignment, with nothing left of it at the edges", "[redactor]")
{
    Redactor redactor;
    redactor.addSecret(awkward);
    const std::string before = GENERATE("", "u", "us", "use", "user:", "integration user:");
    const std::string after = GENERATE("", "x", "xy", "xyz");
    const std::string whole = base64(before + awkward + after);
    CAPTURE(whole);
    for (const std::string &text : {whole, urlSafe(whole)})
    {
        const std::string shown = redactor.redact("Basic " + text + " end");
        // Only the characters that encode the surrounding text alone remain.
        std::string left = text.substr(0, before.size() * 8 / 6) + "[redacted]";
        const std::size_t firstFree = ((before.size() + awkward.size()) * 8 + 5) / 6;
        left += text.substr(std::min(firstFree, text.size()));
        CHECK(shown == "Basic " + left + " end");
    }
}

TEST_CASE("a short secret is found in base64 too", "[redactor]")
{
    Redactor redactor;
    redactor.addSecret("\x01\x02\x03\x04");
    for (const std::string before : {"", "a", "ab"})
        CHECK(finds(redactor, base64(before + "\x01\x02\x03\x04" + "zz")));
}

TEST_CASE("a percent-encoded secret is found, whichever characters are encoded", "[redactor]")
{
    Redactor redactor;
    redactor.addSecret(awkward);
    std::string minimal;
    Poco::URI::encode(awkward, "&'\"\\/+<>=%", minimal);
    std::string form = minimal;
    for (std::size_t at; (at = form.find("%20")) != form.npos;)
        form.replace(at, 3, "+");
    for (const std::string &text : {percentAll(awkward, "0123456789ABCDEF"), percentAll(awkward, "0123456789abcdef"),
                                    percentAll(awkward, "0123456789aBcDeF"), minimal, form})
    {
        CAPTURE(text);
        CHECK(redactor.redact("q=" + text + "&r=1") == "q=[redacted]&r=1");
    }
    std::string base64InUrl;
    Poco::URI::encode(base64(awkward), "+/=", base64InUrl);
    CHECK(redactor.redact("q=" + base64InUrl + "&") == "q=[redacted]&");
}

TEST_CASE("a secret inside a JSON string is found, whichever escapes are used", "[redactor]")
{
    Redactor redactor;
    redactor.addSecret(awkward);
    std::ostringstream usual;
    Poco::JSON::Stringifier::stringify(Poco::Dynamic::Var(awkward), usual);
    CHECK(redactor.redact(usual.str()) == "\"[redacted]\"");
    CHECK(redactor.redact(R"({"a":"p\u0026a'ss \"w\\o\/rd+\u003c%41\u003E=\u00E4\ud83d\uDD11"})") ==
          R"({"a":"[redacted]"})");
    Redactor controls;
    controls.addSecret("a\tb\nc\rd\be\f");
    CHECK(controls.redact(R"(a\tb\nc\rd\be\f a\u0009b\u000ac\u000Dd\u0008e\u000c)") == "[redacted] [redacted]");
}

TEST_CASE("base64 whose slashes a JSON writer escaped is found", "[redactor]")
{
    Redactor redactor;
    redactor.addSecret("\xFF\xFF\xFF\xFF\xFF\xFF");
    CHECK(redactor.redact(R"("\/\/\/\/\/\/\/\/")") == "\"[redacted]\"");
}

TEST_CASE("a secret inside HTML is found, whichever references are used", "[redactor]")
{
    Redactor redactor;
    redactor.addSecret(awkward);
    for (const char *text : {"p&amp;a&apos;ss &quot;w\\o/rd+&lt;%41&gt;=\xC3\xA4\xF0\x9F\x94\x91",
                             "p&#38;a&#39;ss &#x22;w&#092;o&#x2F;rd&#43;&#60;%41&#X3e;&#61;&#228;&#x1F511;"})
        CHECK(redactor.redact("<p>" + std::string(text) + "</p>") == "<p>[redacted]</p>");
}

TEST_CASE("a text that only looks like the start of an escape is not changed", "[redactor]")
{
    Redactor redactor;
    with(redactor, {"%&\\+", "A&#6", "wxyz"});
    const std::string text = GENERATE("%", "%4", "%zz", "\\", "\\u", "\\u00", "\\ud83d", "&", "&#", "&#x", "&#65",
                                      "&#99999999;", "&#xD800;", "&nosuch;", "+", "wxy%7", "wxy\\u007", "wxy&#122");
    CHECK(redactor.redact(text) == text);
}

TEST_CASE("a secret of characters that could be escapes is found in each interpretation", "[redactor]")
{
    Redactor percent;
    percent.addSecret("%25%25");
    CHECK(percent.redact("%25%25") == "[redacted]");
    CHECK(percent.redact("%2525%2525") == "[redacted]");
    CHECK(percent.redact("%2525%25") == "[redacted]");
    Redactor backslashes;
    backslashes.addSecret(std::string(200, '\\') + "x");
    CHECK(backslashes.redact(std::string(400, '\\') + "x") == "[redacted]");
    CHECK_FALSE(finds(backslashes, std::string(99, '\\') + "x"));
    CHECK_FALSE(finds(backslashes, std::string(400, '\\') + "y"));
}

TEST_CASE("bytes that are not text are secrets too", "[redactor]")
{
    const std::string key("\0\xFF\x80\0\xC3", 5);
    Redactor redactor;
    redactor.addSecret(key);
    CHECK(redactor.redact("a" + key + "b") == "a[redacted]b");
    CHECK(redactor.redact(percentAll(key, "0123456789abcdef")) == "[redacted]");
}

TEST_CASE("random secrets in random surroundings never remain in any encoding", "[redactor]")
{
    std::mt19937 random(20260101);
    const auto bytes = [&random](std::size_t size) {
        std::string text;
        while (text.size() < size)
            text += static_cast<char>(random() % 95 + 32);
        return text;
    };
    for (int round = 0; round < 2000; ++round)
    {
        const std::string secret = bytes(8 + random() % 20);
        Redactor redactor;
        redactor.addSecret(secret);
        const std::string before = bytes(random() % 9);
        const std::string after = bytes(random() % 9);
        std::ostringstream json;
        Poco::JSON::Stringifier::stringify(Poco::Dynamic::Var(before + secret + after), json);
        CAPTURE(secret, before, after);
        CHECK(redactor.redact(before + ' ' + secret + after).find(secret) == std::string::npos);
        CHECK(finds(redactor, json.str()));
        CHECK(finds(redactor, base64(before + secret + after)));
        CHECK(finds(redactor, urlSafe(base64(before + secret + after))));
        CHECK(finds(redactor, percentAll(before + secret + after, "0123456789ABCDEF")));
        CHECK_FALSE(finds(redactor, secret.substr(1)));
    }
}

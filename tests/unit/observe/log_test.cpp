#include "host/observe/log.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/net/secret_registry.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Object.h>

#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <thread>

using namespace psa::clock;
using namespace psa::json;
using namespace psa::net;
using namespace psa::observe;
using Catch::Contains;
using psa::test::ManualClock;

namespace {

/// A log that writes into a string.
struct Written
{
    std::string text;
    Log log;

    explicit Written(LogFormat format, psa_log_level level = PSA_LOG_INFO)
        : log({format, level}, std::make_shared<ManualClock>(), [this](std::string_view line) { text += line; })
    {
    }
    Poco::JSON::Object::Ptr json() const { return parseStrict(text).extract<Poco::JSON::Object::Ptr>(); }
};

std::shared_ptr<SecretRegistry> keeperOf(const std::string &secret)
{
    auto keeper = std::make_shared<SecretRegistry>();
    keeper->learn(secret);
    return keeper;
}

constexpr const char *nasty = "a\"b\\c\nd\te\x1B[31m\xFF\x01 \xC3\xA4]} x=1";

} // namespace

TEST_CASE("a line is JSON or text, with its context")
{
    Written json(LogFormat::json);
    json.log.write(PSA_LOG_WARNING, "held back", {"acme", "K7-1", "create_ticket", "com.example.psa"});
    CHECK(json.text == R"({"time":"2026-01-01T00:00:00.000Z","level":"warning","message":"held back",)"
                       R"("connection":"acme","ticket":"K7-1","call":"create_ticket","plugin":"com.example.psa"})"
                       "\n");
    Written bare(LogFormat::json);
    bare.log.write(PSA_LOG_INFO, "ready");
    CHECK(bare.text == "{\"time\":\"2026-01-01T00:00:00.000Z\",\"level\":\"info\",\"message\":\"ready\"}\n");

    Written text(LogFormat::text);
    text.log.write(PSA_LOG_ERROR, "held back", {"acme", "K7-1", "create_ticket", "com.example.psa"});
    text.log.write(PSA_LOG_INFO, "ready");
    CHECK(text.text == "2026-01-01T00:00:00.000Z error [connection=acme ticket=K7-1 call=create_ticket "
                       "plugin=com.example.psa] held back\n2026-01-01T00:00:00.000Z info ready\n");
}

TEST_CASE("the time is UTC with milliseconds")
{
    const auto clock = std::make_shared<ManualClock>(Clock::Wall(std::chrono::milliseconds(1709251199007)));
    std::string text;
    Log log({}, clock, [&](std::string_view line) { text += line; });
    log.write(PSA_LOG_INFO, "m");
    CHECK(text == "2024-02-29T23:59:59.007Z info m\n");
}

TEST_CASE("lines below the level are omitted, and an unknown level counts as an error")
{
    Written written(LogFormat::text, PSA_LOG_WARNING);
    for (const psa_log_level level : {PSA_LOG_DEBUG, PSA_LOG_INFO, PSA_LOG_WARNING, PSA_LOG_ERROR, 77U})
        written.log.write(level, std::to_string(level));
    CHECK(written.text == "2026-01-01T00:00:00.000Z warning 2\n2026-01-01T00:00:00.000Z error 3\n"
                          "2026-01-01T00:00:00.000Z error 77\n");
    CHECK_FALSE(written.log.takes(PSA_LOG_INFO));
    CHECK(written.log.takes(PSA_LOG_WARNING));
}

TEST_CASE("level and format can be changed while the log is used")
{
    Written written(LogFormat::text, PSA_LOG_WARNING);
    written.log.write(PSA_LOG_INFO, "omitted");
    written.log.use({LogFormat::json, PSA_LOG_INFO});
    written.log.write(PSA_LOG_INFO, "ready");
    CHECK(written.text == "{\"time\":\"2026-01-01T00:00:00.000Z\",\"level\":\"info\",\"message\":\"ready\"}\n");
}

TEST_CASE("whatever a message contains, it is one line, valid UTF-8, and without control characters")
{
    for (const LogFormat format : {LogFormat::text, LogFormat::json})
    {
        Written written(format);
        written.log.write(PSA_LOG_INFO, nasty, {nasty, nasty, nasty, nasty});
        CHECK(std::count(written.text.begin(), written.text.end(), '\n') == 1);
        CHECK(written.text.back() == '\n');
        CHECK(isValidUtf8(written.text));
        CHECK(written.text.find('\x1B') == std::string::npos);
        CHECK(written.text.find('\x01') == std::string::npos);
    }
    Written json(LogFormat::json);
    json.log.write(PSA_LOG_INFO, nasty, {"", nasty, "", ""});
    CHECK(json.json()->getValue<std::string>("message") == printable(nasty));
    CHECK(json.json()->getValue<std::string>("ticket") == printable(nasty));
    Written text(LogFormat::text);
    text.log.write(PSA_LOG_INFO, "m", {"a] b=c\n", "", "", ""});
    CHECK(text.text == "2026-01-01T00:00:00.000Z info [connection=\"a] b=c\\n\"] m\n");
}

TEST_CASE("an endless text is truncated between two characters")
{
    Written written(LogFormat::json);
    std::string text;
    while (text.size() < 100000)
        text += "\xE2\x82\xAC";
    written.log.write(PSA_LOG_INFO, text, {text, "", "", ""});
    CHECK(written.text.size() < 2 * Log::maxTextBytes + 200);
    CHECK(isValidUtf8(written.text));
}

TEST_CASE("no line shows a secret, in message or context, whole, encoded or truncated")
{
    constexpr const char *secret = "c4n4ry-Pa55word";
    for (const LogFormat format : {LogFormat::text, LogFormat::json})
    {
        Written written(format);
        const auto keeper = keeperOf(secret);
        const auto other = keeperOf("an \"other\" secret");
        written.log.hide(keeper);
        written.log.hide(other);
        written.log.write(PSA_LOG_INFO, std::string("key=") + secret + " YzRuNHJ5LVBhNTV3b3Jk c4n4ry%2DPa55word");
        written.log.write(PSA_LOG_INFO, R"({"x":"an \"other\" secret"} an "other" secret)",
                          {secret, secret, secret, secret});
        written.log.write(PSA_LOG_INFO, std::string(Log::maxTextBytes - 5, 'x') + secret);
        written.log.write(PSA_LOG_INFO, std::string(2 * Log::maxTextBytes - 5, 'x') + secret);
        CHECK_THAT(written.text,
                   Contains("[redacted]") && !Contains("c4n4") && !Contains("YzRu") && !Contains("other"));
    }
}

TEST_CASE("secrets of a removed connection are not searched for")
{
    Written written(LogFormat::text);
    auto keeper = keeperOf("c4n4ry-Pa55word");
    written.log.hide(keeper);
    keeper.reset();
    written.log.write(PSA_LOG_INFO, "c4n4ry-Pa55word");
    CHECK_THAT(written.text, Contains("c4n4ry-Pa55word"));
}

TEST_CASE("a sink that fails costs its line and nothing else")
{
    int calls = 0;
    Log log({}, std::make_shared<ManualClock>(), [&](std::string_view) {
        ++calls;
        if (calls == 1)
            throw std::runtime_error("disk full");
        if (calls == 2)
            throw 17; // NOLINT(hicpp-exception-baseclass): a sink may be anybody's
    });
    for (int i = 0; i < 3; ++i)
        log.write(PSA_LOG_INFO, "m");
    CHECK(calls == 3);
}

TEST_CASE("lines of many threads are not mixed up")
{
    Written written(LogFormat::json);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&written, thread] {
            const auto keeper = keeperOf("secret of thread " + std::to_string(thread));
            written.log.hide(keeper);
            for (int i = 0; i < 200; ++i)
                written.log.write(PSA_LOG_INFO, "secret of thread " + std::to_string(thread), {"acme", "", "", ""});
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK(std::count(written.text.begin(), written.text.end(), '\n') == 800);
    std::istringstream lines(written.text);
    for (std::string line; std::getline(lines, line);)
        REQUIRE(line ==
                R"({"time":"2026-01-01T00:00:00.000Z","level":"info","message":"[redacted]","connection":"acme"})");
}

TEST_CASE("without a sink of its own a log writes to standard error")
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const int before = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    Log({}, std::make_shared<ManualClock>()).write(PSA_LOG_INFO, "ready");
    dup2(before, STDERR_FILENO);
    close(before);
    close(ends[1]);
    std::string text(100, '\0');
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, read(ends[0], text.data(), text.size()))));
    close(ends[0]);
    CHECK(text == "2026-01-01T00:00:00.000Z info ready\n");
}

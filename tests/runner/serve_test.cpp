// The runner on a thread of this program: the frames that it sends to the host.
#include "tests/runner/scripted_host.h"

#include <psa/http.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <ctime>
#include <set>
#include <sstream>
#include <thread>

using namespace runner_test;

namespace {

constexpr auto onThread = ScriptedHost::Where::thread;

/// The host of one instance in slot 1.
struct Running : ScriptedHost
{
    explicit Running(Where where = onThread) : ScriptedHost(where, OBEDIENT)
    {
        start();
        makeInstance(1);
    }
};

struct Return
{
    psa_status status = 0;
    bool isNull = false;
    std::string thrown; ///< "none" = nothing.
};

Return returnIn(const std::vector<Frame> &frames)
{
    FrameReader reader = frames.back().reader();
    Return result;
    result.status = reader.number32();
    result.isNull = reader.flag();
    result.thrown = reader.textOrNone().value_or("none");
    reader.end();
    return result;
}

const Frame *find(const std::vector<Frame> &frames, Kind kind)
{
    for (const Frame &frame : frames)
        if (frame.head.kind == kind)
            return &frame;
    return nullptr;
}

void answerSend(const ScriptedHost &host, const Frame &request)
{
    FrameReader reader = request.reader();
    CHECK(reader.number() == PSA_HTTP_MUTATES);
    CHECK(reader.text() == "POST");
    CHECK(reader.text() == "https://x/");
    REQUIRE(reader.number() == 1);
    CHECK(reader.text() == "A");
    CHECK(reader.text() == "b");
    CHECK(reader.number() == PSA_HTTP_SECRET);
    const std::string body(reader.text());
    CHECK(reader.text().empty());
    CHECK(reader.number() == 77);
    reader.end();
    FrameWriter response(Kind::response, request.head.call, request.head.request);
    response.number(1).number(PSA_HTTP_ANSWERED).number(0).number(201).number(1).text("H").text("v");
    response.text(body).text("").number(0);
    host.send(std::move(response));
}

void answerNumber(const ScriptedHost &host, const Frame &request, std::int64_t value)
{
    host.send(std::move(FrameWriter(Kind::response, request.head.call, request.head.request)
                            .number(static_cast<std::uint64_t>(value))));
}

/// Answers clocks, the cache and a request as the host does for a call that has ended.
void refuseLate(const ScriptedHost &host, const Frame &request)
{
    if (request.head.kind == Kind::send || request.head.kind == Kind::readClock)
        answerNumber(host, request, 0);
}

} // namespace

TEST_CASE("the runner says hello, loads the plugin, and reports which part of it runs next")
{
    ScriptedHost host(onThread, OBEDIENT);
    const Frame first = host.next(Kind::hello);
    FrameReader hello = first.reader();
    CHECK(hello.number() == psa::plugin::runner::protocolVersion);
    CHECK_FALSE(hello.text().empty());
    CHECK(hello.number() == 0); // a thread of another program is not confined
    CHECK(hello.text().empty());
    hello.end();
    host.send(std::move(FrameWriter(Kind::enter).number(1).number(0).number(0)));
    const Frame constructors = host.next(Kind::entering);
    CHECK(constructors.reader().text() == "its constructors");
    const Frame entry = host.next(Kind::entering);
    CHECK(entry.reader().text() == "psa_plugin_entry");
    const Frame log = host.next(Kind::log); // entry may log
    CHECK(log.head.call == 0);
    const Frame entered = host.next(Kind::entered);
    FrameReader reader = entered.reader();
    CHECK(reader.flag());
    CHECK(reader.number() == sizeof(psa_plugin_api));
    CHECK(reader.number() == 1);
    CHECK(reader.number() == 0);
    CHECK(reader.number() == 0);
    CHECK(reader.number() == 0x7F);
    reader.end();
}

TEST_CASE("offered extensions are distinguished: absent, incomplete, and the same table under two ids")
{
    ScriptedHost host(onThread, OBEDIENT);
    host.start();
    host.send(std::move(FrameWriter(Kind::offer).number(3).text("psa.choices/1").text("other/1").text("psa.ticket/1")));
    host.next(Kind::entering);
    const Frame offered = host.next(Kind::offered);
    FrameReader reader = offered.reader();
    CHECK(reader.number() == 3);
    CHECK(reader.number() == 1); // incomplete
    const std::uint64_t identity = reader.number();
    CHECK(identity != 0);
    CHECK(reader.number() == 0); // no optional function
    CHECK(reader.number() == 0); // absent
    CHECK(reader.number() == 0);
    CHECK(reader.number() == 0);
    CHECK(reader.number() == 1);
    CHECK(reader.number() == identity);
    CHECK(reader.number() == 0);
    reader.end();
}

TEST_CASE("a call goes to its instance, and what the plugin delivers comes before its return")
{
    ScriptedHost host(onThread, OBEDIENT);
    host.start();
    CHECK(resultIn(host.call(0, Verb::describe)) == "{\"id\":\"obedient\"}");
    host.makeInstance(1, "one");
    host.makeInstance(2, "two");
    CHECK(resultIn(host.call(1, Verb::test)) == "one");
    CHECK(resultIn(host.call(2, Verb::test)) == "two");
    const auto refused = host.call(2, Verb::configure, {"refuse"});
    const Frame *error = find(refused, Kind::error);
    REQUIRE(error != nullptr);
    FrameReader reader = error->reader();
    CHECK(reader.flag());
    CHECK(reader.number() == PSA_INVALID_CONFIG);
    CHECK(reader.number() == 0);
    CHECK(reader.number() == 0);
    CHECK(reader.textOrNone() == std::string_view("refused on purpose"));
    CHECK(reader.number() == 18);
    CHECK_FALSE(reader.textOrNone()); // NULL with a size
    CHECK(reader.number() == 4);
    CHECK(returnIn(refused).status == PSA_INVALID_CONFIG);
    host.send(std::move(FrameWriter(Kind::destroy, 0, 5).number(1)));
    CHECK(host.next(Kind::destroyed).head.request == 5);
    host.send(std::move(FrameWriter(Kind::destroy, 0, 6).number(1))); // it is gone
    CHECK(host.next(Kind::destroyed).head.request == 6);
    host.makeInstance(1, "again");
    CHECK(resultIn(host.call(1, Verb::test)) == "again");
}

TEST_CASE("an exception of the plugin is reported, and the runner continues")
{
    Running host;
    CHECK(returnIn(host.call(1, Verb::createTicket, {"throws", "{}"})).thrown == "thrown on purpose");
    CHECK(returnIn(host.call(1, Verb::createTicket, {"throwsNumber", "{}"})).thrown.empty());
    host.call(1, Verb::configure, {"throw in destroy"});
    host.send(std::move(FrameWriter(Kind::destroy, 0, 5).number(1)));
    const Frame destroyed = host.next(Kind::destroyed);
    CHECK(destroyed.reader().flag());
    host.makeInstance(1);
    CHECK(host.deed("nothing") == "done");
}

TEST_CASE("several requests of one call are in progress at once, and each callback is on its own thread")
{
    Running host;
    std::vector<Frame> requests;
    const auto answer = [&](const Frame &request) {
        REQUIRE(request.head.kind == Kind::send);
        requests.insert(requests.begin(), request);
        if (requests.size() == 6) // none was answered before the last was sent; then in another order
            for (const Frame &each : requests)
                answerSend(host, each);
    };
    CHECK(host.deed("sends", answer) == "6");
}

TEST_CASE("time, cancellation and the remaining time are read from the shared page, without a frame")
{
    Running host;
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t nowNs = now.tv_sec * 1'000'000'000LL + now.tv_nsec;
    host.page().pausedNs = 5'000'000'000;
    host.page().publishedNs = nowNs + 60'000'000'000;                        // never too old in this test
    host.page().slot[1].deadlineNs = nowNs - 5'000'000'000 + 60'000'000'000; // in 60 s of the host's time
    host.page().slot[1].cancelled = 1;
    unsigned asked = 0;
    const auto cache = [&](const Frame &request) {
        ++asked;
        FrameWriter response(Kind::response, request.head.call, request.head.request);
        response.number(0);
        if (request.head.kind == Kind::getValue)
            response.textOrNone("kept");
        host.send(std::move(response));
    };
    std::istringstream result(host.deed("services", cache));
    std::int64_t monotonic = 0;
    std::int64_t unixTime = 0;
    std::int64_t remaining = 0;
    std::string rest;
    result >> monotonic >> unixTime >> remaining;
    std::getline(result, rest);
    CHECK(monotonic >= nowNs / 1'000'000);
    CHECK(unixTime > 1'700'000'000'000);
    CHECK(remaining <= 60'000);
    CHECK(remaining > 40'000);
    CHECK(rest == " 1 0 0 kept");
    CHECK(asked == 2); // put and get
}

TEST_CASE("time during which the host publishes none, because it is frozen, does not count")
{
    Running host;
    const std::int64_t publishedNs = 1'000'000'000; // long ago
    host.page().publishedNs = publishedNs;
    host.page().slot[1].deadlineNs = publishedNs + 60'000'000'000;
    const auto cache = [&](const Frame &request) {
        FrameWriter response(Kind::response, request.head.call, request.head.request);
        response.number(PSA_NOT_FOUND);
        if (request.head.kind == Kind::getValue)
            response.textOrNone({});
        host.send(std::move(response));
    };
    std::istringstream result(host.deed("services", cache));
    std::int64_t monotonic = 0;
    std::int64_t unixTime = 0;
    std::int64_t remaining = 0;
    result >> monotonic >> unixTime >> remaining;
    CHECK(remaining == 59'000);
}

TEST_CASE("a call with a clock of its own asks the host for the time")
{
    Running host;
    host.page().slot[1].ownClock = 1;
    const auto answer = [&](const Frame &request) {
        FrameWriter response(Kind::response, request.head.call, request.head.request);
        if (request.head.kind == Kind::readClock)
            answerNumber(host, request, request.reader().number() == 0 ? 11 : -22);
        else if (request.head.kind == Kind::readRemaining)
            answerNumber(host, request, -33);
        else if (request.head.kind == Kind::getValue)
            host.send(std::move(response.number(PSA_NOT_FOUND).textOrNone({})));
        else
            host.send(std::move(response.number(PSA_RATE_LIMITED)));
    };
    CHECK(host.deed("services", answer) == "11 -22 -33 0 7 5 ");
}

TEST_CASE("secrets that a plugin learns and keeps go to the host, and come back from it alone")
{
    Running host;
    std::vector<std::string> asked;
    const auto answer = [&](const Frame &request) {
        FrameReader fields = request.reader();
        asked.emplace_back(fields.text());
        if (request.head.kind == Kind::keepSecret)
        {
            asked.emplace_back(fields.text());
            CHECK(fields.number() == 1000);
        }
        fields.end();
        FrameWriter response(Kind::response, request.head.call, request.head.request);
        response.number(request.head.kind == Kind::keepSecret ? PSA_RATE_LIMITED : PSA_OK);
        if (request.head.kind == Kind::getSecret)
            response.textOrNone("of the host");
        host.send(std::move(response));
    };
    CHECK(host.deed("secrets", answer) == "0 7 0 of the host");
    CHECK(asked == std::vector<std::string>{"text", "key", "secret", "key"});
}

TEST_CASE("a plugin gets only the services that the host names")
{
    ScriptedHost host(onThread, OBEDIENT);
    host.start({"psa.clock/1", "no.such/1"});
    host.makeInstance(1);
    CHECK(host.deed("sends") == "no service");
}

TEST_CASE("a log line never waits for a host that does not read: it is dropped and counted")
{
    Running host;
    host.startCall(50, 1, Verb::createTicket, {"floods", "{}"});
    std::this_thread::sleep_for(std::chrono::milliseconds(300)); // the plugin logs meanwhile, and nobody reads
    std::uint64_t lines = 0;
    std::uint64_t dropped = 0;
    Frame frame = host.next();
    for (; frame.head.kind == Kind::log; frame = host.next())
    {
        FrameReader reader = frame.reader();
        reader.number();
        lines += reader.textOrNone() ? 1 : 0;
        dropped += reader.number();
        reader.end();
    }
    CHECK(frame.head.kind == Kind::result); // after every line
    host.next(Kind::returned);
    CHECK(dropped > 0);
    CHECK(lines + dropped == 2000);
}

TEST_CASE("a result that is too large is cut, and its full size is reported")
{
    Running host;
    const auto frames = host.call(1, Verb::createTicket, {"huge", "{}"});
    const Frame *result = find(frames, Kind::result);
    REQUIRE(result != nullptr);
    FrameReader reader = result->reader();
    CHECK(reader.number() == 3U << 20U);
    CHECK(reader.textOrNone()->size() == (1U << 20U) + 1);
}

TEST_CASE("a misused service fails with PSA_INTERNAL, and is reported to the host")
{
    Running host;
    const auto large = host.call(1, Verb::createTicket, {"largeRequest", "{}"});
    REQUIRE(find(large, Kind::misused) != nullptr);
    CHECK(find(large, Kind::misused)->reader().text() == "sends a request of more than 16 MiB");
    CHECK(resultIn(large) == "13");
    const auto level = host.call(1, Verb::createTicket, {"noSuchLevel", "{}"});
    REQUIRE(find(level, Kind::misused) != nullptr);
    const auto null = host.call(1, Verb::createTicket, {"nullLog", "{}"});
    REQUIRE(find(null, Kind::log) != nullptr);
    FrameReader log = find(null, Kind::log)->reader();
    log.number();
    CHECK_FALSE(log.textOrNone());
}

TEST_CASE("a plugin that uses a call after its end is refused, and the host gets the number of that call")
{
    Running host;
    CHECK(host.deed("nothing") == "done");
    const auto answer = [&](const Frame &request) { refuseLate(host, request); };
    const auto frames = host.call(1, Verb::createTicket, {"late", "{}"}, answer);
    const std::uint64_t own = frames.back().head.call;
    std::set<Kind> late;
    for (const Frame &frame : frames)
        if (frame.head.call == own - 1)
            late.insert(frame.head.kind);
    CHECK(late == std::set<Kind>{Kind::log, Kind::result, Kind::send, Kind::readClock});
    FrameReader result = frames[frames.size() - 2].reader();
    result.number();
    CHECK(result.textOrNone() == std::string_view("13 0 1"));
}

TEST_CASE("a frame that violates the protocol ends the runner")
{
    Running host;
    const auto forge = GENERATE(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    FrameWriter call(Kind::call, 90);
    switch (forge)
    {
    case 0: // a kind that only the runner sends
        host.send(FrameWriter(Kind::returned, 1));
        break;
    case 1: // no such kind
        host.send(FrameWriter(static_cast<Kind>(999)));
        break;
    case 2: // a size above the limit
        host.sendBytes(std::string(psa::plugin::runner::frameHeadBytes, '\xFF'));
        break;
    case 3:
        host.send(std::move(FrameWriter(Kind::enter).number(1).number(0).number(0)));
        break;
    case 4: // no such slot
        host.send(std::move(call.number(65).number(1).number(0)));
        break;
    case 5: // no such verb
        host.send(std::move(call.number(1).number(99).number(0)));
        break;
    case 6: // no instance
        host.send(std::move(call.number(9).number(3).number(0)));
        break;
    case 7: // created twice
        host.send(std::move(call.number(1).number(1).number(0)));
        break;
    case 8: // too few arguments
        host.send(std::move(call.number(1).number(4).number(1).text("reference")));
        break;
    case 9: // not a number
        host.startCall(90, 1, Verb::listChoices, {"", "", "", "{}", "-1"});
        break;
    case 10: // a text longer than its frame
        host.send(std::move(call.number(1).number(2).number(1).number(500)));
        break;
    default: // a response that nobody waits for
        host.send(FrameWriter(Kind::response, 1, 77));
    }
    CHECK(host.ends());
}

TEST_CASE("the runner returns when the socket is closed, even if a thread of the plugin hangs")
{
    Running host;
    host.startCall(90, 1, Verb::createTicket, {"hangs", "{}"});
    host.makeInstance(2);
    host.end();
}

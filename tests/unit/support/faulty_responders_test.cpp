#include "tests/support/faulty_responders.h"
#include "tests/unit/support/client.h"

#include <catch2/catch.hpp>

using namespace psa::test;
using namespace psa::test::respond;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

struct ResponderFixture
{
    TestPki pki;
    Poco::Net::Context::Ptr context = strictContext(pki.caFile());
    TlsServer server{{.certificate = pki.leaf({serverName})}, ok()};

    Heard ask(Responder responder, std::size_t enough = std::string::npos)
    {
        server.respondWith(std::move(responder));
        return post(server.port(), context, enough);
    }
};

struct Case
{
    const char *name;
    Responder responder;
    std::string bytesEnd; ///< The end of the bytes that arrive; empty: none arrive.
    std::string end;      ///< Part of how the connection ends.
};

const std::string json = "{\"id\":1}";

} // namespace

TEST_CASE_METHOD(ResponderFixture, "each fault that ends the connection does what its name says")
{
    const std::vector<Case> cases = {
        {"drop", dropWithoutAnswer(), "", "clean"},
        {"cut", dropWithoutAnswer(End::cut), "", "cut"},
        {"reset", resetWithoutAnswer(), "", "reset"},
        {"alert", fatalAlert(), "", "alert bad record mac"},
        {"half a status line", cutAfter(12, json), "HTTP/1.1 200", "cut"},
        {"short", shortBody(), "Content-Length: 100\r\n\r\n" + json, "clean"},
        {"short, reset", shortBody(End::reset), json, "reset"},
        {"half a chunk", truncatedChunk(End::cut), "40\r\n" + json, "cut"},
        {"no last chunk", missingLastChunk(), "8\r\n" + json + "\r\n", "clean"},
        {"bad chunk size", badChunkSize(), "zz\r\n" + json + "\r\n0\r\n\r\n", "clean"},
        {"two framings", conflictingLengths(), "8\r\n" + json + "\r\n0\r\n\r\n", "clean"},
        {"two lengths", duplicateLengths(), "Content-Length: 8\r\nContent-Length: 3\r\n\r\n" + json, "clean"},
        {"negative length", negativeLength(), "Content-Length: -1\r\n\r\n" + json, "clean"},
        {"HTTP/0.9", http09(), json + "\n", "clean"},
        {"line feeds", bareLineFeeds(), "OK\nContent-Length: 8\n\n" + json, "clean"},
        {"control characters", controlCharacters(),
         std::string("a\0\x01\x7f", 4) + "b\r\nContent-Length: 8\r\n\r\n" + json, "clean"},
        {"noise beside TLS", tlsGarbage(), "", "wrong version number"},
        {"any text", text("abc"), "abc", "clean"}};
    for (const Case &fault : cases)
    {
        INFO(fault.name);
        const Heard heard = ask(fault.responder);
        CHECK_THAT(heard.bytes, EndsWith(fault.bytesEnd));
        CHECK(heard.bytes.empty() == fault.bytesEnd.empty());
        CHECK_THAT(heard.end, Contains(fault.end));
    }
    CHECK(ask(garbage()).bytes.size() == 512);
    CHECK(server.counts().requests == cases.size() + 1);
}

TEST_CASE_METHOD(ResponderFixture, "each good answer is understood and keeps the connection")
{
    server.respondWith(
        inTurn({ok(json), chunked(json), chunked(""), continueFirst(json), status(429, "slow down"),
                dripHeaders(std::chrono::microseconds(10), json), dripBody(std::chrono::microseconds(10), json)}));
    Session session(server.port(), context);
    for (const std::string &wanted : {"200 " + json, "200 " + json, std::string("200 "), "200 " + json,
                                      std::string("429 slow down"), "200 " + json, "200 " + json})
        CHECK(exchange(session, "{}") == wanted);
    CHECK(server.counts().connections == 1);
}

TEST_CASE_METHOD(ResponderFixture, "dripping takes its time for every byte")
{
    const std::chrono::microseconds interval(500);
    const auto start = std::chrono::steady_clock::now();
    const std::size_t size = answerText(200, json).size();
    CHECK(ask(dripHeaders(interval, json), size).bytes.size() == size);
    CHECK(std::chrono::steady_clock::now() - start >= interval * size);
}

TEST_CASE_METHOD(ResponderFixture, "answers without end go on until the client leaves")
{
    const std::vector<std::pair<std::string, Responder>> cases = {
        {"xxxx", endlessBody()},
        {"4000\r\nxxxx", endlessChunks()},
        {"X-Long: xxxx", endlessHeaderLine()},
        {"X-Again: and again\r\nX-Again", endlessHeaders()},
        {"103 Early Hints\r\n\r\nHTTP/1.1 103", interimFlood()}};
    for (const auto &[part, responder] : cases)
    {
        const Heard heard = ask(responder, 300'000);
        CHECK(heard.end.empty());
        CHECK(heard.bytes.size() >= 300'000);
        CHECK_THAT(heard.bytes, Contains(part));
    }
    CHECK(server.waitUntil([&](const ServerCounts &counts) { return counts.ended == cases.size(); }));
}

TEST_CASE_METHOD(ResponderFixture, "the surplus of a long body looks like the next answer")
{
    server.respondWith(inTurn({longBody(), ok("{\"id\":3}")}));
    Session session(server.port(), context);
    CHECK(exchange(session, "") == "200 {\"id\":1}");
    CHECK(exchange(session, "") == "200 {\"id\":2}"); // how this client reads it
}

TEST_CASE_METHOD(ResponderFixture, "a storm passes")
{
    server.respondWith(storm(2, status(503), ok(json)));
    Session session(server.port(), context);
    CHECK(exchange(session, "") == "503 ");
    CHECK(exchange(session, "") == "503 ");
    CHECK(exchange(session, "") == "200 " + json);
    CHECK(exchange(session, "") == "200 " + json);
}

TEST_CASE_METHOD(ResponderFixture, "idle connections are ended in each way and in the same order for the same seed")
{
    const auto endings = [this] {
        std::vector<std::string> seen;
        const Responder random = closeIdleAtRandom(7, json);
        for (int i = 0; i < 24; ++i)
        {
            const Heard heard = ask([random](const ReceivedRequest &request, Connection &connection) {
                random(request, connection);
                text("kept")(request, connection); // received only if the connection was kept
            });
            seen.push_back(heard.bytes.ends_with("kept") ? "kept" : heard.end);
        }
        return seen;
    };
    const auto first = endings();
    for (const std::string wanted : {"kept", "clean", "cut", "reset"})
        CHECK_THAT(first, Catch::VectorContains(wanted));
    CHECK(first == endings());
}

TEST_CASE_METHOD(ResponderFixture, "after none of the unusable answers is there a whole answer")
{
    for (const Named &fault : unusableAnswers())
    {
        INFO(fault.name);
        auto socket = connect(server.port(), context);
        socket.setReceiveTimeout(Poco::Timespan(0, 50'000)); // some never end
        server.respondWith(fault.responder);
        CHECK(post(socket, 100'000).bytes.find("\r\n\r\n" + json + "\r\n0\r\n\r\n") == std::string::npos);
    }
    CHECK(server.waitUntil([](const ServerCounts &counts) { return counts.requests == unusableAnswers().size(); }));
}

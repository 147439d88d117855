#include "tests/support/fault_proxy.h"
#include "tests/support/faulty_responders.h"
#include "tests/support/tls_records.h"
#include "tests/unit/support/client.h"

#include <catch2/catch.hpp>

using namespace psa::test;
using Catch::Matchers::Contains;
using Then = Flow::Then;

namespace {

struct ProxyFixture
{
    TestPki pki;
    Credential leaf = pki.leaf({serverName});
    Poco::Net::Context::Ptr context = strictContext(pki.caFile());
    // Without session tickets the first record after the request is the answer.
    TlsServer server{{.certificate = leaf, .sessionTickets = 0}, respond::ok()};
    FaultProxy proxy{server.port()};

    Heard ask(const Plan &plan, std::size_t enough = std::string::npos)
    {
        proxy.planWith([plan](std::size_t) { return plan; });
        return post(proxy.port(), context, enough);
    }
    /// Of the last connection, after its end.
    ProxyCounts last() const
    {
        REQUIRE(proxy.waitUntil([](const std::vector<ProxyCounts> &counts) { return counts.back().ended; }));
        return proxy.counts().back();
    }
};

} // namespace

TEST_CASE_METHOD(ProxyFixture, "a proxy without a plan changes nothing")
{
    {
        Session session(proxy.port(), context);
        CHECK(exchange(session, "one") == "200 {}");
        CHECK(exchange(session, "two") == "200 {}");
    }
    const ProxyCounts counts = last();
    CHECK(counts.fromClient == counts.toServer);
    CHECK(counts.fromServer == counts.toClient);
    CHECK(counts.requestBegan);
    CHECK_FALSE(counts.faultHappened);
    CHECK(server.counts().requests == 2);
    CHECK(server.counts().connections == 1);
}

TEST_CASE_METHOD(ProxyFixture, "a refused connection never reaches the server")
{
    CHECK_THAT(ask(plan::refuse()).end, Contains("no handshake") && Contains("reset by peer"));
    CHECK(last().fromClient == 0);
    CHECK(server.counts().connections == 0);
}

TEST_CASE_METHOD(ProxyFixture, "a black hole takes everything and gives nothing")
{
    proxy.planWith([](std::size_t) { return plan::blackHole(); });
    const Gate unused;
    auto client = Socket::connectTo(proxy.port());
    CHECK(client.write("\x16\x03\x01 something", unused));
    client.finish();
    char byte;
    CHECK(client.read(&byte, 1, unused) == std::optional<std::size_t>(0));
    CHECK(last().toClient == 0);
    CHECK(server.counts().connections == 0);
}

TEST_CASE_METHOD(ProxyFixture, "the request is dropped after a good handshake, in TLS 1.2 and 1.3")
{
    const auto version = GENERATE(Tls::v1_2, Tls::v1_3);
    const auto [how, end] =
        GENERATE(table<Then, std::string>({{Then::close, "cut"}, {Then::reset, "reset"}, {Then::halfClose, "cut"}}));
    TlsServer other({.certificate = leaf, .minVersion = version, .maxVersion = version}, respond::ok());
    FaultProxy between(other.port(), [how = how](std::size_t) { return plan::dropBeforeRequest(how); });
    const Heard heard = post(between.port(), context);
    CHECK(heard.bytes.empty());
    CHECK(heard.end == end);
    REQUIRE(other.waitUntil([](const ServerCounts &counts) { return counts.ended == 1; }));
    CHECK(other.counts().handshakes == 1);
    CHECK(other.received().empty());
    const ProxyCounts counts = between.counts().at(0);
    CHECK(counts.requestBegan);
    CHECK(counts.faultHappened);
    CHECK(counts.toServer < counts.fromClient);
}

TEST_CASE_METHOD(ProxyFixture, "the answer is cut after the request has arrived")
{
    const auto bytes = GENERATE(std::size_t(0), std::size_t(7));
    const auto [how, end] = GENERATE(table<Then, std::string>({{Then::close, "cut"}, {Then::reset, "reset"}}));
    const Heard heard = ask(plan::cutAnswer(bytes, how));
    CHECK(heard.bytes.empty());
    CHECK(heard.end == end);
    CHECK(server.waitUntil([](const ServerCounts &counts) { return counts.requests == 1; }));
    CHECK(last().fromServer - last().toClient > 0);
}

TEST_CASE_METHOD(ProxyFixture, "a handshake is cut after exactly so many bytes, in either direction")
{
    CHECK_THAT(ask(plan::cutToServer(100)).end, Contains("no handshake"));
    CHECK(last().toServer == 100);
    CHECK_THAT(ask(plan::cutToClient(300, Then::reset)).end, Contains("no handshake") && Contains("reset by peer"));
    CHECK(last().toClient == 300);
    CHECK_THAT(ask(plan::cutToClient(0, Then::garbage)).end, Contains("no handshake") && Contains("wrong version"));
    CHECK(last().faultHappened);
    CHECK(server.counts().handshakes == 0);
}

TEST_CASE_METHOD(ProxyFixture, "noise in place of the answer breaks the connection")
{
    CHECK_THAT(ask(plan::cutAnswer(0, Then::garbage)).end, Contains("wrong version"));
    CHECK(server.counts().requests == 1);
    CHECK(last().toClient == last().fromServer);
}

TEST_CASE_METHOD(ProxyFixture, "held bytes come when the gate opens")
{
    const auto gate = std::make_shared<Gate>();
    const bool holdsRequest = GENERATE(true, false);
    const Plan held = holdsRequest ? plan::holdRequest(gate) : plan::holdAnswer(gate);
    proxy.planWith([held](std::size_t) { return held; });
    auto socket = connect(proxy.port(), context);
    socket.sendBytes("GET / HTTP/1.1\r\n\r\n", 18);
    REQUIRE(proxy.waitUntil([&](const std::vector<ProxyCounts> &counts) {
        const bool isAnswered = counts[0].fromServer > counts[0].toClient && server.counts().requests == 1;
        return counts[0].requestBegan && (holdsRequest || isAnswered);
    }));
    CHECK(server.counts().requests == (holdsRequest ? 0U : 1U));
    gate->open();
    char answer[15];
    CHECK(socket.receiveBytes(answer, sizeof answer) > 0);
    CHECK(server.counts().requests == 1);
}

TEST_CASE_METHOD(ProxyFixture, "delay and drip take their time and lose nothing")
{
    const std::chrono::microseconds interval(200);
    const std::size_t answer = respond::answerText(200, "{}").size();
    const auto timed = [&](const Plan &plan, auto atLeast) {
        const auto start = std::chrono::steady_clock::now();
        CHECK(ask(plan, answer).bytes.ends_with("{}"));
        CHECK(std::chrono::steady_clock::now() - start >= atLeast);
    };
    timed(plan::delay(std::chrono::milliseconds(30)), std::chrono::milliseconds(30));
    timed(plan::dripHandshake(interval), 500 * interval);
    timed(plan::dripAnswer(interval), answer * interval);
    CHECK(server.counts().requests == 3);
}

TEST_CASE_METHOD(ProxyFixture, "the server's own end is passed on as it was")
{
    server.respondWith(respond::dropWithoutAnswer());
    CHECK(ask(plan::pass()).end == "clean");
    server.respondWith(respond::resetWithoutAnswer());
    CHECK(ask(plan::pass()).end == "reset");
}

TEST_CASE_METHOD(ProxyFixture, "a proxy whose target is away resets")
{
    const ClosedPort closed;
    FaultProxy lost(closed.port());
    CHECK_THAT(post(lost.port(), context).end, Contains("reset by peer"));
}

TEST_CASE_METHOD(ProxyFixture, "plans are used in turn and then all is well")
{
    proxy.planWith(FaultProxy::inTurn({plan::refuse(), plan::dropBeforeRequest()}));
    CHECK(post(proxy.port(), context).bytes.empty());
    CHECK(post(proxy.port(), context).bytes.empty());
    Session session(proxy.port(), context);
    CHECK(exchange(session, "") == "200 {}");
    CHECK(server.counts().requests == 1);
}

TEST_CASE_METHOD(ProxyFixture, "the destruction of a proxy ends whatever stalls")
{
    const auto never = std::make_shared<Gate>();
    const auto stalled =
        GENERATE_COPY(values<Plan>({plan::blackHole(), plan::cutToServer(10, Then::stall), plan::holdRequest(never),
                                    plan::dripHandshake(std::chrono::hours(1)), plan::delay(std::chrono::hours(1))}));
    auto between = std::make_unique<FaultProxy>(server.port(), [stalled](std::size_t) { return stalled; });
    const Gate unused;
    auto client = Socket::connectTo(between->port());
    CHECK(client.write("\x16\x03\x01 something", unused));
    REQUIRE(between->waitUntil([](const std::vector<ProxyCounts> &counts) { return !counts.empty(); }));
    between.reset();
    char byte;
    CHECK(client.read(&byte, 1, unused).value_or(0) == 0);
}

TEST_CASE("records are found in pieces of any size")
{
    const std::string stream = std::string("\x16\x03\x01\x00\x03", 5) + "abc" + std::string("\x14\x03\x03\x00\x00", 5) +
                               std::string("\x17\x03\x03\x01\x00", 5) + std::string(256, '\x17') +
                               std::string("\x15\x03\x03\x00\x02", 5) + "xy";
    const std::vector<std::pair<int, std::size_t>> wanted = {{0x16, 0}, {0x14, 8}, {0x17, 13}, {0x15, 274}};
    for (const std::size_t size : {1U, 2U, 7U, 1000U})
    {
        RecordScanner scanner;
        std::vector<std::pair<int, std::size_t>> found;
        for (std::size_t at = 0; at < stream.size(); at += size)
            scanner.feed(std::string_view(stream).substr(at, size),
                         [&](unsigned char type, std::size_t offset) { found.emplace_back(type, at + offset); });
        CHECK(found == wanted);
    }
}

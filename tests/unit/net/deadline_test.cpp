// Deadlines and cancellation in each phase of a request.
#include "tests/unit/net/wire.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <random>
#include <thread>

using namespace psa::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Where a request hangs: the port to send to, and what keeps it alive.
struct Phase
{
    std::string name;
    std::uint16_t port = 0;
    bool leaves = false; ///< By then bytes of the request have been sent.
    std::shared_ptr<void> keeper;
    std::shared_ptr<void> second;
};

Phase through(const std::string &name, const Plan &plan, bool leaves)
{
    auto server = std::make_shared<TlsServer>(serverOptions(), respond::ok());
    auto proxy = std::make_shared<FaultProxy>(server->port(), [plan](std::size_t) { return plan; });
    return {name, proxy->port(), leaves, proxy, server};
}

Phase answering(const std::string &name, Responder responder)
{
    auto server = std::make_shared<TlsServer>(serverOptions(), std::move(responder));
    return {name, server->port(), true, server, nullptr};
}

std::vector<Phase> phases()
{
    auto deaf = std::make_shared<DeafPort>();
    TlsServerOptions dripping = serverOptions();
    dripping.handshakeDrip = milliseconds(20);
    auto slow = std::make_shared<TlsServer>(dripping, respond::ok());
    return {{"connect", deaf->port(), false, deaf, nullptr},
            through("TLS, no answer", plan::blackHole(), false),
            {"TLS, dripping", slow->port(), false, slow, nullptr},
            answering("before the answer", respond::hang()),
            answering("in the head, dripping", respond::dripHeaders(milliseconds(20))),
            answering("in the body, dripping", respond::dripBody(milliseconds(20), std::string(2000, 'x'))),
            answering("in a head without end", respond::interimFlood()),
            through("in the answer", plan::cutAnswer(10, Flow::Then::stall), true)};
}

milliseconds since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

} // namespace

TEST_CASE("the deadline is observed in each phase")
{
    for (const Phase &phase : phases())
    {
        DYNAMIC_SECTION(phase.name)
        {
            const Wire wire(phase.port);
            const auto start = std::chrono::steady_clock::now();
            const HttpResponse response = wire.send(post(), milliseconds(300));
            INFO(toText(response.delivery) << " / " << toText(response.reason) << ": " << response.detail);
            CHECK(since(start) < milliseconds(800));
            CHECK(response.delivery == (phase.leaves ? Delivery::noAnswer : Delivery::notSent));
            if (phase.name != "in a head without end") // that one is rejected before its time
                CHECK(response.reason == Reason::timeout);
        }
    }
}

TEST_CASE("a cancellation is observed in each phase")
{
    for (const Phase &phase : phases())
    {
        if (phase.name == "in a head without end")
            continue;
        DYNAMIC_SECTION(phase.name)
        {
            const Wire wire(phase.port);
            std::atomic<bool> cancelled{false};
            HttpResponse response;
            std::thread sender([&] {
                response = wire.send(post(), Stop{RunningClock::now() + seconds(30), [&] { return cancelled.load(); }});
            });
            std::this_thread::sleep_for(milliseconds(150)); // into the phase; earlier would only test an earlier one
            const auto start = std::chrono::steady_clock::now();
            cancelled = true;
            sender.join();
            INFO(toText(response.delivery) << " / " << toText(response.reason) << ": " << response.detail);
            CHECK(since(start) < seconds(1));
            CHECK(response.reason == Reason::cancelled);
            CHECK(response.delivery == (phase.leaves ? Delivery::noAnswer : Delivery::notSent));
        }
    }
}

TEST_CASE("a request whose deadline passes before it begins is not sent")
{
    TlsServer server(serverOptions(), respond::ok());
    const Wire wire(server.port());
    CHECK(wire.send(post(), milliseconds(0)).delivery == Delivery::notSent);
    REQUIRE(wire.send(get()).delivery == Delivery::answered);
    const HttpResponse kept = wire.send(post(), milliseconds(0)); // on the kept connection too
    CHECK(kept.delivery == Delivery::notSent);
    CHECK(kept.reason == Reason::timeout);
    CHECK(server.counts().requests == 1);
}

TEST_CASE("many threads share a transport while deadlines, cancels and closes race")
{
    TlsServer server(serverOptions(), respond::closeIdleAtRandom(7));
    const Wire wire(server.port());
    std::atomic<int> answered{0};
    std::atomic<int> other{0};
    std::atomic<int> impossible{0};
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            std::mt19937 dice(t);
            for (int i = 0; i < 40; ++i)
            {
                const bool isShort = dice() % 4 == 0;
                std::atomic<int> looks{0};
                const int cancelAfter = dice() % 5 == 0 ? 1 : 1000000;
                const Stop stop{RunningClock::now() + (isShort ? milliseconds(dice() % 4) : milliseconds(20000)),
                                [&] { return ++looks > cancelAfter; }};
                const HttpResponse response = wire.send(dice() % 2 == 0 ? post() : get(), stop);
                ++(response.delivery == Delivery::answered ? answered : other);
                if (response.delivery == Delivery::answered && response.status != 200)
                    ++impossible;
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    CHECK(impossible == 0);
    CHECK(answered > 0);
    CHECK(answered + other == 160);
}

TEST_CASE("in a burst most requests reuse a connection although the peer closes some, and no read is lost")
{
    TlsServer server(serverOptions(), respond::ok());
    std::atomic<unsigned> count{0};
    server.respondWith([&count](const ReceivedRequest &, Connection &connection) {
        connection.send(respond::answerText(200, "{}"));
        if (++count % 33 == 0)
            connection.close();
    });
    const Wire wire(server.port());
    for (int i = 0; i < 400; ++i)
        REQUIRE(wire.send(get()).delivery == Delivery::answered);
    const auto counts = wire.transport->counts();
    CHECK(counts.reused * 100 >= (counts.reused + counts.opened) * 95);
}

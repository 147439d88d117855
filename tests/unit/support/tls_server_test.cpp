#include "tests/support/faulty_responders.h"
#include "tests/unit/support/client.h"

#include <catch2/catch.hpp>

using namespace psa::test;
using Catch::Matchers::Contains;

namespace {

struct Fixture
{
    TestPki pki;
    Credential leaf = pki.leaf({serverName});
    Poco::Net::Context::Ptr context = strictContext(pki.caFile());

    Heard ask(const TlsServer &server) const { return post(server.port(), context); }
};

bool isOver(const TlsServer &server, std::size_t connections = 1)
{
    return server.waitUntil([=](const ServerCounts &counts) { return counts.ended == connections; });
}

} // namespace

TEST_CASE_METHOD(Fixture, "a test server keeps the connection and remembers each request as it was")
{
    TlsServer server({.certificate = leaf}, respond::ok("{\"id\":1}"));
    {
        Session session(server.port(), context);
        CHECK(exchange(session, "first") == "200 {\"id\":1}");
        server.respondWith(respond::status(503, "busy", {{"Retry-After", "7"}}));
        CHECK(exchange(session, "second") == "503 busy");
    }
    REQUIRE(isOver(server));
    CHECK(server.counts().connections == 1);
    CHECK(server.counts().handshakes == 1);
    CHECK(server.counts().requests == 2);
    const auto requests = server.requests();
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/tickets?q=1");
    CHECK(requests[0].headers.get("content-length") == "5");
    CHECK(requests[0].body == "first");
    CHECK(requests[1].body == "second");
    CHECK(requests[1].connection == 0);
    CHECK(requests[1].sequence == 1);
    CHECK(server.received() == requests[0].raw + requests[1].raw);
    CHECK(server.errors().empty());
}

TEST_CASE_METHOD(Fixture, "a test server that speaks only old TLS is refused")
{
    TlsServer server({.certificate = leaf, .minVersion = Tls::v1_0, .maxVersion = Tls::v1_1}, respond::ok());
    CHECK_THAT(ask(server).end, Contains("no handshake"));
    REQUIRE(isOver(server));
    CHECK(server.counts().handshakes == 0);
    CHECK_THAT(server.errors(), Catch::VectorContains(std::string("unsupported protocol")));
}

TEST_CASE_METHOD(Fixture, "a test server that demands a client certificate refuses the wrong one")
{
    const auto newest = GENERATE(Tls::v1_2, Tls::v1_3);
    TlsServer server({.certificate = leaf, .maxVersion = newest, .clientCa = pki.clientCaFile()}, respond::ok());
    CHECK(ask(server).bytes.empty());
    const auto stranger = strictContext(pki.caFile(), pki.leaf({"client"}, {.signer = Signer::unknownCa}));
    CHECK(post(server.port(), stranger).bytes.empty());
    REQUIRE(isOver(server, 2));
    CHECK(server.errors().size() == 2);
    CHECK(server.counts().handshakes == 0);

    const auto known = strictContext(pki.caFile(), pki.leaf({"client"}, {.signer = Signer::clientCa}));
    Session session(server.port(), known);
    CHECK(exchange(session, "") == "200 {}");
}

TEST_CASE_METHOD(Fixture, "in TLS 1.3 the refusal of a client certificate comes after the client's handshake")
{
    TlsServer server({.certificate = leaf, .minVersion = Tls::v1_3, .clientCa = pki.clientCaFile()}, respond::ok());
    const Heard heard = ask(server);
    CHECK_THAT(heard.end, !Contains("no handshake") && Contains("certificate required"));
}

TEST_CASE_METHOD(Fixture, "a connection can be ended before the handshake or before the first request")
{
    TlsServerOptions options{.certificate = leaf};
    SECTION("noise instead of a handshake")
    {
        options.onAccept = [](Connection &connection) {
            connection.sendRaw("220 mail.example ready\r\n");
            connection.hang();
            connection.close();
        };
        TlsServer server(options, respond::ok());
        CHECK_THAT(ask(server).end, Contains("wrong version number"));
        CHECK(server.counts().handshakes == 0);
    }
    SECTION("close_notify before anything")
    {
        options.onConnected = [](Connection &connection) { connection.close(); };
        TlsServer server(options, respond::ok());
        CHECK(ask(server).bytes.empty());
        REQUIRE(isOver(server));
        CHECK(server.counts().handshakes == 1);
        CHECK(server.received().empty());
    }
}

TEST_CASE_METHOD(Fixture, "a handshake can drip")
{
    const std::chrono::microseconds interval(200);
    TlsServer server({.certificate = leaf, .handshakeDrip = interval}, respond::ok());
    const auto start = std::chrono::steady_clock::now();
    connect(server.port(), context);
    CHECK(std::chrono::steady_clock::now() - start >= 500 * interval); // a certificate alone has more bytes
}

TEST_CASE_METHOD(Fixture, "an answer waits for its gate")
{
    const auto gate = std::make_shared<Gate>();
    TlsServer server({.certificate = leaf, .sessionTickets = 0}, respond::held(gate, respond::dropWithoutAnswer()));
    auto socket = connect(server.port(), context);
    socket.sendBytes("GET / HTTP/1.1\r\n\r\n", 18);
    REQUIRE(server.waitUntil([](const ServerCounts &counts) { return counts.requests == 1; }));
    CHECK(server.counts().ended == 0);
    gate->open();
    CHECK(isOver(server));
}

TEST_CASE_METHOD(Fixture, "the destruction of a test server ends whatever hangs")
{
    const auto never = std::make_shared<Gate>();
    const auto responder = GENERATE_COPY(
        values<Responder>({respond::hang(), respond::held(never, respond::ok()),
                           respond::dripBody(std::chrono::hours(1)), respond::endlessBody(), respond::ok()}));
    auto server = std::make_unique<TlsServer>(TlsServerOptions{.certificate = leaf}, responder);
    auto socket = connect(server->port(), context);
    const auto silent = Socket::connectTo(server->port()); // never begins its handshake
    socket.sendBytes("GET / HTTP/1.1\r\n\r\n", 18);
    REQUIRE(
        server->waitUntil([](const ServerCounts &counts) { return counts.requests == 1 && counts.connections == 2; }));
    server.reset();
    SUCCEED("it has come back");
}

TEST_CASE_METHOD(Fixture, "what a test server does not understand is an error with a reason, and no request")
{
    TlsServer server({.certificate = leaf}, respond::ok());
    auto socket = connect(server.port(), context);
    const std::string request = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    socket.sendBytes(request.data(), static_cast<int>(request.size()));
    REQUIRE(isOver(server));
    CHECK(server.counts().requests == 0);
    CHECK(server.received() == request);
    REQUIRE(server.errors().size() == 1);
    CHECK_THAT(server.errors()[0], Contains("Transfer-Encoding"));
}

TEST_CASE("a closed port refuses connections and a deaf port does not respond")
{
    const ClosedPort closed;
    CHECK_THROWS_AS(Socket::connectTo(closed.port()), std::system_error);
    const DeafPort deaf;
    Poco::Net::StreamSocket socket;
    CHECK_THROWS_AS(socket.connect(Poco::Net::SocketAddress("127.0.0.1", deaf.port()), Poco::Timespan(0, 200'000)),
                    Poco::TimeoutException);
}

// Every way in which a request can fail, over real TLS sockets: how far it got, and that a changing request is sent
// once.
#include "tests/unit/net/wire.h"

#include <catch2/catch.hpp>

#include <csignal>

using namespace psa::test;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// A write to a closed connection must be an error; in the program makeNetRuntime() ensures this.
const bool pipeIgnored = [] { return std::signal(SIGPIPE, SIG_IGN) != SIG_ERR; }();

bool isNotSent(const HttpResponse &response, Reason reason)
{
    INFO(toText(response.delivery) << " / " << toText(response.reason) << ": " << response.detail);
    CHECK(response.delivery == Delivery::notSent);
    CHECK(response.reason == reason);
    CHECK(!response.detail.empty());
    return response.delivery == Delivery::notSent && response.reason == reason;
}

bool isLost(const HttpResponse &response)
{
    INFO(toText(response.delivery) << " / " << toText(response.reason) << ": " << response.detail);
    CHECK(response.delivery == Delivery::noAnswer);
    CHECK(!response.detail.empty());
    return response.delivery == Delivery::noAnswer;
}

} // namespace

TEST_CASE("a request and its response are transferred unchanged")
{
    TlsServer server(serverOptions(), respond::status(201, R"({"id":1})", {{"X-Mark", "here"}}));
    const Wire wire(server.port());
    const HttpResponse response = wire.send(post());
    CHECK(response.delivery == Delivery::answered);
    CHECK(response.reason == Reason::none);
    CHECK(response.status == 201);
    CHECK(response.body == R"({"id":1})");
    REQUIRE(server.requests().size() == 1);
    const ReceivedRequest received = server.requests()[0];
    CHECK(received.method == "POST");
    CHECK(received.target == "/tickets");
    CHECK(received.body == post().body);
    CHECK(received.headers.get("Host") == "psa.allowed.example");
}

TEST_CASE("a large request and a large response are transferred completely")
{
    TlsServer server(serverOptions(), respond::chunked(std::string(300000, 'b')));
    HttpRequest request = post();
    request.body.assign(500000, 'a');
    const HttpResponse response = Wire(server.port()).send(request);
    CHECK(response.body == std::string(300000, 'b'));
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].body == request.body);
}

TEST_CASE("a request to a name that does not resolve is not sent")
{
    Wire wire(1);
    wire.runtime->connectTo.clear();
    wire.resolver->fails = true;
    CHECK(isNotSent(wire.send(post()), Reason::dns));
}

TEST_CASE("a silent name server ends with the deadline or a cancel, and does not pile up threads")
{
    auto gate = std::make_shared<Gate>();
    Wire wire(1);
    wire.runtime->connectTo.clear();
    wire.runtime->resolver = std::make_shared<SystemResolver>([gate](const std::string &) {
        gate->wait();
        return std::vector<Poco::Net::IPAddress>{};
    });
    CHECK(isNotSent(wire.send(post(), milliseconds(60)), Reason::timeout));
    CHECK(
        isNotSent(wire.send(post(), Stop{RunningClock::now() + seconds(20), [] { return true; }}), Reason::cancelled));
    for (int i = 1; i < SystemResolver::maxPending; ++i)
        wire.send(get(), milliseconds(1));
    CHECK_THAT(wire.send(post()).detail, Catch::Contains("has not answered"));
    gate->open();
}

TEST_CASE("a request to a port where nothing listens is not sent")
{
    const ClosedPort closed;
    CHECK(isNotSent(Wire(closed.port()).send(post()), Reason::connect));
}

TEST_CASE("a host that loses its lease while it connects sends nothing", "[fleet]")
{
    TlsServer server(serverOptions(), respond::ok());
    Wire wire(server.port());
    Stop stop{RunningClock::now() + seconds(20)};
    bool asked = false;
    stop.mayLeave = [&] {
        asked = true;
        return server.counts().connections == 0; // it was its own when the connection was begun
    };
    const HttpResponse response = wire.send(post(), stop);
    CHECK(isNotSent(response, Reason::cancelled));
    CHECK_THAT(response.detail, Catch::Contains("no longer handles the connection"));
    CHECK(asked);
    CHECK(server.requests().empty());
    stop.mayLeave = [] { return true; };
    CHECK(wire.send(post(), stop).delivery == Delivery::answered);
}

TEST_CASE("each of a name's addresses is tried")
{
    TlsServer server(serverOptions(), respond::ok());
    Wire wire(server.port());
    wire.runtime->connectTo.clear();
    wire.runtime->addresses = AddressPolicy({Network("127.0.0.0/8")});
    wire.resolver->addresses = {Poco::Net::IPAddress("127.0.0.9"), Poco::Net::IPAddress("127.0.0.1")};
    const auto url = HttpsUrl::parse("https://psa.allowed.example:" + std::to_string(server.port()) + "/");
    const HttpResponse response = wire.transport->exchange(url, post(), Stop{RunningClock::now() + seconds(20)});
    INFO(response.detail);
    CHECK(response.delivery == Delivery::answered);
}

TEST_CASE("a private address of a name gets no connection, but a public one beside it does")
{
    TlsServer server(serverOptions(), respond::ok());
    Wire wire(server.port());
    wire.runtime->connectTo.clear();
    const auto url = HttpsUrl::parse("https://psa.allowed.example:" + std::to_string(server.port()) + "/");
    const Stop stop{RunningClock::now() + seconds(20)};
    for (const char *address : {"127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1"})
    {
        wire.resolver->addresses = {Poco::Net::IPAddress(address)};
        const HttpResponse response = wire.transport->exchange(url, post(), stop);
        CHECK(isNotSent(response, Reason::policy));
        CHECK_THAT(response.detail, Catch::Contains(address) && Catch::Contains("allowed_networks"));
    }
    CHECK(server.counts().connections == 0);
    wire.runtime->addresses = AddressPolicy({Network("127.0.0.1/32")});
    wire.resolver->addresses = {Poco::Net::IPAddress("127.0.0.2"), Poco::Net::IPAddress("127.0.0.1")};
    CHECK(wire.transport->exchange(url, post(), stop).delivery == Delivery::answered);
}

TEST_CASE("no byte of the request is sent after a TLS failure")
{
    struct Case
    {
        const char *name;
        TlsServerOptions options;
    };
    LeafOptions expired;
    expired.notBefore = -std::chrono::hours(48);
    expired.notAfter = -std::chrono::hours(24);
    LeafOptions future;
    future.notBefore = std::chrono::hours(24);
    future.notAfter = std::chrono::hours(48);
    LeafOptions unknown;
    unknown.signer = Signer::unknownCa;
    LeafOptions self;
    self.signer = Signer::itself;
    LeafOptions client;
    client.signer = Signer::clientCa;
    std::vector<Case> cases{
        {"expired", serverOptions(pki().leaf({"psa.allowed.example"}, expired))},
        {"not yet valid", serverOptions(pki().leaf({"psa.allowed.example"}, future))},
        {"unknown authority", serverOptions(pki().leaf({"psa.allowed.example"}, unknown))},
        {"another authority", serverOptions(pki().leaf({"psa.allowed.example"}, client))},
        {"self-signed", serverOptions(pki().leaf({"psa.allowed.example"}, self))},
        {"wrong host", serverOptions(pki().leaf({"psa.evil.example"}))},
        {"wrong wildcard", serverOptions(pki().leaf({"*.example"}))},
        {"address instead of name", serverOptions(pki().leaf({"127.0.0.1"}))},
        {"TLS 1.1", serverOptions()},
        {"TLS 1.0", serverOptions()},
    };
    cases[8].options.minVersion = cases[8].options.maxVersion = Tls::v1_1;
    cases[9].options.minVersion = cases[9].options.maxVersion = Tls::v1_0;
    for (const Case &each : cases)
    {
        DYNAMIC_SECTION(each.name)
        {
            TlsServer server(each.options, respond::ok());
            const HttpResponse response = Wire(server.port()).send(post());
            CHECK(isNotSent(response, Reason::tls));
            CHECK_THAT(response.detail, Catch::Contains("psa.allowed.example"));
            CHECK(server.received().empty());
        }
    }
}

TEST_CASE("with a handshake that is not TLS, or ends early, the request is not sent")
{
    TlsServerOptions made = serverOptions();
    SECTION("another protocol")
    {
        made.onAccept = [](Connection &connection) { connection.sendRaw("220 mail.example ESMTP\r\n"); };
    }
    SECTION("closed")
    {
        made.onAccept = [](Connection &connection) { connection.cut(); };
    }
    SECTION("reset")
    {
        made.onAccept = [](Connection &connection) { connection.abort(); };
    }
    TlsServer server(made, respond::ok());
    const HttpResponse response = Wire(server.port()).send(post());
    // A reset can arrive before the new connection is checked.
    CHECK(isNotSent(response, response.reason == Reason::connect ? Reason::connect : Reason::tls));
    CHECK(server.received().empty());
}

TEST_CASE("a client certificate rejected after the handshake leaves the outcome open")
{
    TlsServerOptions made = serverOptions();
    made.clientCa = pki().clientCaFile();
    TlsServer server(made, respond::ok());
    CHECK(isLost(Wire(server.port()).send(post())));
    CHECK(server.requests().empty());
}

TEST_CASE("a request that is lost, or whose response is, counts as not answered and is not sent again")
{
    TlsServerOptions ticketless = serverOptions(); // otherwise session tickets count as bytes of the answer
    ticketless.sessionTickets = 0;
    TlsServer server(ticketless, respond::ok(R"({"id":1})"));
    FaultProxy proxy(server.port());
    const std::vector<std::pair<const char *, Plan>> plans{
        {"closed before the request", plan::dropBeforeRequest()},
        {"reset before the request", plan::dropBeforeRequest(Flow::Then::reset)},
        {"closed after the request", plan::cutAnswer(0)},
        {"reset after the request", plan::cutAnswer(0, Flow::Then::reset)},
        {"cut after 1 byte", plan::cutAnswer(1)},
        {"cut after 30 bytes", plan::cutAnswer(30)},
        {"garbage for an answer", plan::cutAnswer(0, Flow::Then::garbage)}};
    for (const auto &[name, plan] : plans)
    {
        INFO(name);
        proxy.planWith([&plan = plan](std::size_t) { return plan; });
        const auto before = server.counts().requests;
        CHECK(isLost(Wire(proxy.port()).send(post())));
        CHECK(server.counts().requests <= before + 1);
    }
}

TEST_CASE("a response truncated after any number of bytes is not a response")
{
    TlsServer server(serverOptions(), respond::ok());
    const std::string whole = respond::answerText(200, R"({"id":1})");
    for (std::size_t bytes = 0; bytes < whole.size(); bytes += 3)
    {
        CAPTURE(bytes);
        server.respondWith(respond::cutAfter(bytes, R"({"id":1})"));
        const auto before = server.counts().requests;
        CHECK(isLost(Wire(server.port()).send(post())));
        CHECK(server.counts().requests == before + 1);
    }
}

TEST_CASE("no unusable response counts as one, and none repeats a changing request")
{
    TlsServer server(serverOptions(), respond::ok());
    for (const auto &each : respond::unusableAnswers())
    {
        DYNAMIC_SECTION(each.name)
        {
            server.respondWith(each.responder);
            CHECK(isLost(Wire(server.port()).send(post(), milliseconds(700))));
            CHECK(server.counts().requests == 1);
        }
    }
}

TEST_CASE("a read whose response is lost is sent once more, on a new connection")
{
    TlsServer server(serverOptions(), respond::inTurn({respond::dropWithoutAnswer(), respond::ok("{}")}));
    const HttpResponse response = Wire(server.port()).send(get());
    CHECK(response.delivery == Delivery::answered);
    CHECK(server.counts().requests == 2);
    CHECK(server.counts().connections == 2);
    server.respondWith(respond::dropWithoutAnswer());
    CHECK(isLost(Wire(server.port()).send(get())));
    CHECK(server.counts().requests == 4);
}

TEST_CASE("a read that gets a bare FIN on a reused connection is sent once more on a new one, a changing request never")
{
    TlsServerOptions made = serverOptions();
    made.maxVersion = GENERATE(Tls::v1_2, Tls::v1_3);
    TlsServer server(made, [](const ReceivedRequest &request, Connection &connection) {
        if (request.connection == 0 && request.sequence == 1)
            return connection.cut();
        connection.send(respond::answerText(200, "{}"));
    });
    const Wire wire(server.port());
    REQUIRE(wire.send(get()).delivery == Delivery::answered);
    SECTION("a read")
    {
        CHECK(wire.send(get()).delivery == Delivery::answered);
        CHECK(server.counts().requests == 3);
        CHECK(server.counts().connections == 2);
    }
    SECTION("a request that mutates")
    {
        const HttpResponse response = wire.send(post());
        CHECK(isLost(response));
        CHECK(response.reason == Reason::closed);
        CHECK_THAT(response.detail, Catch::Contains("without a TLS close_notify"));
        CHECK(server.counts().requests == 2);
    }
    CHECK(wire.transport->counts().reused == 1);
}

TEST_CASE("all statuses are responses, and a redirect is not followed")
{
    TlsServer server(serverOptions(), respond::ok());
    const Wire wire(server.port());
    for (const unsigned status : {200U, 204U, 400U, 401U, 403U, 404U, 409U, 429U, 500U, 502U, 503U})
    {
        server.respondWith(respond::status(status, status == 204 ? "" : "<html>"));
        CHECK(wire.send(post()).status == status);
    }
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U})
        for (const char *to :
             {"https://evil.example/", "https://psa.allowed.example/other", "http://127.0.0.1/", "//x"})
        {
            const auto before = server.counts().requests;
            server.respondWith(respond::status(status, "", {{"Location", to}}));
            const HttpResponse response = wire.send(post());
            CHECK(response.delivery == Delivery::answered);
            CHECK(response.status == status);
            CHECK(server.counts().requests == before + 1);
        }
}

TEST_CASE("a connection is reused")
{
    TlsServer server(serverOptions(), respond::ok());
    const Wire wire(server.port());
    for (int i = 0; i < 20; ++i)
        REQUIRE(wire.send(i % 2 == 0 ? post() : get()).delivery == Delivery::answered);
    CHECK(server.counts().connections == 1);
    CHECK(wire.transport->counts().reused == 19);
}

TEST_CASE("a connection that the peer closed while idle is never reused")
{
    using respond::End;
    const auto how = GENERATE(0, 1, 2);
    TlsServer server(serverOptions(), [how](const ReceivedRequest &, Connection &connection) {
        connection.send(respond::answerText(200, "{}"));
        how == 0 ? connection.close() : how == 1 ? connection.cut() : connection.abort();
    });
    const Wire wire(server.port());
    for (std::size_t i = 1; i <= 5; ++i)
    {
        REQUIRE(wire.send(post()).delivery == Delivery::answered);
        REQUIRE(server.waitUntil([&](const ServerCounts &counts) { return counts.ended == i; }));
    }
    CHECK(server.counts().requests == 5);
    CHECK(wire.transport->counts().reused == 0);
}

TEST_CASE("a peer that says close gets a new connection for the next request")
{
    TlsServer server(serverOptions(), respond::status(200, "{}", {{"Connection", "close"}}));
    const Wire wire(server.port());
    CHECK(wire.send(post()).delivery == Delivery::answered);
    CHECK(wire.send(post()).delivery == Delivery::answered);
    CHECK(server.counts().connections == 2);
}

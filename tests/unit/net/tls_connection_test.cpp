#include "tests/unit/net/wire.h"

#include <Poco/Net/AcceptCertificateHandler.h>
#include <Poco/Net/SSLManager.h>

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <future>

using namespace psa::test;
using std::chrono::seconds;

TEST_CASE("closing a connection does not wait for a peer that has stopped reading")
{
    Gate over;
    TlsServerOptions deaf = serverOptions();
    deaf.onConnected = [&over](Connection &) { over.wait(); };
    TlsServer server(deaf, respond::ok());
    const Wire wire(server.port());
    const Stop stop{RunningClock::now() + seconds(20)};
    auto connection = std::make_unique<TlsConnection>(
        TlsConnection::Target{"psa.allowed.example", {Poco::Net::SocketAddress("127.0.0.1", server.port())}},
        wire.runtime->tls, *wire.runtime->watchdog, stop);
    const int fd = connection->fd();
    CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
    const int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    const std::array<char, 4096> filler{};
    for (int full = 0; full < 20; ++full) // neither side can take more, even after the kernel has had time to move it
    {
        while (write(fd, filler.data(), filler.size()) > 0 || write(fd, filler.data(), 1) > 0)
            full = 0;
        poll(nullptr, 0, 5);
    }
    fcntl(fd, F_SETFL, flags);
    auto closed = std::async(std::launch::async, [&connection] { connection.reset(); });
    CHECK(closed.wait_for(seconds(5)) == std::future_status::ready);
    over.open();
}

TEST_CASE("changes of Poco's process-wide TLS settings by other libraries have no effect")
{
    using Poco::Net::Context;
    using Poco::Net::SSLManager;
    const Context::Ptr trusting = new Context(Context::TLS_CLIENT_USE, "", Context::VERIFY_NONE);
    SSLManager::instance().initializeClient(nullptr, new Poco::Net::AcceptCertificateHandler(false), trusting);
    LeafOptions self;
    self.signer = Signer::itself;
    TlsServer selfSigned(serverOptions(pki().leaf({"psa.allowed.example"}, self)), respond::ok());
    TlsServer otherName(serverOptions(pki().leaf({"psa.evil.example"})), respond::ok());
    for (TlsServer *server : {&selfSigned, &otherName})
    {
        const HttpResponse response = Wire(server->port()).send(post());
        CHECK(response.delivery == Delivery::notSent);
        CHECK(response.reason == Reason::tls);
        CHECK(server->received().empty());
    }
    SSLManager::instance().initializeClient(nullptr, nullptr, nullptr);
}

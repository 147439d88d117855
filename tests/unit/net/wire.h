#pragma once

#include "host/net/http_types.h"
#include "host/net/https_url.h"
#include "host/net/socket_transport.h"
#include "host/net/tls_connection.h"
#include "tests/support/fault_proxy.h"
#include "tests/support/faulty_responders.h"
#include "tests/support/tls_server.h"

#include <chrono>
#include <memory>
#include <string>

namespace psa::test {

using namespace psa::clock;
using namespace psa::net;

/// The CA of the whole test program: creating one takes some milliseconds.
inline TestPki &pki()
{
    static TestPki made;
    return made;
}

inline const Credential &goodCertificate()
{
    static const Credential made = pki().leaf({"psa.allowed.example"});
    return made;
}

/// A server with this certificate and no fault.
inline TlsServerOptions serverOptions(const Credential &certificate = goodCertificate())
{
    TlsServerOptions made;
    made.certificate = certificate;
    return made;
}

/// A resolver that gives the test's answers, and counts.
class FakeResolver : public Resolver
{
public:
    std::vector<Poco::Net::IPAddress> addresses{Poco::Net::IPAddress("127.0.0.1")};
    bool fails = false;

    std::vector<Poco::Net::IPAddress> resolve(const std::string &host, const Stop &) override
    {
        if (fails)
            throw NetError(Reason::dns, "the name " + host + " does not resolve");
        return addresses;
    }
};

/// A transport whose psa.allowed.example:443 is 127.0.0.1:port.
struct Wire
{
    std::shared_ptr<FakeResolver> resolver = std::make_shared<FakeResolver>();
    std::shared_ptr<NetRuntime> runtime = std::make_shared<NetRuntime>();
    std::unique_ptr<SocketTransport> transport;

    explicit Wire(std::uint16_t port)
    {
        runtime->resolver = resolver;
        runtime->watchdog = std::make_shared<Watchdog>();
        runtime->tls = makeTlsContext(pki().caFile());
        runtime->connectTo["psa.allowed.example:443"] = Poco::Net::SocketAddress("127.0.0.1", port);
        runtime->maxResponseBytes = 1 << 20;
        transport = std::make_unique<SocketTransport>(runtime);
    }

    HttpResponse send(const HttpRequest &request, std::chrono::milliseconds time = std::chrono::seconds(20)) const
    {
        return send(request, Stop{RunningClock::now() + time});
    }

    HttpResponse send(const HttpRequest &request, const Stop &stop) const
    {
        return transport->exchange(HttpsUrl::parse("https://psa.allowed.example/tickets"), request, stop);
    }
};

inline HttpRequest post()
{
    HttpRequest request;
    request.mutates = true;
    request.method = "POST";
    request.headers = {{"Secret", "canary-secret", true}};
    request.body = R"({"title":"Printer on fire"})";
    return request;
}

inline HttpRequest get()
{
    HttpRequest request;
    request.headers = {{"Secret", "canary-secret", true}};
    return request;
}

} // namespace psa::test

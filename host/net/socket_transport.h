#pragma once

#include "host/net/address_policy.h"
#include "host/net/connection_pool.h"
#include "host/net/http_types.h"
#include "host/net/resolver.h"
#include "host/net/watchdog.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SocketAddress.h>

#include <atomic>
#include <map>
#include <memory>

namespace psa::net {

/// Shared by all connections of the process. Immutable except for parts that do their own locking.
struct NetRuntime
{
    std::shared_ptr<Resolver> resolver;
    std::shared_ptr<Watchdog> watchdog;
    Poco::Net::Context::Ptr tls;
    AddressPolicy addresses;
    /// "host:port" -> where the socket connects to instead. Policy, SNI and certificate check use the real name.
    std::map<std::string, Poco::Net::SocketAddress> connectTo;
    std::size_t maxResponseBytes = 8 << 20;
};

/// HTTP/1.1 over TLS sockets, with persistent connections. Its result is exact: "not sent" only if the peer cannot have
/// read any byte of the request.
///
/// Poco::Net::HTTPClientSession would hide that: it resends automatically on a connection that was closed, and accepts
/// a truncated body as complete. So only Poco's sockets are used.
class SocketTransport : public Transport
{
public:
    explicit SocketTransport(std::shared_ptr<const NetRuntime> runtime);

    HttpResponse exchange(const HttpsUrl &url, const HttpRequest &request, const Stop &stop) override;

    struct Counts
    {
        std::uint64_t opened;
        std::uint64_t reused;
    };
    Counts counts() const { return {opened_, reused_}; }

private:
    struct Attempt
    {
        HttpResponse response;
        bool reused = false;
    };
    Attempt attempt(const HttpsUrl &url, const HttpRequest &request, const Stop &stop, bool mayReuse);
    std::unique_ptr<TlsConnection> open(const HttpsUrl &url, const Stop &stop);
    std::vector<Poco::Net::SocketAddress> vetted(const HttpsUrl &url, const Stop &stop);
    HttpResponse talk(std::unique_ptr<TlsConnection> connection, const HttpsUrl &url, const HttpRequest &request,
                      const Stop &stop);

    std::shared_ptr<const NetRuntime> runtime_;
    ConnectionPool pool_;
    std::atomic<std::uint64_t> opened_{0};
    std::atomic<std::uint64_t> reused_{0};
};

} // namespace psa::net

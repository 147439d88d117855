#pragma once

#include "host/os/file_descriptor.h"

#include <Poco/Net/SocketAddress.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct ssl_ctx_st;

namespace psa::http {

/// [serve] of the configuration file: the API and the admin page over the network.
struct ServeConfig
{
    Poco::Net::SocketAddress listen{"127.0.0.1", 8480}; ///< listen.
    std::optional<std::filesystem::path> certificate;   ///< certificate: PEM, with the chain; with `key`: TLS.
    std::optional<std::filesystem::path> key;           ///< key: PEM.
    /// behind_proxy: a reverse proxy terminates TLS and names the client in X-Forwarded-For.
    bool behindProxy = false;
    std::vector<std::string> hosts; ///< hosts: the names under which browsers and tools reach it.
    std::size_t connections = 8192; ///< max_connections.
    /// max_connections_per_peer; behind a proxy: concurrent requests of one of its clients.
    std::size_t connectionsPerPeer = 4096;
    /// drain_seconds: how long a host that shares its store goes on serving after SIGTERM, no longer ready, so that a load
    /// balancer takes it out first.
    std::chrono::seconds drain{5};

    bool tls() const { return certificate.has_value(); }
};

/// The allowed values of a request's Host header if the server listens at `port`.
std::vector<std::string> hostNames(const ServeConfig &config, std::uint16_t port);

/// Where clients reach a server with this configuration, "https://psa.example.com": its first name, and the port unless a
/// proxy is before it or the name has one.
std::string publicUrl(const ServeConfig &config);

/// A non-blocking socket that listens at the configured address. Throws std::runtime_error.
os::FileDescriptor listenAt(const ServeConfig &config);
/// The port of a listening socket.
std::uint16_t portOf(const os::FileDescriptor &socket);

/// A listening Unix socket at a path, for our own user only, replacing what was there. Throws std::runtime_error.
os::FileDescriptor listenAt(const std::filesystem::path &path);

struct TlsContextEnd
{
    void operator()(ssl_ctx_st *context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextEnd>;

/// Context with the configured certificate, TLS 1.2 or newer; nullptr if none is configured. Throws std::runtime_error.
TlsContext tlsContextFor(const ServeConfig &config);

} // namespace psa::http

#pragma once

#include <Poco/Net/SocketAddress.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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

    bool tls() const { return certificate.has_value(); }
};

/// The allowed values of a request's Host header if the server listens at `port`.
std::vector<std::string> hostNames(const ServeConfig &config, std::uint16_t port);

} // namespace psa::http

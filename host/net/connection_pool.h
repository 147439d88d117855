#pragma once

#include "host/net/tls_connection.h"

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace psa::net {

/// Connections kept open between requests. Thread-safe.
class ConnectionPool
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// How long after its last response a connection may be reused. A peer that closes idle connections does so after
    /// some seconds, and a request that crosses its close is lost: a read is sent again, but a changing request then
    /// has an unknown outcome. So changing requests only reuse a connection that was used a moment ago.
    static constexpr std::chrono::milliseconds readIdle{15000};
    static constexpr std::chrono::milliseconds mutateIdle{2000};
    static constexpr std::size_t maxIdle = 16;

    /// A connection to `endpoint` that was used recently enough and does not look closed, or nullptr.
    std::unique_ptr<TlsConnection> take(const std::string &endpoint, bool mutates);

    /// Keeps `connection` for the next request, for no longer than the peer keeps it (`idle`).
    void give(const std::string &endpoint, std::unique_ptr<TlsConnection> connection, std::chrono::milliseconds idle);

private:
    struct Idle
    {
        std::string endpoint;
        std::unique_ptr<TlsConnection> connection;
        TimePoint since;
        TimePoint until;
    };
    std::mutex mutex_;
    std::list<Idle> idle_; ///< The most recently used comes first.
};

} // namespace psa::net

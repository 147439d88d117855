#pragma once

#include "host/run/embedded_host.h"
#include "tests/support/test_pki.h"
#include "tests/support/tls_server.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <sstream>
#include <string>

namespace psa::bench {

using Steady = std::chrono::steady_clock;

/// A whole host in this process, serving its socket, with the relay plugin and a PSA behind real HTTPS that responds at
/// once. Thread-safe.
class LoadedHost
{
public:
    /// `folder`: its state folder; must be empty.
    explicit LoadedHost(const std::filesystem::path &folder);

    /// Adds a connection with this name. `report`: see the plugin; with "crash" every call for a ticket ends its
    /// process.
    void connect(const std::string &name, const std::string &report = "honest");
    /// How often a plugin has crashed over tickets, of which the first crash makes one wait, and the second is the last.
    std::uint64_t crashes() const;
    /// Submits one ticket through the socket; returns its reference.
    std::string submit(const std::string &connection) const;
    /// Adds `count` tickets of the connection to the store, due now.
    void queue(const std::string &connection, int count);
    /// When the PSA had received the whole request for the ticket; blocks until then.
    Steady::time_point arrival(const std::string &reference);
    /// Number of requests that the PSA has received.
    std::size_t arrived();

private:
    config::HostConfig config() const;

    std::filesystem::path folder_;
    test::TestPki pki_;
    std::mutex mutex_; ///< Guards the members below.
    std::condition_variable changed_;
    std::map<std::string, Steady::time_point> arrivals_; ///< By reference.
    test::TlsServer psa_;
    std::ostringstream log_;
    std::unique_ptr<run::EmbeddedHost> host_;
};

/// The configuration of a host with its state in `folder` and the relay plugin, whose PSA listens at `port`.
config::HostConfig hostConfig(const std::filesystem::path &folder, const std::filesystem::path &caFile,
                              std::uint16_t port);

/// Adds `count` tickets of the connection to the store, due now.
void queueTickets(store::Store &store, const std::string &connection, int count);

} // namespace psa::bench

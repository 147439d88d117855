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

/// A whole host in this process, serving its socket, with the relay plugin and a PSA behind real HTTPS that answers at
/// once. Thread-safe.
class LoadedHost
{
public:
    /// `folder`: for its state; must be empty.
    explicit LoadedHost(const std::filesystem::path &folder);

    /// Adds a connection of this name.
    void connect(const std::string &name);
    /// Hands one ticket in through the socket; its reference.
    std::string submit(const std::string &connection) const;
    /// Puts so many tickets of the connection into the store at once, due now.
    void queue(const std::string &connection, int count);
    /// When the PSA had the whole request for the ticket; waits for it.
    Steady::time_point arrival(const std::string &reference);
    /// How many requests the PSA has had.
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

/// The configuration of a host whose state is in `folder`, with the relay plugin; its PSA stands at `port`.
config::HostConfig hostConfig(const std::filesystem::path &folder, const std::filesystem::path &caFile,
                              std::uint16_t port);

/// Puts so many tickets of the connection into the store, due now.
void queueTickets(store::Store &store, const std::string &connection, int count);

} // namespace psa::bench

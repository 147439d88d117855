#pragma once

#include "tests/support/postgres/cluster.h"

namespace psa::test::postgres {

/// pgbouncer before a cluster, on 127.0.0.1, for any user and without a password. Ended and removed as a Cluster is.
class Pooler
{
public:
    enum class Mode
    {
        session,
        transaction
    };

    /// `connections`: the maximum to the server for one database; further clients wait. Throws std::runtime_error if it
    /// does not start.
    Pooler(const Cluster &cluster, Mode mode, int connections = 20);
    ~Pooler();
    Pooler(const Pooler &) = delete;
    Pooler &operator=(const Pooler &) = delete;

    std::string uri(const std::string &database) const;
    std::uint16_t port() const { return port_; }

    void start();
    /// At once: its clients lose their connections.
    void stop();
    void restart()
    {
        stop();
        start();
    }
    /// Sends clients to another server from now on, as an administrator does after a failover.
    void pointTo(const Cluster &cluster);
    void setConnections(int connections);

    std::string logged() const;

private:
    void writeConfiguration() const;
    void reload();
    std::filesystem::path pidFile() const { return folder_ / "pgbouncer.pid"; }

    std::string server_; ///< Where the cluster is, in the form of the configuration file.
    Mode mode_;
    int connections_;
    std::filesystem::path folder_;
    std::uint16_t port_;
};

} // namespace psa::test::postgres

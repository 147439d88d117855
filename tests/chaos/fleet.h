#pragma once

#include "tests/chaos/world.h"
#include "tests/support/postgres/pooler.h"

#include <array>
#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace psa::test::chaos::fleet {

constexpr std::size_t hostCount = 3;
constexpr std::size_t connectionCount = 6;
/// Longer than a lease.
constexpr std::chrono::seconds frozenFor{13};
/// Deadline of each call of a host into its plugin.
constexpr std::chrono::seconds callTime{4};

/// A primary with a synchronous standby, and poolers of both modes before whichever is the primary.
class Database
{
public:
    Database();

    /// A way for each host: directly to whichever is the primary, and through each of the poolers.
    std::string uri(std::size_t host) const;
    postgres::Cluster &primary() { return *now_; }
    postgres::Pooler &transactionPooler() { return transaction_; }
    const std::string &name() const { return name_; }

    /// Kills the primary, promotes the standby, and makes a new standby of the former primary.
    void failOver();
    void restartPoolers();

private:
    postgres::Cluster primary_;
    std::unique_ptr<postgres::Cluster> standby_;
    std::string name_;
    postgres::Pooler session_;
    postgres::Pooler transaction_;
    postgres::Cluster *now_ = &primary_;
    postgres::Cluster *other_ = standby_.get();
};

/// Hosts on one database, with connections to every PSA in turn. Each responds, or is started again.
class Fleet
{
public:
    explicit Fleet(const Database &database);
    ~Fleet();
    Fleet(const Fleet &) = delete;
    Fleet &operator=(const Fleet &) = delete;

    World &operator[](std::size_t host) { return *hosts_.at(host); }
    const World &any() const { return *hosts_.front(); }
    /// One that a load balancer would choose. `number`: any.
    const World &available(std::size_t number) const;
    void setAvailable(std::size_t host, bool available) { available_.at(host) = available; }
    /// Freezes a host, which is not available meanwhile. False if it does not run.
    bool freeze(std::size_t host);
    void thaw(std::size_t host);

    const std::vector<Psa> &psas() const { return any().psas(); }
    /// Of a connection, by its number.
    const Psa &psaOf(std::size_t connection) const { return psas().at(connection % psas().size()); }

    /// Starts it at once, as systemd does, if it has ended.
    void restartEnded();
    /// Until all respond. False after a minute.
    bool awaitAll();
    /// The numbers of the connections that the host has leased, as `asked` sees it.
    std::set<std::size_t> connectionsOf(std::size_t host, const World &asked) const;
    /// Until each host handles the same number of connections, so that none moves. False after 40 seconds.
    bool awaitSpread(const World &asked) const;
    int restarts() const { return restarts_; }
    std::string logged() const;

private:
    std::array<std::unique_ptr<World>, hostCount> hosts_;
    std::array<std::atomic<bool>, hostCount> available_{};
    int restarts_ = 0;
};

} // namespace psa::test::chaos::fleet

#pragma once

#include "tests/chaos/fleet.h"
#include "tests/support/postgres/session.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace psa::test::chaos::fleet {

/// What happens to the hosts and to the database, while clients go on.
class Disturbances
{
public:
    Disturbances(Fleet &fleet, Database &database, std::uint64_t seed)
        : fleet_(fleet), database_(database), random_(seed)
    {
    }

    /// How many there are in a round, apart from the frozen host.
    static std::size_t perRound();
    /// One host is frozen for longer than its lease; meanwhile everything else happens, in any order. `next` is called
    /// before each.
    void run(const std::function<void()> &next);

    const std::map<std::string, int> &counts() const { return counts_; } ///< By kind.
    int hostsKilled() const { return hostsKilled_; }

private:
    struct Kind;
    static const std::vector<Kind> &kinds();

    std::size_t any() { return random_() % hostCount; }
    int upTo(int most) { return std::uniform_int_distribution<int>(1, most)(random_); }

    void killHost(std::size_t host);
    void killAtPoint(std::size_t host);
    void stopInOrder(std::size_t host);
    void endBackends(std::size_t host);
    void killBackend(std::size_t host);
    void restartServer(std::size_t host);
    void failOver(std::size_t host);
    void restartPoolers(std::size_t host);
    void exhaustConnections(std::size_t host);
    void exhaustPooler(std::size_t host);
    void holdSnapshot(std::size_t host);

    Fleet &fleet_;
    Database &database_;
    std::mt19937_64 random_;
    std::unique_ptr<postgres::Session> snapshot_;
    std::map<std::string, int> counts_;
    int hostsKilled_ = 0;
};

} // namespace psa::test::chaos::fleet

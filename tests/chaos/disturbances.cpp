#include "tests/chaos/disturbances.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

namespace psa::test::chaos::fleet {

using namespace std::chrono_literals;
using postgres::Cluster;
using postgres::Session;

struct Disturbances::Kind
{
    const char *name;
    void (Disturbances::*happen)(std::size_t host);
};

const std::vector<Disturbances::Kind> &Disturbances::kinds()
{
    static const std::vector<Kind> all = {{"host killed", &Disturbances::killHost},
                                          {"host killed at a point", &Disturbances::killAtPoint},
                                          {"host stopped", &Disturbances::stopInOrder},
                                          {"back ends terminated", &Disturbances::endBackends},
                                          {"back end killed", &Disturbances::killBackend},
                                          {"server restarted", &Disturbances::restartServer},
                                          {"failover", &Disturbances::failOver},
                                          {"poolers restarted", &Disturbances::restartPoolers},
                                          {"connections exhausted", &Disturbances::exhaustConnections},
                                          {"pool exhausted", &Disturbances::exhaustPooler},
                                          {"transaction held open", &Disturbances::holdSnapshot}};
    return all;
}

std::size_t Disturbances::perRound()
{
    return kinds().size();
}

void Disturbances::run(const std::function<void()> &next)
{
    const std::size_t frozen = any();
    const auto began = std::chrono::steady_clock::now();
    counts_["host frozen"] += fleet_.freeze(frozen) ? 1 : 0;
    std::vector<Kind> all = kinds();
    std::shuffle(all.begin(), all.end(), random_);
    for (const Kind &each : all)
    {
        next();
        (this->*each.happen)((frozen + 1 + any() % (hostCount - 1)) % hostCount);
        ++counts_[each.name];
        fleet_.restartEnded();
        std::this_thread::sleep_for(std::chrono::milliseconds(upTo(300)));
    }
    std::this_thread::sleep_until(began + frozenFor);
    fleet_.thaw(frozen);
    snapshot_.reset();
}

void Disturbances::killHost(std::size_t host)
{
    ++hostsKilled_;
    fleet_[host].kill();
    fleet_[host].launch();
}

/// It kills itself there, or is killed if it does not come there.
void Disturbances::killAtPoint(std::size_t host)
{
    constexpr std::array points = {"accepted", "claimed", "exchanged", "called", "settled"};
    hostsKilled_ += 2;
    fleet_[host].kill();
    fleet_[host].launch(points.at(random_() % points.size()), upTo(8));
    fleet_[host].awaitEnd(1500);
    fleet_[host].launch();
}

void Disturbances::stopInOrder(std::size_t host)
{
    fleet_.setAvailable(host, false);
    fleet_[host].end();
    fleet_[host].launch();
    fleet_.setAvailable(host, true);
}

void Disturbances::endBackends(std::size_t)
{
    database_.primary().terminateBackends(database_.name());
}

/// Of a host, with SIGKILL: PostgreSQL then ends all others and recovers.
void Disturbances::killBackend(std::size_t)
{
    Session session(database_.primary().uri(database_.name()));
    const auto found = session.run("SELECT pid FROM pg_stat_activity WHERE datname = '" + database_.name() +
                                   "' AND backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1");
    if (!found.empty())
        database_.primary().killBackend(std::stoi(found.front().front()));
}

void Disturbances::restartServer(std::size_t)
{
    snapshot_.reset();
    database_.primary().restart(random_() % 2 == 0 ? Cluster::Stop::immediate : Cluster::Stop::fast);
}

void Disturbances::failOver(std::size_t)
{
    snapshot_.reset();
    database_.failOver();
}

void Disturbances::restartPoolers(std::size_t)
{
    database_.restartPoolers();
}

/// The hosts lose their connections, and find none free for a while.
void Disturbances::exhaustConnections(std::size_t)
{
    std::vector<Session> all;
    database_.primary().terminateBackends(database_.name());
    try
    {
        for (;;)
            all.emplace_back(database_.primary().uri(database_.name()));
    }
    catch (const std::runtime_error &)
    {
        std::this_thread::sleep_for(1s); // there are no more
    }
}

void Disturbances::exhaustPooler(std::size_t)
{
    std::vector<Session> all;
    database_.transactionPooler().setConnections(4);
    try
    {
        for (int i = 0; i < 4; ++i)
        {
            all.emplace_back(database_.transactionPooler().uri(database_.name()));
            all.back().run("BEGIN");
        }
    }
    catch (const std::runtime_error &)
    {
        // For a second after a restart of the server it refuses everybody, the hosts as well.
    }
    std::this_thread::sleep_for(1s);
    database_.transactionPooler().setConnections(20);
}

/// Until the end of the round or the next restart.
void Disturbances::holdSnapshot(std::size_t)
{
    snapshot_ = std::make_unique<Session>(database_.primary().uri(database_.name()));
    snapshot_->holdSnapshot();
}

} // namespace psa::test::chaos::fleet

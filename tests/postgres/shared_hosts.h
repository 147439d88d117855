#pragma once

#include "host/store/leases.h"
#include "sandbox/common/simulator.h"
#include "tests/chaos/world.h"
#include "tests/support/postgres/cluster.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace psa::test::postgres {

/// Waits until it is true. False after `limit`.
inline bool eventually(const std::function<bool()> &isTrue, std::chrono::milliseconds limit = std::chrono::seconds(60))
{
    for (const auto until = std::chrono::steady_clock::now() + limit; !isTrue();
         std::this_thread::sleep_for(std::chrono::milliseconds(20)))
        if (std::chrono::steady_clock::now() > until)
            return false;
    return true;
}

/// An environment variable for the hosts that are started while it exists.
class Environment
{
public:
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no host is being started by another thread
    Environment(const char *name, const std::string &value) : name_(name) { setenv(name, value.c_str(), 1); }
    ~Environment() { unsetenv(name_); } // NOLINT(concurrency-mt-unsafe)
    Environment(const Environment &) = delete;
    Environment &operator=(const Environment &) = delete;

private:
    const char *name_;
};

/// A host, and who it is among the others.
struct Host
{
    std::unique_ptr<chaos::World> world;
    std::string owner;
};

/// Hosts that share a database, which is watched from outside.
class Shared
{
public:
    Shared() : database_(Cluster::shared().createDatabase()) {}
    /// The hosts use this server.
    explicit Shared(Cluster &cluster) : cluster_(cluster), database_(cluster.createDatabase()) {}

    /// Adds a host and starts it; the first one connects "acme". `hasPlugin`: otherwise its plugin folder is empty.
    /// `program`: "" = chaos-host of this tree.
    Host add(bool hasPlugin = true, const std::string &program = "")
    {
        Host host{std::make_unique<chaos::World>(psa_, cluster_.uri(database_), false), ""};
        if (!program.empty())
            host.world->useProgram(program);
        if (!hasPlugin)
            std::filesystem::remove(host.world->folder().path() / "plugins/plugin.so");
        begin(host);
        return host;
    }
    /// Starts it, and finds out its owner.
    void begin(Host &host)
    {
        const std::set<std::string> before = isEmpty_ ? std::set<std::string>() : owners();
        REQUIRE(host.world->begin());
        if (std::exchange(isEmpty_, false))
            host.world->connect("acme", psa_.plugin);
        REQUIRE(eventually([&] {
            for (const std::string &each : owners())
                if (!before.contains(each))
                    host.owner = each;
            return !before.contains(host.owner) && !host.owner.empty();
        }));
    }

    store::LeaseRow lease(store::LeaseKind kind, const std::string &of) const
    {
        for (const store::LeaseRow &each : leases())
            if (each.name == store::LeaseName{kind, of})
                return each;
        return {{kind, of}, "", 0, {}};
    }
    /// Without their ends.
    std::vector<store::LeaseRow> leases() const
    {
        std::vector<store::LeaseRow> all;
        for (const auto &row : session().run("SELECT kind, name, owner, fence FROM psa.lease ORDER BY kind, name"))
            all.push_back({{static_cast<store::LeaseKind>(std::stoi(row.at(0))), row.at(1)},
                           row.at(2),
                           std::stoll(row.at(3)),
                           {}});
        return all;
    }
    Session session() const { return Session(uri()); }
    std::string uri() const { return cluster_.uri(database_); }
    std::string ownerOf(const std::string &connection) const
    {
        return lease(store::LeaseKind::connection, connection).owner;
    }
    bool awaitOwner(const std::string &connection, const std::string &owner) const
    {
        return eventually([&] { return ownerOf(connection) == owner; });
    }
    const chaos::Psa &psa() const { return psa_; }
    std::size_t creates() const { return psa_.simulator->requests(psa_.createPattern); }
    void fault(const std::string &fault, int count = 0) const
    {
        psa_.simulator->addFault(R"({"match":{)" + psa_.create +
                                 (count == 0 ? "" : R"(,"count":)" + std::to_string(count)) + R"(},"fault":)" + fault +
                                 "}");
    }

private:
    std::set<std::string> owners() const
    {
        std::set<std::string> all;
        for (const auto &row : session().run("SELECT owner FROM psa.host"))
            all.insert(row.front());
        return all;
    }

    Cluster &cluster_ = Cluster::shared();
    std::string database_;
    chaos::Psa psa_ = chaos::autotask();
    bool isEmpty_ = true; ///< No host was started yet.
};

inline std::string stateOf(const chaos::World &world, std::int64_t ticket)
{
    return chaos::ticketOf(world, ticket)->getValue<std::string>("state");
}

inline bool awaitDone(const chaos::World &world, std::int64_t ticket)
{
    return eventually([&] { return stateOf(world, ticket) == "done"; });
}

} // namespace psa::test::postgres

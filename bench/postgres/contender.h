#pragma once

#include "bench/postgres/psa.h"
#include "tests/support/postgres/cluster.h"
#include "tests/support/run_program.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace psa::bench {

/// Programs that make tickets durable over HTTP and deliver them to a PSA, with a connection to it for each of
/// connectionNames().
class Contender
{
public:
    virtual ~Contender() = default;

    /// Where tickets can be submitted, on 127.0.0.1: one for each host.
    virtual std::vector<std::uint16_t> ports() const = 0;
    virtual std::string token() const = 0;
    /// From now on tickets are delivered; before, they were only made durable.
    virtual void deliver(const Psa &psa) = 0;
    /// Number of tickets that are not done yet.
    virtual std::size_t unfinished() = 0;
};

/// psa-host with its tickets in SQLite, or `hosts` of them with one database.
std::unique_ptr<Contender> psaHost(const std::filesystem::path &folder);
std::unique_ptr<Contender> psaHosts(const std::filesystem::path &folder, test::postgres::Cluster &cluster, int hosts);

/// A queue on PostgreSQL.
struct QueueProgram
{
    std::filesystem::path script; ///< Of bench/postgres, beside its packages.
    std::string unfinished;       ///< SQL that counts its jobs that are not done.
    bool tuned;                   ///< Otherwise its worker has the settings that it comes with.
};
std::unique_ptr<Contender> queue(const QueueProgram &program, test::postgres::Cluster &cluster,
                                 const std::filesystem::path &folder);

} // namespace psa::bench

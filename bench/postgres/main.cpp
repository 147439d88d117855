// psa-bench-postgres QUEUES_FOLDER [FOLDER [SECONDS [ROUNDS [TICKETS [ONLY]]]]]: psa-host on PostgreSQL, with one and two hosts, beside
// pg-boss and Graphile Worker on the same server, tuned and as they come, and beside itself on SQLite, with one load
// generator: how many tickets are made durable a second over HTTP at 64 connections, and how many of TICKETS go their whole
// way a second, from the request until they are done, over 8 connections to a PSA. As they come, the queues are so slow that
// they get fewer tickets, by whose number their rows are named. The files of all are on the disk of FOLDER. QUEUES_FOLDER has the scripts
// of this folder and their packages; scripts/bench.sh creates it. ONLY: a part of the names of those that are measured.
#include "bench/http/load.h"
#include "bench/postgres/contender.h"
#include "bench/program.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int clients = 64;

struct Row
{
    std::string name;
    std::function<std::unique_ptr<Contender>(const std::filesystem::path &)> make;
    std::size_t tickets;
    std::vector<LoadResult> submits = {};
    std::vector<double> lives = {}; ///< Done a second.
};

/// All hosts at the same time, with their part of the clients each: rates are added up, and the worst latency counts.
LoadResult loadAll(const Contender &contender, double seconds, std::size_t requests)
{
    const auto ports = contender.ports();
    std::vector<std::future<LoadResult>> parts;
    for (const std::uint16_t port : ports)
    {
        LoadPlan plan{port, contender.token(), clients / static_cast<int>(ports.size()), seconds};
        plan.requests = requests / ports.size();
        plan.submitTo = connectionNames();
        parts.push_back(std::async(std::launch::async, [plan] { return load(plan); }));
    }
    LoadResult all;
    for (auto &part : parts)
    {
        const LoadResult result = part.get();
        all.perSecond += result.perSecond;
        all.p50 = std::max(all.p50, result.p50);
        all.p99 = std::max(all.p99, result.p99);
    }
    return all;
}

/// From the first request until every ticket is done, a second.
double wholeLives(Contender &contender, const Psa &psa, std::size_t tickets)
{
    const std::size_t before = psa.created();
    const auto start = SteadyClock::now();
    loadAll(contender, 0, tickets);
    auto last = start;
    std::size_t seen = before;
    while (psa.created() < before + tickets || contender.unfinished() > 0)
    {
        if (psa.created() > seen)
        {
            seen = psa.created();
            last = SteadyClock::now();
        }
        if (SteadyClock::now() - last > std::chrono::minutes(2))
            throw std::runtime_error("nothing was delivered for two minutes; " +
                                     std::to_string(contender.unfinished()) + " tickets are not done");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return static_cast<double>(tickets) / std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// One contender after the other, each with a database of its own that is empty at first: what one leaves behind does not
/// slow down another, and nobody's idle work takes time from another.
void measure(Row &row, const std::filesystem::path &folder, double seconds)
{
    {
        const auto accepts = row.make(folder / "accepts");
        loadAll(*accepts, 0.5, 0); // warms up
        row.submits.push_back(loadAll(*accepts, seconds, 0));
    }
    Psa psa;
    const auto delivers = row.make(folder / "delivers");
    delivers->deliver(psa);
    wholeLives(*delivers, psa, row.tickets / 10);
    row.lives.push_back(wholeLives(*delivers, psa, row.tickets));
    std::filesystem::remove_all(folder);
}

double of(const Row &row, double LoadResult::*member)
{
    std::vector<double> values;
    for (const LoadResult &each : row.submits)
        values.push_back(each.*member);
    return median(std::move(values));
}

void print(const std::vector<Row> &rows)
{
    std::printf("%-34s %14s %9s %9s %16s\n", "", "durable per s", "p50 ms", "p99 ms", "done per s");
    for (const Row &row : rows)
        std::printf("%-34s %14.0f %9.2f %9.2f %16.0f\n", row.name.c_str(), of(row, &LoadResult::perSecond),
                    of(row, &LoadResult::p50), of(row, &LoadResult::p99), median(row.lives));
}

std::vector<Row> contenders(const std::filesystem::path &queues, test::postgres::Cluster &cluster, std::size_t tickets)
{
    using Folder = std::filesystem::path;
    std::vector<Row> rows;
    for (const int hosts : {1, 2})
        rows.push_back({"psa-host, " + std::to_string(hosts) + (hosts == 1 ? " host" : " hosts"),
                        [&cluster, hosts](const Folder &folder) { return psaHosts(folder, cluster, hosts); }, tickets});
    const auto add = [&](const std::string &name, std::size_t untuned, const QueueProgram &program) {
        for (const bool tuned : {true, false})
        {
            QueueProgram with = program;
            with.tuned = tuned;
            rows.push_back({name + (tuned ? ", tuned" : ", as it comes (" + std::to_string(untuned) + ")"),
                            [&cluster, with](const Folder &folder) { return queue(with, cluster, folder); },
                            tuned ? tickets : untuned});
        }
    };
    add("pg-boss", 40,
        {queues / "pg_boss.mjs", "SELECT count(*) FROM pgboss.job WHERE state < 'completed' AND name LIKE 'psa%'",
         false});
    add("Graphile Worker", 400,
        {queues / "graphile_worker.mjs", "SELECT count(*) FROM graphile_worker._private_jobs", false});
    rows.push_back({"psa-host on SQLite", [](const Folder &folder) { return psaHost(folder); }, tickets});
    return rows;
}

int run(const Arguments &arguments)
{
    if (arguments.empty())
        throw std::runtime_error("use scripts/bench.sh postgres");
    const Arguments rest(arguments.begin() + 1, arguments.end());
    double seconds = 3;
    int rounds = 3;
    std::size_t tickets = 10000;
    take(rest, 1, seconds);
    take(rest, 2, rounds);
    take(rest, 3, tickets);
    const std::string only = rest.size() > 4 ? rest[4] : "";
    const std::filesystem::path folder = workFolder(rest, "psa-bench-postgres");
    {
        test::postgres::Cluster cluster(folder.parent_path(),
                                        {"shared_buffers = '256MB'", "max_wal_size = '1GB'", "max_connections = 100"});
        std::vector<Row> rows = contenders(arguments[0], cluster, tickets);
        std::erase_if(rows, [&](const Row &row) { return row.name.find(only) == std::string::npos; });
        for (int round = 0; round < rounds; ++round)
            for (Row &row : rows)
                measure(row, folder / "round", seconds);
        print(rows);
    }
    std::filesystem::remove_all(folder);
    return 0;
}

} // namespace
} // namespace psa::bench

int main(int argc, char **argv)
{
    return psa::bench::runProgram(argc, argv, psa::bench::run);
}

// psa-bench-peers QUEUE_FOLDER RELEASE_FOLDER [FOLDER [SECONDS [ROUNDS]]]: how many tickets psa-host makes durable over
// HTTP, compared with its release 0.1 and BullMQ on Redis, with one load generator and their files on the disk of
// FOLDER. QUEUE_FOLDER has queue_front.mjs and its packages, RELEASE_FOLDER the output of scripts/build-0.1.sh.
// scripts/bench.sh creates both.
#include "bench/http/load.h"
#include "bench/http/served.h"
#include "bench/peers/queue.h"
#include "bench/program.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

/// The results of one of the peers, round by round.
struct Row
{
    std::string name;
    std::uint16_t port;
    std::string token;
    int connections;
    std::vector<LoadResult> results = {};

    double of(double LoadResult::*member) const
    {
        std::vector<double> values;
        for (const LoadResult &each : results)
            values.push_back(each.*member);
        return median(std::move(values));
    }
    /// Median of the rounds' ratios.
    double against(const Row &other, double LoadResult::*member) const
    {
        std::vector<double> values;
        for (std::size_t round = 0; round < results.size(); ++round)
            values.push_back(results[round].*member / other.results.at(round).*member);
        return median(std::move(values));
    }
    void measure(double seconds) { results.push_back(load({port, token, connections, seconds})); }
};

/// Rows that are compared with the first of them.
using Group = std::vector<Row>;

void print(const Group &group)
{
    for (const Row &row : group)
    {
        const Row &ours = group.front();
        std::printf("%-40s %9.0f %9.2f %9.2f %12.2f %12.2f\n",
                    (row.name + ", connections: " + std::to_string(row.connections)).c_str(),
                    row.of(&LoadResult::perSecond), row.of(&LoadResult::p50), row.of(&LoadResult::p99),
                    ours.against(row, &LoadResult::perSecond), ours.against(row, &LoadResult::p99));
    }
}

void measure(std::vector<Group> &groups, double seconds, int rounds)
{
    for (Group &group : groups) // warms up caches, and what Node compiles
        for (Row &row : group)
            load({row.port, row.token, row.connections, 0.5});
    for (int round = 0; round < rounds; ++round)
        for (Group &group : groups)
            for (Row &row : group)
                row.measure(seconds);
}

int run(const Arguments &arguments)
{
    if (arguments.size() == 2 && arguments[0] == "--answer-only")
        answerOnly(arguments[1]);
    if (arguments.size() < 2)
        throw std::runtime_error("use scripts/bench.sh peers");
    const std::filesystem::path old = arguments[1];
    const Release release01{old / "root/usr/bin/psa-host", old / "psa-bench-http"};
    const Arguments rest(arguments.begin() + 2, arguments.end());
    double seconds = 3;
    int rounds = 3;
    take(rest, 1, seconds);
    take(rest, 2, rounds);
    const std::filesystem::path folder = workFolder(rest, "psa-bench-peers");

    {
        const Served stores(Served::Kind::psaHost, folder / "stores");
        std::this_thread::sleep_for(std::chrono::seconds(1));
        std::printf("psa-host serve takes %.1f MB when idle\n\n", stores.memory());
        const Served stores01(Served::Kind::psaHost, folder / "stores01", release01);
        const Served answers(Served::Kind::answerOnly, folder / "answers");
        const Served answers01(Served::Kind::answerOnly, folder / "answers01", release01);
        const Queue queue(arguments[0], folder / "queue");

        std::vector<Group> groups;
        for (const int count : {1, 8, 64})
            groups.push_back({{"psa-host", stores.port(), stores.token(), count},
                              {"psa-host 0.1", stores01.port(), stores01.token(), count},
                              {"BullMQ", queue.port(), queue.token(), count}});
        groups.push_back({{"not stored, psa-host", answers.port(), answers.token(), 64},
                          {"not stored, psa-host 0.1", answers01.port(), answers01.token(), 64}});
        measure(groups, seconds, rounds);
        std::printf("%-40s %9s %9s %9s %12s %12s\n", "", "per s", "p50 ms", "p99 ms", "ours: rate x", "ours: p99 x");
        for (const Group &group : groups)
            print(group);
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

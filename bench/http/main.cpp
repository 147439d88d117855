// psa-bench-http [FOLDER [SECONDS [ROUNDS]]]: how many tickets psa-host makes durable over HTTP, its state on the disk of
// FOLDER, beside the same server that stores nothing and a bare fdatasync there; what 1,000 slow clients do to the
// others; and how much memory it takes when idle.
#include "bench/http/load.h"
#include "bench/http/served.h"
#include "bench/http/slow_clients.h"
#include "bench/program.h"
#include "bench/store/load.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

constexpr std::array connections = {1, 8, 64};
constexpr int slowClients = 1000;

struct Settings
{
    std::filesystem::path folder;
    double seconds = 2;
    int rounds = 5;
};

/// One line of a table: what it came to in each round, and what it is compared with.
struct Series
{
    std::string name;
    std::vector<LoadResult> results;
    std::vector<std::array<double, 2>> ratios;

    void add(const LoadResult &result, double first, double second)
    {
        results.push_back(result);
        ratios.push_back({first, second});
    }
    double of(double LoadResult::*member) const
    {
        std::vector<double> values;
        for (const LoadResult &each : results)
            values.push_back(each.*member);
        return median(std::move(values));
    }
    double ratio(std::size_t which) const
    {
        std::vector<double> values;
        for (const auto &each : ratios)
            values.push_back(each.at(which));
        return median(std::move(values));
    }
    void print() const
    {
        std::printf("  %-44s %9.0f %9.2f %9.2f %12.2f %12.2f\n", name.c_str(), of(&LoadResult::perSecond),
                    of(&LoadResult::p50), of(&LoadResult::p99), ratio(0), ratio(1));
    }
};

void measureSubmits(const Settings &settings)
{
    const Served stores(Served::Kind::psaHost, settings.folder / "stores");
    std::this_thread::sleep_for(std::chrono::seconds(1));
    std::printf("psa-host serve takes %.1f MB when idle\n", stores.memory());
    const Served answers(Served::Kind::answerOnly, settings.folder / "answers");
    Series disk{"fdatasync of a 4 KiB append", {}, {}};
    std::vector<Series> all;
    for (const int count : connections)
    {
        all.push_back({"durable, connections: " + std::to_string(count), {}, {}});
        all.push_back({"not stored, connections: " + std::to_string(count), {}, {}});
    }
    for (int round = 0; round < settings.rounds; ++round)
    {
        const double raw = rawSyncs(settings.folder / "raw", settings.seconds).perSecond;
        disk.add({raw, 0, 0}, 0, 1);
        for (std::size_t i = 0; i < connections.size(); ++i)
        {
            const auto load = [&](const Served &served) {
                return submitTickets({served.port(), served.token(), connections.at(i), settings.seconds});
            };
            const LoadResult durable = load(stores);
            const LoadResult answered = load(answers);
            all[2 * i].add(durable, durable.perSecond / answered.perSecond, durable.perSecond / raw);
            all[2 * i + 1].add(answered, 1, answered.perSecond / raw);
        }
    }
    std::printf("\n%-46s %9s %9s %9s %12s %12s\n", "tickets over HTTP", "per s", "p50 ms", "p99 ms", "/ not stored",
                "/ fdatasync");
    disk.print();
    for (const Series &each : all)
        each.print();
    std::printf("and %.1f MB after all of it\n", stores.memory());
}

void measureSlowClients(const Settings &settings)
{
    const Served served(Served::Kind::psaHost, settings.folder / "slow");
    std::array<Series, 4> all = {Series{"kept connections: 8, alone", {}, {}}, Series{"  beside the slow ones", {}, {}},
                                 Series{"a connection each: 8, alone", {}, {}},
                                 Series{"  beside the slow ones", {}, {}}};
    std::uint64_t thrownOut = 0;
    for (int round = 0; round < settings.rounds; ++round)
    {
        const auto load = [&](bool keepAlive) {
            return submitTickets({served.port(), served.token(), 8, settings.seconds, keepAlive});
        };
        const std::array alone = {load(true), load(false)};
        const SlowClients slow(served.port(), slowClients);
        std::this_thread::sleep_for(std::chrono::seconds(2)); // until all of them are there
        for (const bool keepAlive : {true, false})
        {
            const std::size_t i = keepAlive ? 0 : 1;
            const LoadResult beside = load(keepAlive);
            all.at(2 * i).add(alone.at(i), 1, 1);
            all.at(2 * i + 1).add(beside, beside.perSecond / alone.at(i).perSecond, beside.p99 / alone.at(i).p99);
        }
        thrownOut += slow.thrownOut();
    }
    std::printf("\n%-46s %9s %9s %9s %12s %12s\n", "beside 1,000 slow clients", "per s", "p50 ms", "p99 ms",
                "rate ratio", "p99 ratio");
    for (const Series &each : all)
        each.print();
    std::printf("the slow ones were thrown out %llu times\n", static_cast<unsigned long long>(thrownOut));
}

int run(const Arguments &arguments)
{
    if (arguments.size() == 2 && arguments[0] == "--answer-only")
        answerOnly(arguments[1]);
    Settings settings;
    take(arguments, 1, settings.seconds);
    take(arguments, 2, settings.rounds);
    settings.folder = workFolder(arguments, "psa-bench-http");
    measureSubmits(settings);
    measureSlowClients(settings);
    std::filesystem::remove_all(settings.folder);
    return 0;
}

} // namespace
} // namespace psa::bench

int main(int argc, char **argv)
{
    return psa::bench::runProgram(argc, argv, psa::bench::run);
}

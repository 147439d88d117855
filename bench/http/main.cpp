// psa-bench-http [FOLDER [SECONDS [ROUNDS]]]: how many tickets psa-host makes durable over HTTP, with its state on the
// disk of FOLDER, compared with the same server without storing and a bare fdatasync there; how 1,000 slow clients and
// 2,000 waiting ones affect the others; and its memory when idle.
#include "bench/http/load.h"
#include "bench/http/served.h"
#include "bench/http/slow_clients.h"
#include "bench/http/waiters.h"
#include "bench/program.h"
#include "bench/store/load.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

constexpr std::array connections = {1, 8, 64};
constexpr int slowClients = 1000;
constexpr int waitingClients = 2000;
constexpr int manyAddresses = 200;
constexpr auto untilThere = std::chrono::seconds(2); ///< Until all of a crowd have sent their requests.

struct Settings
{
    std::filesystem::path folder;
    double seconds = 2;
    int rounds = 5;
};

/// One line of a table: the result of each round, and the baseline.
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
                return psa::bench::load({served.port(), served.token(), connections.at(i), settings.seconds});
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

/// Normal clients, alone and beside a crowd that is created for each round.
struct Beside
{
    struct Line
    {
        const char *name;
        LoadPlan plan;
    };
    std::vector<Line> lines;
    std::vector<Series> alone{};
    std::vector<Series> beside{};
    std::uint64_t thrownOut = 0;

    template <class Make>
    void run(int rounds, const Make &make)
    {
        for (const Line &line : lines)
        {
            alone.push_back({std::string(line.name) + ", alone", {}, {}});
            beside.push_back({"  beside them", {}, {}});
        }
        for (int round = 0; round < rounds; ++round)
        {
            std::vector<LoadResult> first;
            for (const Line &line : lines)
                first.push_back(load(line.plan));
            const auto crowd = make();
            for (std::size_t i = 0; i < lines.size(); ++i)
            {
                const LoadResult then = load(lines[i].plan);
                alone[i].add(first[i], 1, 1);
                beside[i].add(then, then.perSecond / first[i].perSecond, then.p99 / first[i].p99);
            }
            thrownOut += crowd->thrownOut();
        }
    }
    void print(const std::string &title) const
    {
        std::printf("\n%-46s %9s %9s %9s %12s %12s\n", title.c_str(), "per s", "p50 ms", "p99 ms", "rate ratio",
                    "p99 ratio");
        for (std::size_t i = 0; i < lines.size(); ++i)
        {
            alone[i].print();
            beside[i].print();
        }
        std::printf("they were thrown out %llu times\n", static_cast<unsigned long long>(thrownOut));
    }
};

void measureSlowClients(const Settings &settings)
{
    const Served served(Served::Kind::psaHost, settings.folder / "slow");
    const LoadPlan plan{served.port(), served.token(), 8, settings.seconds, true, Ask::submit};
    LoadPlan anew = plan;
    anew.keepAlive = false;
    Beside result{{{"kept connections: 8", plan}, {"a connection each: 8", anew}}};
    result.run(settings.rounds, [&] {
        auto crowd = std::make_unique<SlowClients>(served.port(), slowClients);
        std::this_thread::sleep_for(untilThere);
        return crowd;
    });
    result.print("1,000 slow clients");
}

void measureWaiting(const Settings &settings, int addresses)
{
    const Served served(Served::Kind::psaHost, settings.folder / "waiting");
    LoadPlan plan{served.port(), served.token(), 8, settings.seconds, true, Ask::submit};
    Beside result{
        {{"submits, connections: 8", plan}, {"sign-ins, connections: 8", plan}, {"/healthz, connections: 8", plan}}};
    result.lines[1].plan.ask = Ask::signIn;
    result.lines[2].plan.ask = Ask::health;
    double each = 0;
    int threads = 0;
    result.run(settings.rounds, [&] {
        const double memory = served.memory();
        const int idle = served.threads();
        auto crowd = std::make_unique<Waiters>(served.port(), served.token(), waitingClients, addresses);
        std::this_thread::sleep_for(untilThere);
        each = std::max(each, (served.memory() - memory) * 1024 / waitingClients);
        threads = std::max(threads, served.threads() - idle);
        return crowd;
    });
    result.print("2,000 waiting clients, addresses: " + std::to_string(addresses));
    std::printf("a waiting one takes %.1f KiB; threads more than when idle: %d\n", each, threads);
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
    measureWaiting(settings, 1);
    measureWaiting(settings, manyAddresses);
    std::filesystem::remove_all(settings.folder);
    return 0;
}

} // namespace
} // namespace psa::bench

int main(int argc, char **argv)
{
    return psa::bench::runProgram(argc, argv, psa::bench::run);
}

// psa-bench-delivery [FOLDER [QUEUED [ROWS [TICKETS]]]]: how long a ticket takes from the socket of a running host to
// the PSA, how a flood of QUEUED tickets on another connection affects that, the rate of the flood itself, the same
// beside a plugin that crashes for each of them, how soon a host with ROWS queued tickets is ready, and its memory.
#include "bench/delivery/loaded_host.h"
#include "bench/delivery/start.h"
#include "bench/program.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <vector>

namespace psa::bench {
namespace {

struct Settings
{
    std::filesystem::path folder;
    int queued = 100000;
    int rows = 1000000;
    int tickets = 400;
};

struct Latency
{
    double p50;
    double p99;
};

/// For values in milliseconds; sorts them.
Latency latencyOf(std::vector<double> &values)
{
    std::sort(values.begin(), values.end());
    return {values.at(values.size() / 2), values.at(values.size() * 99 / 100)};
}

/// Time from before a ticket is submitted until the PSA has its request, one ticket at a time.
Latency pickUp(LoadedHost &host, const std::string &connection, int tickets)
{
    std::vector<double> all;
    for (int i = 0; i < tickets; ++i)
    {
        const auto begin = Steady::now();
        const std::string reference = host.submit(connection);
        all.push_back(std::chrono::duration<double, std::milli>(host.arrival(reference) - begin).count());
        std::this_thread::sleep_for(std::chrono::milliseconds(2)); // as tickets arrive: not all at once
    }
    return latencyOf(all);
}

void print(const char *name, const Latency &latency)
{
    std::printf("  %-46s %9.2f %9.2f\n", name, latency.p50, latency.p99);
}

void measureDelivery(const Settings &settings)
{
    LoadedHost host(settings.folder / "delivery");
    host.connect("quiet");
    host.connect("flood");
    pickUp(host, "quiet", 20); // warms up connections to the PSA and caches
    std::printf("%-48s %9s %9s\n", "from the socket to the PSA, ms", "p50", "p99");
    const Latency alone = pickUp(host, "quiet", settings.tickets);
    print("alone", alone);

    host.queue("flood", settings.queued);
    const std::size_t before = host.arrived();
    const auto begin = Steady::now();
    host.submit("flood"); // wakes it
    const Latency beside = pickUp(host, "quiet", settings.tickets);
    const double seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    const auto sent = static_cast<double>(host.arrived() - before);
    print(("beside " + std::to_string(settings.queued) + " queued on another").c_str(), beside);
    std::printf("  %-46s %9.2f %9.2f\n", "ratio", beside.p50 / alone.p50, beside.p99 / alone.p99);
    std::printf("\n%-48s %9.0f\n", "tickets delivered a second meanwhile, all", sent / seconds);
    if (sent >= settings.queued)
        std::printf("  (the flood ended before the measurement did: queue more)\n");
}

/// What a plugin that crashes as soon as it is called costs the tickets of another connection.
void measureCrashes(const Settings &settings)
{
    LoadedHost host(settings.folder / "crashes");
    host.connect("quiet");
    host.connect("crashing", "crash");
    pickUp(host, "quiet", 20);
    const Latency alone = pickUp(host, "quiet", settings.tickets);
    std::printf("\n%-48s %9s %9s\n", "from the socket to the PSA, ms", "p50", "p99");
    print("alone", alone);
    host.queue("crashing", settings.queued);
    const auto begin = Steady::now();
    host.submit("crashing"); // wakes it
    const Latency beside = pickUp(host, "quiet", settings.tickets);
    const double seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    print("beside a plugin that crashes in a loop", beside);
    std::printf("  %-46s %9.2f %9.2f\n", "ratio", beside.p50 / alone.p50, beside.p99 / alone.p99);
    std::printf("%-48s %9.0f\n", "crashes a second meanwhile", static_cast<double>(host.crashes()) / seconds);
}

void measureStarts(const Settings &settings)
{
    std::printf("\n%-44s %10s %10s\n", "psa-host run with so many tickets queued", "ms ready", "MB");
    for (const int rows : {0, settings.rows / 10, settings.rows})
    {
        const StateFolder state(settings.folder / ("start-" + std::to_string(rows)), rows);
        for (int i = 0; i < 3; ++i)
        {
            const Start start = state.start();
            std::printf("  %-42d %10.0f %10.1f\n", rows, start.milliseconds, start.megabytes);
            std::fflush(stdout);
        }
    }
}

int run(const Arguments &arguments)
{
    Settings settings;
    take(arguments, 1, settings.queued);
    take(arguments, 2, settings.rows);
    take(arguments, 3, settings.tickets);
    settings.folder = workFolder(arguments, "psa-bench-delivery");
    measureDelivery(settings);
    measureCrashes(settings);
    measureStarts(settings);
    std::filesystem::remove_all(settings.folder);
    return 0;
}

} // namespace
} // namespace psa::bench

int main(int argc, char **argv)
{
    return psa::bench::runProgram(argc, argv, psa::bench::run);
}

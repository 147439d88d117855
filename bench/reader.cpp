// Reading a delivery of an alert source: the round trip to the confined process with a program that does nothing, the same
// with a preset's program, and all that the host does with a delivery. The times are processor time of both processes: where
// other work takes the cores, waiting for the other process is most of the time that a clock shows.
#include "host/events/body_tree.h"
#include "host/events/presets.h"
#include "host/events/read_delivery.h"

#include <benchmark/benchmark.h>

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace psa::bench {
namespace {

using namespace psa::events;

/// A group of Alertmanager with this many alerts.
RawDelivery group(std::size_t alerts)
{
    RawDelivery delivery;
    delivery.method = "POST";
    delivery.contentType = "application/json";
    delivery.headers["content-type"] = delivery.contentType;
    delivery.body =
        R"({"version":"4","groupKey":"{}:{alertname=\"PortDown\", customer=\"Fjordline Ltd\"}","status":"firing",)"
        R"("receiver":"psa","groupLabels":{"alertname":"PortDown","customer":"Fjordline Ltd"},"commonLabels":)"
        R"({"alertname":"PortDown","customer":"Fjordline Ltd","severity":"critical"},"commonAnnotations":{},)"
        R"("externalURL":"https://am.example","truncatedAlerts":0,"alerts":[)";
    for (std::size_t i = 0; i < alerts; ++i)
        delivery.body +=
            std::string(i == 0 ? "" : ",") +
            R"({"status":"firing","labels":{"alertname":"PortDown","customer":"Fjordline Ltd","severity":"critical",)"
            R"("instance":"fl-sw-01","port":")" +
            std::to_string(i) + R"("},"annotations":{"summary":"Port )" + std::to_string(i) +
            R"( of fl-sw-01 is down"},"startsAt":"2026-11-30T07:00:01.5Z",)"
            R"("endsAt":"0001-01-01T00:00:00Z","generatorURL":"https://prom.example/graph?g0.expr=up","fingerprint":")" +
            std::to_string(1000000 + i) + R"("})";
    delivery.body += "]}";
    return delivery;
}

SourceSettings source(const std::string &program)
{
    const Preset &preset = presets().at("alertmanager");
    SourceSettings settings;
    settings.name = "bench";
    settings.preset = preset.name;
    settings.settings = defaultSettings(preset);
    settings.reader = program.empty() ? preset.readerJq : program;
    return settings;
}

reader::Readers &readers()
{
    static reader::Readers pool;
    return pool;
}

/// The processor clocks of this process and of those that it has started.
std::vector<clockid_t> clocks()
{
    std::vector<clockid_t> all{CLOCK_PROCESS_CPUTIME_ID};
    for (const auto &task : std::filesystem::directory_iterator("/proc/self/task"))
    {
        std::ifstream children(task.path() / "children");
        clockid_t clock = 0;
        for (pid_t child = 0; children >> child;)
            if (clock_getcpuclockid(child, &clock) == 0)
                all.push_back(clock);
    }
    return all;
}

double seconds(const std::vector<clockid_t> &all)
{
    double sum = 0;
    for (const clockid_t clock : all)
    {
        timespec time{};
        clock_gettime(clock, &time);
        sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    }
    return sum;
}

/// Measures `read`, which the process has warmed up.
template <class Read>
void measure(benchmark::State &state, const Read &read)
{
    const std::vector<clockid_t> all = clocks();
    for (auto _ : state)
    {
        const double before = seconds(all);
        benchmark::DoNotOptimize(read());
        state.SetIterationTime(seconds(all) - before);
    }
}

void run(benchmark::State &state, std::size_t alerts, const std::string &program)
{
    const SourceSettings settings = source(program);
    const std::string tree = bodyTreeOf(group(alerts), settings, {}).json;
    if (readers().read(settings.reader, tree).kind != reader::Reading::Kind::events)
        return state.SkipWithError("the program does not run");
    measure(state, [&] { return readers().read(settings.reader, tree); });
}

void whole(benchmark::State &state, std::size_t alerts)
{
    const SourceSettings settings = source("");
    const RawDelivery delivery = group(alerts);
    if (readDelivery(readers(), settings, delivery).events.size() != 1)
        return state.SkipWithError("the delivery is not read");
    measure(state, [&] { return readDelivery(readers(), settings, delivery); });
}

void bodyTree(benchmark::State &state, std::size_t alerts)
{
    const SourceSettings settings = source("");
    const RawDelivery delivery = group(alerts);
    measure(state, [&] { return bodyTreeOf(delivery, settings, {}); });
}

BENCHMARK_CAPTURE(run, empty_one, 1, ".method")->Name("reader of one alert/an empty program")->UseManualTime();
BENCHMARK_CAPTURE(run, preset_one, 1, "")->Name("reader of one alert/the program of a preset")->UseManualTime();
BENCHMARK_CAPTURE(whole, one, 1)->Name("reader of one alert/body tree, program and events")->UseManualTime();
BENCHMARK_CAPTURE(run, empty_many, 100, ".method")->Name("reader of 100 alerts/an empty program")->UseManualTime();
BENCHMARK_CAPTURE(run, preset_many, 100, "")->Name("reader of 100 alerts/the program of a preset")->UseManualTime();
BENCHMARK_CAPTURE(bodyTree, many, 100)->Name("reader of 100 alerts/body tree")->UseManualTime();
BENCHMARK_CAPTURE(whole, many, 100)->Name("reader of 100 alerts/body tree, program and events")->UseManualTime();

} // namespace
} // namespace psa::bench

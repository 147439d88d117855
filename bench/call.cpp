// The cost of one call of `test`, layer by layer: the work itself, the ABI, the host's guards, the instance in its
// process and the validation of the result. The minimal plugins do next to nothing, so the overhead is measured.
#include "bench/minimal_plugin.h"
#include "bench/program.h"
#include "host/plugin/call_state.h"
#include "host/plugin/documents.h"
#include "host/plugin/instance.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

namespace psa::bench {
namespace {

constexpr std::string_view testResult = R"({"version":1,"summary":"Connected to Example PSA"})";

/// minimal.c's test() without an ABI.
struct DirectC
{
    int configured = 1;

    [[gnu::noinline]] psa_status test()
    {
        benchmark::DoNotOptimize(configured);
        if (configured == 0)
            return PSA_INVALID_CONFIG;
        take({testResult.data(), testResult.size()});
        return PSA_OK;
    }
};

/// minimal.cpp's test() without an ABI: it returns a string.
struct DirectCpp
{
    bool configured = true;

    [[gnu::noinline]] std::string test()
    {
        benchmark::DoNotOptimize(configured);
        if (!configured)
            throw std::runtime_error("not configured");
        return std::string(testResult);
    }
};

void directC(benchmark::State &state)
{
    DirectC plugin;
    for (auto _ : state)
        benchmark::DoNotOptimize(plugin.test());
}

void directCpp(benchmark::State &state)
{
    DirectCpp plugin;
    for (auto _ : state)
    {
        const std::string result = plugin.test();
        take({result.data(), result.size()});
    }
}

void table(benchmark::State &state, const char *file)
{
    const RawInstance plugin(file);
    for (auto _ : state)
        benchmark::DoNotOptimize(plugin.api().test(rawCall(), plugin.get()));
}

void guards(benchmark::State &state, const char *file)
{
    const RawInstance plugin(file);
    bool ok = true;
    for (auto _ : state)
    {
        plugin::CallState call("minimal", soon(), {});
        const psa_call raw = guardedCall(call);
        ok = call.returned(plugin::Delivers::result, plugin.api().test(&raw, plugin.get()), {}).ok() && ok;
    }
    if (!ok)
        state.SkipWithError("test failed");
}

void instance(benchmark::State &state, const char *file)
{
    plugin::Instance plugin(minimalPlugin(file), {});
    bool ok = plugin.create(soon()).ok() && plugin.configure("{\"version\":1,\"values\":{}}", soon()).ok();
    for (auto _ : state)
        ok = plugin.call(plugin::testCall(), {}, soon()).ok() && ok;
    if (!ok)
        state.SkipWithError("create, configure or test failed");
}

/// The runner answers it without the plugin: there is no such instance.
void frameThereAndBack(benchmark::State &state)
{
    const auto loaded = minimalPlugin(MINIMAL_C);
    const auto process = loaded->start({});
    loaded->enter(*process, soon());
    const auto slot = process->takeSlot();
    std::vector<double> times;
    for (auto _ : state)
    {
        const auto begin = std::chrono::steady_clock::now();
        if (!process->freeSlot(*slot, soon()).empty())
            state.SkipWithError("the process has ended");
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    state.counters["p50_us"] = median(std::move(times));
}

void resultCheckAlone(benchmark::State &state)
{
    for (auto _ : state)
        benchmark::DoNotOptimize(plugin::parseDocument("test-result", testResult));
}

BENCHMARK(directC)->Name("call C plugin/direct function");
BENCHMARK_CAPTURE(table, c, MINIMAL_C)->Name("call C plugin/through the table");
BENCHMARK_CAPTURE(guards, c, MINIMAL_C)->Name("call C plugin/with host guards");
BENCHMARK_CAPTURE(instance, c, MINIMAL_C)->Name("call C plugin/through Instance")->UseRealTime();
BENCHMARK(frameThereAndBack)->Name("call C plugin/of that: a frame there and back")->UseRealTime();
BENCHMARK(resultCheckAlone)->Name("call C plugin/of that: the result check");

BENCHMARK(directCpp)->Name("call C++ plugin/direct function");
BENCHMARK_CAPTURE(table, cpp, MINIMAL_CPP)->Name("call C++ plugin/through the table");
BENCHMARK_CAPTURE(guards, cpp, MINIMAL_CPP)->Name("call C++ plugin/with host guards");
BENCHMARK_CAPTURE(instance, cpp, MINIMAL_CPP)->Name("call C++ plugin/through Instance")->UseRealTime();

} // namespace
} // namespace psa::bench

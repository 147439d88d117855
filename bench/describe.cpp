// The cost of describe, and of the loader's processing of the descriptor.
#include "bench/minimal_plugin.h"
#include "host/json/json_schema.h"
#include "host/plugin/call_state.h"
#include "host/plugin/documents.h"

#include <Poco/JSON/Object.h>
#include <benchmark/benchmark.h>

namespace psa::bench {
namespace {

void raw(benchmark::State &state)
{
    const psa_plugin_api &api = tableOf(MINIMAL_C);
    for (auto _ : state)
        benchmark::DoNotOptimize(api.describe(rawCall()));
}

std::string guardedDescribe(const psa_plugin_api &api)
{
    plugin::CallState state("minimal", soon(), {});
    const psa_call call = guardedCall(state);
    return state.returned(plugin::Delivers::result, api.describe(&call), {}).result;
}

void guards(benchmark::State &state)
{
    const psa_plugin_api &api = tableOf(MINIMAL_C);
    for (auto _ : state)
        benchmark::DoNotOptimize(guardedDescribe(api));
}

void validated(benchmark::State &state)
{
    const psa_plugin_api &api = tableOf(MINIMAL_C);
    for (auto _ : state)
        benchmark::DoNotOptimize(plugin::parseDocument("descriptor", guardedDescribe(api)));
}

void formCompiled(benchmark::State &state)
{
    const auto plugin = minimalPlugin(MINIMAL_C);
    const auto form = plugin->descriptor.extract<Poco::JSON::Object::Ptr>()->get("configuration");
    for (auto _ : state)
        benchmark::DoNotOptimize(json::JsonSchema(form));
}

BENCHMARK(raw)->Name("describe/through the table");
BENCHMARK(guards)->Name("describe/with host guards");
BENCHMARK(validated)->Name("describe/parsed and validated");
BENCHMARK(formCompiled)->Name("describe/one form compiled");

} // namespace
} // namespace psa::bench

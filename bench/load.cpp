// From a plugin file to a ready plugin, which is started once in a process of its own, compared with the dynamic linker
// alone, which never unloads a library: every iteration needs a new file, and their number is bounded.
#include "bench/fresh_copy.h"
#include "bench/minimal_plugin.h"
#include "host/plugin/plugin_loader.h"
#include "host/plugin/trusted_file.h"

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <vector>

namespace psa::bench {
namespace {

/// Per repetition; ten of them load 200 files each way.
constexpr int loads = 20;

/// One new file for each iteration.
std::vector<std::filesystem::path> freshCopies(const benchmark::State &state)
{
    std::vector<std::filesystem::path> files;
    for (benchmark::IterationCount i = 0; i < state.max_iterations; ++i)
        files.push_back(freshCopy(MINIMAL_C));
    return files;
}

void bareDlopen(benchmark::State &state)
{
    const auto files = freshCopies(state);
    auto file = files.begin();
    for (auto _ : state)
    {
        void *library = dlopen((file++)->c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr || dlsym(library, "psa_plugin_entry") == nullptr)
            state.SkipWithError(dlerror());
    }
}

void load(benchmark::State &state)
{
    const auto files = freshCopies(state);
    auto file = files.begin();
    for (auto _ : state)
    {
        plugin::PluginLoader loader({}, {}); // to one loader the second copy would be a duplicate
        const plugin::LoadReport report = loader.load(*file++);
        if (report.state != plugin::LoadState::ready)
            state.SkipWithError((report.file + ": " + toText(report.state) + ", found " + report.found).c_str());
    }
}

void hash(benchmark::State &state)
{
    const auto path = freshCopy(MINIMAL_C);
    const auto file = plugin::TrustedFile::open(path, false);
    for (auto _ : state)
        benchmark::DoNotOptimize(file.sha256());
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * std::filesystem::file_size(path)));
}

void process(benchmark::State &state)
{
    const auto plugin = minimalPlugin(MINIMAL_C);
    for (auto _ : state)
        plugin->enter(*plugin->start({}), soon());
}

BENCHMARK(bareDlopen)->Name("plugin to ready/bare dlopen and dlsym")->Iterations(loads)->UseRealTime();
BENCHMARK(load)->Name("plugin to ready/PluginLoader::load")->Iterations(loads)->UseRealTime();
BENCHMARK(hash)->Name("plugin to ready/of that: SHA-256 of the file");
BENCHMARK(process)->Name("plugin to ready/of that: a process started, entered and ended")->UseRealTime();

} // namespace
} // namespace psa::bench

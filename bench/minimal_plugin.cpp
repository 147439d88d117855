#include "bench/minimal_plugin.h"

#include "bench/fresh_copy.h"
#include "host/plugin/host_table.h"
#include "host/plugin/plugin_loader.h"

#include <benchmark/benchmark.h>

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace psa::bench {

const psa_host *hostTable()
{
    static auto *table = new plugin::HostTable({}, {}); // plugins may keep it
    return table->raw();
}

std::shared_ptr<const plugin::LoadedPlugin> minimalPlugin(const char *file)
{
    static std::map<std::string, std::shared_ptr<const plugin::LoadedPlugin>> loaded;
    auto &plugin = loaded[file];
    if (plugin)
        return plugin;
    plugin::PluginLoader loader(hostTable(), {}, {});
    const plugin::LoadReport report = loader.load(freshCopy(file));
    if (report.state != plugin::LoadState::ready)
        throw std::runtime_error(std::string(file) + " is not ready: " + toText(report.state) + ", expected " +
                                 report.expected + ", found " + report.found);
    return plugin = report.plugin;
}

clock::RunningClock::time_point soon()
{
    return clock::RunningClock::now() + std::chrono::minutes(1);
}

[[gnu::noinline]] void take(psa_str json)
{
    benchmark::DoNotOptimize(json.data);
    benchmark::DoNotOptimize(json.size);
}

const psa_call *rawCall()
{
    static const psa_call call = {sizeof(psa_call),
                                  0,
                                  nullptr,
                                  [](const psa_call *) -> std::uint32_t { return 0; },
                                  [](const psa_call *) -> std::int64_t { return 60000; },
                                  [](const psa_call *, psa_log_level, psa_str) {},
                                  [](const psa_call *, psa_str json) { take(json); },
                                  [](const psa_call *, const psa_error *) {}};
    return &call;
}

RawInstance::RawInstance(std::shared_ptr<const plugin::LoadedPlugin> plugin) : plugin_(std::move(plugin))
{
    constexpr std::string_view configuration = R"({"version":1,"values":{"apiKey":"none"}})";
    if (api().create(rawCall(), hostTable(), &object_) != PSA_OK)
        throw std::runtime_error(plugin_->id + " makes no instance");
    if (api().configure(rawCall(), object_, {configuration.data(), configuration.size()}) != PSA_OK)
        throw std::runtime_error(plugin_->id + " takes no configuration");
}

RawInstance::~RawInstance()
{
    api().destroy(object_);
}

} // namespace psa::bench

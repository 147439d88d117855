#include "bench/minimal_plugin.h"

#include "bench/fresh_copy.h"
#include "host/plugin/plugin_loader.h"

#include <benchmark/benchmark.h>
#include <dlfcn.h>

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace psa::bench {

std::shared_ptr<const plugin::LoadedPlugin> minimalPlugin(const char *file)
{
    static std::map<std::string, std::shared_ptr<const plugin::LoadedPlugin>> loaded;
    auto &plugin = loaded[file];
    if (plugin)
        return plugin;
    plugin::PluginLoader loader({}, {});
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

psa_call guardedCall(plugin::CallState &state)
{
    psa_call call = *rawCall();
    call.host_data = &state;
    call.put_result = [](const psa_call *self, psa_str json) {
        static_cast<plugin::CallState *>(self->host_data)->putResult(json.size, std::string_view(json.data, json.size));
    };
    return call;
}

namespace {

/// Knows no services.
const psa_host *rawHost()
{
    static const psa_host host = {sizeof(psa_host),
                                  PSA_ABI_MAJOR,
                                  PSA_ABI_MINOR,
                                  0,
                                  nullptr,
                                  [](const psa_host *, psa_log_level, psa_str) {},
                                  [](const psa_host *, const char *) -> const void * { return nullptr; }};
    return &host;
}

} // namespace

const psa_plugin_api &tableOf(const char *file)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    void *entry = library == nullptr ? nullptr : dlsym(library, "psa_plugin_entry");
    if (entry == nullptr)
        throw std::runtime_error(dlerror());
    const psa_plugin_api *table = reinterpret_cast<const psa_plugin_api *(*)(const psa_host *)>(entry)(rawHost());
    if (table == nullptr)
        throw std::runtime_error(std::string(file) + " refuses the host");
    return *table;
}

RawInstance::RawInstance(const char *file) : api_(tableOf(file))
{
    constexpr std::string_view configuration = R"({"version":1,"values":{"apiKey":"none"}})";
    if (api_.create(rawCall(), rawHost(), &object_) != PSA_OK)
        throw std::runtime_error(std::string(file) + " makes no instance");
    if (api_.configure(rawCall(), object_, {configuration.data(), configuration.size()}) != PSA_OK)
        throw std::runtime_error(std::string(file) + " takes no configuration");
}

RawInstance::~RawInstance()
{
    api_.destroy(object_);
}

} // namespace psa::bench

#include "tests/faults/fault_plugin.h"

#include "host/plugin/loaded_plugin.h"
#include "host/plugin/plugin_loader.h"

#include <catch2/catch.hpp>

#include <map>

namespace psa::test {

using namespace psa::plugin;

std::shared_ptr<const LoadedPlugin> faultPlugin(const std::string &name)
{
    static std::map<std::string, std::shared_ptr<const LoadedPlugin>> plugins;
    auto &plugin = plugins[name];
    if (plugin)
        return plugin;
    LoaderPolicy policy;
    policy.trustedPaths = {FAULTS_DIR};
    const LoadReport report = PluginLoader({}, policy).load(std::string(FAULTS_DIR) + "/" + name + ".so");
    INFO(report.found);
    REQUIRE(report.state == LoadState::ready);
    return plugin = report.plugin;
}

Instance::Clock::time_point in(std::chrono::milliseconds time)
{
    return Instance::Clock::now() + time;
}

PluginLog Lines::log(std::shared_ptr<Lines> lines)
{
    return [lines = std::move(lines)](psa_log_level, const std::string &line) {
        const std::lock_guard lock(lines->mutex_);
        lines->lines_.push_back(line);
    };
}

std::vector<std::string> Lines::all() const
{
    const std::lock_guard lock(mutex_);
    return lines_;
}

std::string Lines::text() const
{
    std::string text;
    for (const std::string &line : all())
        text += line + "\n";
    return text;
}

} // namespace psa::test

#pragma once

#include "host/plugin/instance.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace psa::test {

/// The plugin with this fault, loaded once per test process. Fails the test if it cannot be loaded.
std::shared_ptr<const plugin::LoadedPlugin> faultPlugin(const std::string &name);

/// The deadline that is `time` from now.
plugin::Instance::Clock::time_point in(std::chrono::milliseconds time);
/// For calls that end much sooner.
constexpr std::chrono::milliseconds ample{60000};

/// Lines that plugins logged. Thread-safe.
class Lines
{
public:
    /// A log that appends to `lines` and keeps it alive: some lines arrive after the test.
    static plugin::PluginLog log(std::shared_ptr<Lines> lines);

    std::vector<std::string> all() const;
    /// All, separated by line feeds.
    std::string text() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

} // namespace psa::test

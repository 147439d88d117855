#pragma once

#include "host/plugin/build_choice.h"

#include <mutex>

namespace psa::plugin {

/// The plugins that the host has loaded. Thread-safe.
class PluginCatalogue
{
public:
    explicit PluginCatalogue(std::vector<LoadReport> reports) : reports_(std::move(reports)) {}

    std::vector<LoadReport> reports() const;
    BuildChoice choose(const std::string &name) const { return chooseBuild(reports(), name); }

    /// Replaces the reports by those of a reload. A file with the same content keeps its LoadedPlugin, so that nothing changes
    /// for its connections.
    void replace(std::vector<LoadReport> found);

private:
    mutable std::mutex mutex_;
    std::vector<LoadReport> reports_;
};

} // namespace psa::plugin

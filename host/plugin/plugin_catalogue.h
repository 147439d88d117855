#pragma once

#include "host/plugin/build_choice.h"

#include <mutex>

namespace psa::plugin {

/// The plugins that the host has now. Thread-safe.
class PluginCatalogue
{
public:
    explicit PluginCatalogue(std::vector<LoadReport> reports) : reports_(std::move(reports)) {}

    std::vector<LoadReport> reports() const;
    BuildChoice choose(const std::string &name) const { return chooseBuild(reports(), name); }

    /// Takes over what was found on a later look. A file with the same content keeps its loaded plugin, so that who uses
    /// it sees no change.
    void replace(std::vector<LoadReport> found);

private:
    mutable std::mutex mutex_;
    std::vector<LoadReport> reports_;
};

} // namespace psa::plugin

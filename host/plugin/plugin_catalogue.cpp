#include "host/plugin/plugin_catalogue.h"

#include <algorithm>

namespace psa::plugin {

std::vector<LoadReport> PluginCatalogue::reports() const
{
    const std::lock_guard lock(mutex_);
    return reports_;
}

void PluginCatalogue::replace(std::vector<LoadReport> found)
{
    const std::lock_guard lock(mutex_);
    for (LoadReport &each : found)
    {
        const auto same = std::find_if(reports_.begin(), reports_.end(), [&](const LoadReport &before) {
            return before.plugin && before.file == each.file && before.sha256 == each.sha256;
        });
        if (same != reports_.end() && each.plugin)
            each.plugin = same->plugin;
    }
    reports_ = std::move(found);
}

} // namespace psa::plugin

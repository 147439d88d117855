#pragma once

#include "host/plugin/load_report.h"

#include <memory>
#include <string>
#include <vector>

namespace psa::plugin {

/// What the name of a plugin means among the builds that there are. The one rule for every place that takes such a
/// name: an id, id@version or a file means a build only if exactly one build that is ready fits it. Nothing is guessed
/// at.
struct BuildChoice
{
    enum class Kind
    {
        one,
        several,  ///< A plain id that two or more ready builds have.
        notReady, ///< A file matches the name, but none of them is ready.
        none,
    };

    Kind kind = Kind::none;
    std::shared_ptr<const LoadedPlugin> plugin; ///< Set for one.
    std::string why; ///< For the others: what there is instead, and what to do, in sentences.
};

/// Does `name` (an id, id@version or an absolute path) fit this one?
bool isNamed(const LoadReport &report, const std::string &name);

/// Is `name` a file, and not an id?
bool isPluginFile(const std::string &name);

/// `plugin` as it means the same everywhere: the command line and a connection's file may name a file from the folder
/// that the command runs in.
std::string fullName(const std::string &plugin);

BuildChoice chooseBuild(const std::vector<LoadReport> &reports, const std::string &name);

} // namespace psa::plugin

#pragma once

#include "host/plugin/load_report.h"

#include <memory>
#include <string>
#include <vector>

namespace psa::plugin {

/// Resolves the name of a plugin to a build. The only rule for all places that accept such a name: an id, id@version or
/// file selects a build only if exactly one ready build matches. It never guesses.
struct BuildChoice
{
    enum class Kind
    {
        one,
        several,  ///< A plain id that matches two or more ready builds.
        notReady, ///< A file matches the name, but none of them is ready.
        none,
    };

    Kind kind = Kind::none;
    std::shared_ptr<const LoadedPlugin> plugin; ///< Set for `one`.
    std::string why; ///< For the others: which builds exist instead, and what to do, in sentences.
};

/// Whether `name` (an id, id@version or an absolute path) matches this report.
bool isNamed(const LoadReport &report, const std::string &name);

/// Whether `name` is a file, not an id.
bool isPluginFile(const std::string &name);

/// Makes a file in `plugin` absolute, so that it means the same everywhere: the command line and a connection's file
/// may name a file relative to the working directory.
std::string fullName(const std::string &plugin);

/// The id in "id@version"; a plain id is returned as it is.
std::string pluginIdOf(const std::string &build);

BuildChoice chooseBuild(const std::vector<LoadReport> &reports, const std::string &name);

} // namespace psa::plugin

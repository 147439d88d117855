#pragma once

#include "host/cli/session.h"
#include "host/config/host_config.h"

#include <Poco/JSON/Object.h>

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace psa::cli {

/// `psa-host plugins list`: one entry per configured file. `log` should live as long as the process, since a plugin may
/// log at any time. Returns an ExitCode.
int listPlugins(const config::HostConfig &config, bool json, std::ostream &out, std::ostream &log);

/// `psa-host plugins describe NAME`: NAME is an id, id@version or a file. Returns an ExitCode.
int describePlugin(const config::HostConfig &config, const std::string &name, bool json, std::ostream &out,
                   std::ostream &log);

/// The single ready build that `name` refers to, see chooseBuild(). nullptr after setting `exitCode` and logging to
/// `log` which builds exist instead.
std::shared_ptr<const plugin::LoadedPlugin> pickPlugin(const std::vector<plugin::LoadReport> &reports,
                                                       const std::string &name, std::ostream &log, int &exitCode);

/// loadPlugins() and pickPlugin() for a name given on the command line: a file does not have to be in the
/// configuration, but its rules about files still apply.
std::shared_ptr<const plugin::LoadedPlugin> loadBuild(const config::HostConfig &config, const std::string &name,
                                                      std::ostream &log, int &exitCode);

/// One report, for people.
void printReport(const plugin::LoadReport &report, std::ostream &out);

/// `psa-host plugins diff BEFORE AFTER`: what changes for users of BEFORE; each is a file, an id@version or an id.
/// Returns an ExitCode: exitDifferent if a change is breaking.
int diffPlugins(const config::HostConfig &config, const std::string &before, const std::string &after, bool json,
                std::ostream &out, std::ostream &log);

/// Prints a plugin's description for an operator. `descriptor` must match its schema; `updates`: see LoadedPlugin::updates.
/// Throws InvalidForm if one of the forms contradicts itself, which the loader has ruled out.
void printDescription(const Poco::JSON::Object &descriptor, const Poco::JSON::Object::Ptr &updates, std::ostream &out);

/// What `psa-host plugins call` calls.
struct PluginCallOptions
{
    std::string verb;                   ///< Its name in recordings, such as "add_note".
    std::vector<std::string> arguments; ///< name=value; documents as JSON.
    bool dryRun = false;
};

/// `psa-host plugins call --connection FILE FUNCTION [NAME=VALUE...]`: makes one call of a plugin and prints its result.
/// Returns an ExitCode.
int callPlugin(const config::HostConfig &config, const SessionOptions &options, const PluginCallOptions &wanted,
               const Streams &streams);

/// `psa-host plugins replay --recording FILE --connection FILE [--plugin BUILD]`: repeats the calls of a recorded run,
/// without the PSA, and shows each difference. Returns an ExitCode: exitDifferent if there is one. Throws
/// std::runtime_error for a recording that cannot be replayed.
int replayRecording(const config::HostConfig &config, const SessionOptions &options, const std::string &recording,
                    const Streams &streams);

} // namespace psa::cli

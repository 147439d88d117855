#pragma once

#include "host/cli/session.h"
#include "host/config/host_config.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace psa::cli {

/// The command line, as far as sources of commands add to it.
class Commands
{
public:
    /// Runs a command with the configuration file; returns an ExitCode.
    using RunWithConfig = std::function<int(const config::HostConfig &, const Streams &)>;

    virtual ~Commands() = default;

    /// A word with commands of its own: "rule".
    virtual CLI::App &group(const char *word, const char *help) = 0;
    /// The command `word` of the group `parent`, or of app(). `run` must own what its options are bound to.
    virtual CLI::App &add(CLI::App &parent, const char *word, const char *help, RunWithConfig run) = 0;
    virtual CLI::App &app() = 0;
};

/// Adds `rule`, `window` and `customer`.
void offerDefinitions(Commands &commands);
/// Adds `apply` and `export`.
void offerConfiguration(Commands &commands);
/// Adds `notify`.
void offerNotify(Commands &commands);

} // namespace psa::cli

#pragma once

#include "host/cli/session.h"

#include <map>
#include <string>
#include <vector>

namespace psa::cli {

/// Values given on the command line for a stored connection.
struct ConnectionEdit
{
    std::string name;
    std::string file;                  ///< A connection file to start from; "" = none.
    std::string plugin;                ///< "" = unchanged.
    std::vector<std::string> values;   ///< "field=value" of the configuration.
    std::vector<std::string> secrets;  ///< "field=SOURCE": file:/path, env:NAME, or - for a line of standard input.
    std::vector<std::string> unset;    ///< Fields of the configuration whose values are removed.
    std::vector<std::string> defaults; ///< "field=value" of the ticket defaults; empty = unchanged.
    /// "resolvedStatus" and the like; blank = as the plugin suggests; those that are missing are unchanged.
    std::map<std::string, std::string> updates;

    bool isEmpty() const
    {
        return file.empty() && plugin.empty() && values.empty() && secrets.empty() && unset.empty() &&
               defaults.empty() && updates.empty();
    }
};

/// Options of `psa-host connection choices`.
struct ChoicesOptions
{
    std::string list;                   ///< Empty = show which lists exist.
    std::string query;                  ///< Text that labels must contain.
    std::vector<std::string> dependsOn; ///< "name=value".
};

// `psa-host connection add|set|list|show|remove` for stored connections. Each returns an ExitCode.
int addConnection(const config::HostConfig &config, const ConnectionEdit &edit, const Streams &streams);
int setConnection(const config::HostConfig &config, const ConnectionEdit &edit, const Streams &streams);
int listConnections(const config::HostConfig &config, bool json, const Streams &streams);
int showConnection(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams);
int removeConnection(const config::HostConfig &config, const std::string &name, const Streams &streams);
/// `psa-host connection test`: a stored connection, with the changes in `edit`, if any, but without storing them; or one
/// in a file, with its ticket defaults.
int testConnection(const config::HostConfig &config, const SessionOptions &options, const ConnectionEdit &edit,
                   const Streams &streams);
/// `psa-host connection choices`: the PSA's values for a field.
int showChoices(const config::HostConfig &config, const SessionOptions &options, const ChoicesOptions &wanted,
                const Streams &streams);

} // namespace psa::cli

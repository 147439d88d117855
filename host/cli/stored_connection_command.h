#pragma once

#include "host/cli/connection_command.h"

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

    bool isEmpty() const
    {
        return file.empty() && plugin.empty() && values.empty() && secrets.empty() && unset.empty() && defaults.empty();
    }
};

/// Whether `text` names a file that describes a connection. Otherwise it is the name of a stored one.
bool isConnectionFile(const std::string &text);

// `psa-host connection add|set|list|show|remove|test|choices` for stored connections. Each returns an ExitCode.
int addConnection(const config::HostConfig &config, const ConnectionEdit &edit, const Streams &streams);
int setConnection(const config::HostConfig &config, const ConnectionEdit &edit, const Streams &streams);
int listConnections(const config::HostConfig &config, bool json, const Streams &streams);
int showConnection(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams);
int removeConnection(const config::HostConfig &config, const std::string &name, const Streams &streams);
/// Tests the connection with the changes in `edit`, if any, without storing them.
int testStored(const config::HostConfig &config, const ConnectionEdit &edit, bool json, const Streams &streams);
int choicesOfStored(const config::HostConfig &config, const std::string &name, const ChoicesOptions &wanted, bool json,
                    const Streams &streams);

} // namespace psa::cli

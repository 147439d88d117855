#pragma once

namespace psa::host {

/// Exit codes of psa-host, by kind of failure; README.md lists them.
enum ExitCode
{
    exitOk = 0,
    exitFailed = 1,   ///< A plugin did not load, or something unexpected happened.
    exitUsage = 2,    ///< The command line is wrong.
    exitConfig = 3,   ///< The configuration file is wrong.
    exitNotFound = 4, ///< What the command names does not exist.
};

} // namespace psa::host

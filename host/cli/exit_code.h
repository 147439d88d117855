#pragma once

namespace psa::host {

/// Exit codes of psa-host, by kind of failure; docs/commands.md lists them.
enum ExitCode
{
    exitOk = 0,
    exitFailed = 1,         ///< A plugin did not load, or something unexpected happened.
    exitUsage = 2,          ///< The command line is wrong.
    exitConfig = 3,         ///< A configuration or connection file is wrong.
    exitNotFound = 4,       ///< What the command names does not exist.
    exitRefused = 5,        ///< The ticket or the configuration is not accepted; not created, or the output says so.
    exitCredentials = 6,    ///< The PSA does not accept the credentials, or they may not do this; not created.
    exitTemporary = 7,      ///< Not possible now; nothing was created, so it is safe to try again.
    exitOutcomeUnknown = 8, ///< It may have been done, a ticket stored or created: look before trying again.
    exitDifferent = 9, ///< What was compared differs: a breaking change of a plugin, or a replay that went otherwise.
    exitAccepted = 10  ///< The ticket is stored and will be sent, but is not in the PSA yet: do not create it again.
};

} // namespace psa::host

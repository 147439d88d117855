#pragma once

#include "host/ticket/ticket_state.h"

#include <psa/plugin.h>

#include <string>

namespace psa::cli {

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

/// Which of them a failure of a call that changes nothing means.
ExitCode exitCodeOf(psa_status status);
/// An answer of the API that is not a success. `slug`: of its problem document, "" = it has none. `changes`: it was asked to
/// change something, and may have, where it broke off.
ExitCode exitCodeOfAnswer(int httpStatus, const std::string &slug, bool changes);
/// The state of a ticket, to who has just handed it in. `code`: of its reason.
ExitCode exitCodeOf(ticket::TicketState state, const std::string &code);

} // namespace psa::cli

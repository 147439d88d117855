#pragma once

#include "host/ticket/ticket_state.h"

#include <psa/plugin.h>

#include <iosfwd>
#include <string>

namespace CLI {
class App;
class ParseError;
} // namespace CLI

namespace psa::cli {

/// Exit codes of psa-host, by kind of failure; docs/commands.md lists them.
enum ExitCode
{
    exitOk = 0,
    exitFailed = 1,   ///< A plugin did not load, or something unexpected happened.
    exitUsage = 2,    ///< The command line is wrong.
    exitConfig = 3,   ///< A configuration or connection file is wrong.
    exitNotFound = 4, ///< Something named on the command line does not exist.
    /// The ticket or the configuration is not accepted; not created, unless the output says otherwise.
    exitRefused = 5,
    exitCredentials = 6,    ///< The PSA rejects the credentials, or they lack permission; not created.
    exitTemporary = 7,      ///< Not possible now; nothing was created, so it is safe to retry.
    exitOutcomeUnknown = 8, ///< It may have been done, for example a ticket stored or created: check before retrying.
    /// A comparison found a difference: a breaking change of a plugin, or a replay with different results.
    exitDifferent = 9,
    exitAccepted = 10 ///< The ticket is stored and will be sent, but is not in the PSA yet: do not create it again.
};

/// A failure that was already logged, thrown through a command.
struct Refused
{
    int exitCode;
};

/// The exit code for a failed call that changes nothing.
ExitCode exitCodeOf(psa_status status);
/// The exit code for an API response that is not a success. `slug`: of its problem document, "" = none. `changes`: the
/// request was a changing one, and may have been carried out if the connection broke.
ExitCode exitCodeOfAnswer(int httpStatus, const std::string &slug, bool changes);
/// The exit code for the state of a ticket that was just submitted. `code`: of its reason.
ExitCode exitCodeOf(ticket::TicketState state, const std::string &code);

/// Ends a program whose command line was not parsed: prints help or version to `out` and returns exitOk, or logs the
/// error to `log` and returns exitUsage. For an unknown word it suggests the most similar known one, even if help was
/// requested.
int exitForParse(CLI::App &app, const CLI::ParseError &error, std::ostream &out, std::ostream &log);

} // namespace psa::cli

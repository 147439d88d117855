#include "host/cli/exit_code.h"

#include "host/plugin/call_state.h"

namespace psa::cli {

ExitCode exitCodeOf(psa_status status)
{
    switch (status)
    {
    case PSA_INVALID_CONFIG:
    case PSA_INVALID_TICKET:
    case PSA_CONFLICT:
        return exitRefused;
    case PSA_AUTH:
    case PSA_PERMISSION:
        return exitCredentials;
    case PSA_NOT_FOUND:
        return exitNotFound;
    case PSA_RATE_LIMITED:
    case PSA_UNAVAILABLE:
    case PSA_TIMEOUT:
    case PSA_CANCELLED:
        return exitTemporary;
    case PSA_OUTCOME_UNKNOWN:
        return exitOutcomeUnknown;
    default:
        return exitFailed;
    }
}

ExitCode exitCodeOfAnswer(int httpStatus, const std::string &slug, bool changes)
{
    if (slug == "store-unclear")
        return exitOutcomeUnknown;
    switch (httpStatus)
    {
    case 403:
        return exitCredentials;
    case 404:
        return exitNotFound;
    case 503:
        return exitTemporary;
    default:
        break;
    }
    if (httpStatus < 500)
        return exitRefused;
    return changes ? exitOutcomeUnknown : exitFailed;
}

ExitCode exitCodeOf(ticket::TicketState state, const std::string &code)
{
    if (state == ticket::TicketState::done)
        return exitOk;
    const bool rejected = state == ticket::TicketState::needsReview && ticket::isRejection(code);
    if (ticket::isEnded(state) || rejected)
    {
        const ExitCode why = exitCodeOf(plugin::statusFrom(code));
        return why == exitCredentials || why == exitTemporary ? why : exitRefused;
    }
    return ticket::isInDoubt(state) ? exitOutcomeUnknown : exitAccepted;
}

} // namespace psa::cli

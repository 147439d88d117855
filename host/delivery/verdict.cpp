#include "host/delivery/verdict.h"

#include <array>

namespace psa::delivery {
namespace {

bool mayHaveLeft(plugin::MutationSeen seen)
{
    return seen == plugin::MutationSeen::answered || seen == plugin::MutationSeen::noAnswer;
}

/// A wrong value that a human can correct: a label or a company that does not exist in the PSA.
bool isForHuman(const plugin::PluginError &error)
{
    return error.status == PSA_NOT_FOUND || (error.status == PSA_INVALID_TICKET && !error.field.empty());
}

/// The plugin reports a rejection, and no request is open.
Verdict judgeRefusal(const plugin::PluginError &error, plugin::MutationSeen seen)
{
    if (mayHaveLeft(seen))
        return Verdict::dead;
    return isForHuman(error) ? Verdict::needsReview : Verdict::dead;
}

/// The plugin reports that nothing was done. If the PSA rejected a request, for example because a tenant moved to
/// another address, both agree.
Verdict judgeNothingDone(const plugin::CallOutcome &outcome)
{
    const bool refused = outcome.mutation == plugin::MutationSeen::answered && !outcome.accepted;
    return refused || !mayHaveLeft(outcome.mutation) ? Verdict::retry : Verdict::unknown;
}

/// The plugin reports success, and no request is open.
Verdict judgeSuccess(const plugin::CallOutcome &outcome)
{
    if (!mayHaveLeft(outcome.mutation))
        return Verdict::needsReview;
    // Success without a confirming response must be verified by a lookup.
    return outcome.confirmed ? Verdict::done : Verdict::unknown;
}

} // namespace

Verdict judge(const plugin::CallOutcome &outcome)
{
    if (outcome.mutation == plugin::MutationSeen::withheld)
        return Verdict::dryRun;
    if (outcome.mutation == plugin::MutationSeen::noAnswer)
        return Verdict::unknown;
    if (outcome.ok())
        return judgeSuccess(outcome);
    switch (outcome.error->status)
    {
    case PSA_INVALID_CONFIG:
    case PSA_INVALID_TICKET:
    case PSA_NOT_FOUND:
    case PSA_CONFLICT:
        return judgeRefusal(*outcome.error, outcome.mutation);
    case PSA_AUTH:
    case PSA_PERMISSION:
        return Verdict::held;
    case PSA_RATE_LIMITED:
        return Verdict::wait;
    case PSA_NOT_IMPLEMENTED:
        return mayHaveLeft(outcome.mutation) ? Verdict::unknown : Verdict::dead;
    case PSA_UNAVAILABLE:
    case PSA_TIMEOUT:
    case PSA_CANCELLED:
        return judgeNothingDone(outcome);
    default:
        return mayHaveLeft(outcome.mutation) ? Verdict::unknown : Verdict::retry;
    }
}

const char *toText(Verdict verdict)
{
    static constexpr std::array names = {"created", "wait",         "retry",   "held",
                                         "unknown", "needs review", "refused", "dry run"};
    static_assert(names.size() == static_cast<std::size_t>(Verdict::dryRun) + 1);
    return names.at(static_cast<std::size_t>(verdict));
}

} // namespace psa::delivery

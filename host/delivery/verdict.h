#pragma once

#include "host/plugin/call_state.h"

namespace psa::delivery {

/// Result of one attempt to create a ticket.
enum class Verdict
{
    done,        ///< The PSA has it.
    wait,        ///< Rejected because of a limit: retry later, without spending an attempt.
    retry,       ///< Not created, and nothing is wrong with the ticket: retry.
    held,        ///< Rejected: credentials or permissions must be fixed first.
    unknown,     ///< It may have been created: look up its reference before anything else.
    needsReview, ///< A human decides.
    dead,        ///< Rejected; the same request will always be rejected.
    dryRun       ///< Withheld, as requested.
};

/// Decides by the worse of what the plugin reports and what the host saw on the network, so that a wrong report cannot
/// cause a duplicate. A rejection that the plugin recognizes counts whatever the HTTP status was; if
/// CallOutcome::isOpen(), the ticket must still be looked up before it is sent again or given up. `outcome`: of
/// create_ticket.
Verdict judge(const plugin::CallOutcome &outcome);

const char *toText(Verdict verdict);

} // namespace psa::delivery

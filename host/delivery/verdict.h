#pragma once

#include "host/plugin/call_state.h"

namespace psa::delivery {

/// What becomes of a ticket after one attempt to create it.
enum class Verdict
{
    done,        ///< The PSA has it.
    wait,        ///< Refused because of a limit: try again later, at no cost.
    retry,       ///< Not created, and nothing is wrong with the ticket: try again.
    held,        ///< Refused: the credentials or permissions must be mended first.
    unknown,     ///< It may have been created: look for its reference before anything else.
    needsReview, ///< A human decides.
    dead,        ///< Refused, and it always will be as it is.
    dryRun       ///< Held back as asked.
};

/// Decides by the worse of what the plugin says and of what the host saw leave, so that a plugin that reports wrongly can
/// cause no second ticket. A refusal that the plugin knows counts whatever the HTTP status was; if CallOutcome::isOpen(),
/// the ticket must be looked for all the same, before it is sent again or given up. `outcome`: of create_ticket.
Verdict judge(const plugin::CallOutcome &outcome);

const char *toText(Verdict verdict);

} // namespace psa::delivery

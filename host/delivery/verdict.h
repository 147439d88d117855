#pragma once

#include "host/plugin/call_state.h"

namespace psa::host {

/// What becomes of a ticket after one attempt to create it.
enum class Verdict
{
    done,        ///< The PSA has it.
    wait,        ///< Not created because of a limit: try again later, at no cost.
    retry,       ///< Not created, and nothing is wrong with the ticket: try again.
    held,        ///< Not created: the credentials or permissions must be mended first.
    unknown,     ///< It may have been created: look for its reference before anything else.
    needsReview, ///< A human decides.
    dead,        ///< Not created, and it never will be as it is.
    dryRun       ///< Held back as asked.
};

/// Decides by the worse of what the plugin says and of what the host saw leave, so that a plugin that reports wrongly can
/// cause no second ticket. `outcome`: of create_ticket.
Verdict judge(const CallOutcome &outcome);

const char *toText(Verdict verdict);

} // namespace psa::host

#pragma once

#include "host/connection/connection.h"
#include "host/delivery/activity.h"
#include "host/ticket/operation.h"

#include <optional>
#include <string>
#include <vector>

namespace psa::delivery {

/// A claimed note or change, with what it needs.
struct OperationWork
{
    ticket::StoredOperation operation;
    std::vector<ticket::StoredOperation> merged; ///< Carried out together with it.
    std::string psaTicketId;
    ticket::TicketWatch watch; ///< As it was when it was claimed.
};

/// What the calls for a note or a change came to.
struct OperationOutcome
{
    plugin::CallOutcome call; ///< The decisive one.
    /// Read before a conditional change, or before one with unknown outcome is made again. If a human has touched the
    /// ticket, no other call was made.
    std::optional<Activity> activity;
    bool stillDiffers = false;           ///< A change with unknown outcome: the ticket does not have its values.
    std::vector<std::string> duplicates; ///< The PSA's ids of further notes with the same reference.
    std::vector<std::string> removed;    ///< Those of them that were removed.
};

/// Makes the calls that carry it out.
OperationOutcome carryOut(connection::Connection &connection, const OperationWork &work,
                          const connection::CallOptions &options);
/// Makes the calls that find out what became of it. Superfluous notes are removed, where the PSA can.
OperationOutcome lookUp(connection::Connection &connection, const OperationWork &work,
                        const connection::CallOptions &options);

} // namespace psa::delivery

#pragma once

#include "host/store/store_writer.h"

#include <string>

namespace psa::service {

// What callers do to tickets, within one transaction each: load, transition, save. Throw StoreError.

/// What became of a new ticket. Where its key was there already, `ticket` is the earlier one.
struct TicketInsertion
{
    enum class Kind
    {
        inserted,
        duplicate,   ///< Same key, same fingerprint.
        otherPayload ///< Same key, other fingerprint: nothing was inserted.
    };
    Kind kind = Kind::inserted;
    ticket::StoredTicket ticket; ///< Without the documents.
};

/// Inserts it, unless there is one under its key.
TicketInsertion insertTicket(store::StoreWriter &writer, const ticket::NewTicket &ticket);

// What a person does, and what the ticket is then. Throw ActionNotAllowed too.

/// See retry(). The fingerprint stays that of the request as it was handed in.
ticket::StoredTicket retryTicket(store::StoreWriter &writer, std::int64_t id, bool verifyFirst,
                                 const ticket::TicketDocuments &documents = {});
ticket::StoredTicket linkTicket(store::StoreWriter &writer, std::int64_t id, const ticket::TicketOutcome &outcome,
                                const ticket::StateReason &reason);
ticket::StoredTicket discardTicket(store::StoreWriter &writer, std::int64_t id, const ticket::StateReason &reason);

} // namespace psa::service

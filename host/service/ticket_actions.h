#pragma once

#include "host/store/store_writer.h"

#include <string>

namespace psa::host {

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
    StoredTicket ticket; ///< Without the documents.
};

/// Inserts it, unless there is one under its key.
TicketInsertion insertTicket(StoreWriter &writer, const NewTicket &ticket);

// What a person does, and what the ticket is then. Throw ActionNotAllowed too.

/// See retry(). The fingerprint stays that of the request as it was handed in.
StoredTicket retryTicket(StoreWriter &writer, std::int64_t id, bool verifyFirst, const TicketDocuments &documents = {});
StoredTicket linkTicket(StoreWriter &writer, std::int64_t id, const TicketOutcome &outcome, const StateReason &reason);
StoredTicket discardTicket(StoreWriter &writer, std::int64_t id, const StateReason &reason);

} // namespace psa::host

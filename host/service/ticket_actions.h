#pragma once

#include "host/store/store_writer.h"

#include <string>

namespace psa::service {

// What callers do to tickets, each in one transaction: load, transition, save. All throw StoreError.

/// The audit entry of an action on a ticket. `detailJson`: "" = none.
store::AuditEntry ticketEntry(const ticket::StoredTicket &ticket, const std::string &action, const std::string &who,
                              const std::string &detailJson = "");

/// Result of inserting a ticket. If its key was used before, `ticket` is the earlier one.
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

/// Inserts it unless its key was used before. `mayReplace`: it takes the place of one that mayBeSubmittedAgain().
TicketInsertion insertTicket(store::StoreWriter &writer, const ticket::NewTicket &ticket, bool mayReplace = false);

/// Inserts notes or changes of the ticket in one transaction, in this order. If one of the keys was used before, nothing
/// is inserted and the earlier operations are returned.
struct OperationInsertion
{
    TicketInsertion::Kind kind = TicketInsertion::Kind::inserted;
    ticket::StoredTicket ticket;
    std::vector<ticket::StoredOperation> operations;
};
OperationInsertion insertOperations(store::StoreWriter &writer, std::int64_t ticketId,
                                    const std::vector<ticket::NewOperation> &operations);

// Actions by humans. They return the changed ticket, and also throw ActionNotAllowed.

/// See retry(). The fingerprint remains that of the original request.
ticket::StoredTicket retryTicket(store::StoreWriter &writer, std::int64_t id, bool verifyFirst,
                                 const ticket::TicketDocuments &documents = {});
ticket::StoredTicket linkTicket(store::StoreWriter &writer, std::int64_t id, const ticket::TicketOutcome &outcome,
                                const ticket::StateReason &reason);
ticket::StoredTicket discardTicket(store::StoreWriter &writer, std::int64_t id, const ticket::StateReason &reason);
/// `id`: of a note or change. They return it.
ticket::StoredOperation retryOperation(store::StoreWriter &writer, std::int64_t id, bool verifyFirst);
ticket::StoredOperation discardOperation(store::StoreWriter &writer, std::int64_t id,
                                         const ticket::StateReason &reason);

} // namespace psa::service

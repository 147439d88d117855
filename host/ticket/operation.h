#pragma once

#include "host/ticket/ticket.h"

namespace psa::ticket {

/// What became of a note or a change.
struct OperationResult
{
    std::string noteId; ///< The PSA's id of the note; "" = none.
    std::vector<std::string>
        changed; ///< Members of the change that were set; those that were equal already are missing.
    std::vector<std::string> warnings; ///< From the host and the plugin.
    bool recovered = false;            ///< Found by a lookup after an unknown outcome.

    bool operator==(const OperationResult &) const = default;
};

/// A note or a change as it is submitted.
struct NewOperation
{
    OperationKind kind = OperationKind::note; ///< note or change.
    std::string key;                          ///< The caller's, at most 255 bytes, unique for the ticket; "" = none.
    std::string fingerprint;                  ///< Of the request.
    std::string reference;                    ///< Unique in the store, 1 to 40 bytes.
    std::string who;                          ///< Who asked for it, as in the audit log.
    std::string intent;                       ///< "resolve", "reopen"; "" = only what it is.
    std::string documentJson;                 ///< For the plugin: ticket-note or ticket-change.
    bool ifUntouched = false;                 ///< Only if no human has touched the ticket.
};

/// A note or a change in the store. The operations of a ticket are carried out in the order of their ids.
struct StoredOperation : Progress
{
    std::int64_t ticketId = 0;
    std::string connection;
    std::string key;
    std::string fingerprint;
    std::string reference;
    std::string who;
    std::string intent;
    std::string documentJson;
    bool ifUntouched = false;
    /// The earlier operation that carries this one out as well, since both were waiting; 0 = none.
    std::int64_t mergedInto = 0;
    OperationResult result;
};

/// How a claimed note or change is settled.
struct OperationSettlement : Settlement
{
    std::optional<OperationResult> result; ///< Replaces the current one.
};

/// What was last read of a ticket in the PSA, in order to know what humans do to it.
struct TicketWatch
{
    std::string watermark; ///< The plugin's; "" = since the ticket's creation.
    std::string touched;   ///< What humans have done to it, for people; "" = nothing.
    std::string statusId;  ///< In the PSA; "" = not known.
    std::string status;    ///< Its label.
    bool closed = false;
    std::string gone;                      ///< Why it cannot be updated any more: deleted, or merged; "" = it can.
    std::optional<clock::Clock::Wall> due; ///< When it is to be read again; nullopt = not until it is written.
    std::optional<clock::Clock::Wall> read;

    bool operator==(const TicketWatch &) const = default;
};

} // namespace psa::ticket

#pragma once

#include "host/delivery/connection_queue.h"
#include "host/ticket/operation.h"

#include <optional>
#include <string>

namespace psa::service {

/// What a ticket, note or change that is not yet in the PSA waits for.
struct Waiting
{
    std::string code;                        ///< Stable, for programs: "auth", "limit", "retry".
    std::string text;                        ///< For people, a sentence without its full stop.
    bool unusual;                            ///< Something delays it that its state alone does not tell.
    std::optional<clock::Clock::Wall> since; ///< When the cause of the wait began, if known.
    std::optional<clock::Clock::Wall> until; ///< When it next makes progress on its own.
};

/// The current state of a ticket's connection.
struct Situation
{
    bool exists = false;
    bool works = false; ///< Its plugin is loaded and configured.
    delivery::QueueStatus queue;
};

/// nullopt for a ticket that is finished or being sent.
std::optional<Waiting> waitingOf(const ticket::StoredTicket &ticket, const Situation &connection);
/// The same for a note or a change of `ticket`.
std::optional<Waiting> waitingOf(const ticket::StoredOperation &operation, const ticket::StoredTicket &ticket,
                                 const Situation &connection);

} // namespace psa::service

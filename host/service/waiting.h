#pragma once

#include "host/delivery/connection_queue.h"
#include "host/ticket/ticket.h"

#include <optional>
#include <string>

namespace psa::service {

/// What a ticket waits for that is not in the PSA yet.
struct Waiting
{
    std::string code;                        ///< Stable, for programs: "auth", "limit", "retry".
    std::string text;                        ///< For people, a sentence without its full stop.
    std::optional<clock::Clock::Wall> since; ///< When what it waits for began, if that is known.
    std::optional<clock::Clock::Wall> until; ///< When it moves next by itself.
};

/// How the connection of a ticket is at this moment.
struct Situation
{
    bool exists = false;
    bool works = false; ///< Its plugin is there and was configured.
    delivery::QueueStatus queue;
};

/// Nothing for a ticket that has ended, or is being sent.
std::optional<Waiting> waitingOf(const ticket::StoredTicket &ticket, const Situation &connection);

} // namespace psa::service

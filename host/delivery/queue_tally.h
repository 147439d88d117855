#pragma once

#include "host/ticket/ticket_state.h"

#include <array>
#include <chrono>
#include <cstdint>

namespace psa::delivery {

/// Counters of a queue since its start, for metrics. They only increase.
struct QueueTally
{
    /// One number per resulting state.
    using PerState = std::array<std::uint64_t, ticket::ticketStateCount>;
    PerState attempts{};        ///< To create a ticket.
    PerState reconciliations{}; ///< For a ticket with unknown outcome.

    /// How long the attempts took, as a histogram: `within[i]` of them took at most `bounds[i]` seconds.
    static constexpr std::array<double, 9> bounds{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
    std::array<std::uint64_t, bounds.size()> within{};
    double seconds = 0; ///< Of all attempts together.

    void count(bool attempt, ticket::TicketState state, std::chrono::duration<double> took)
    {
        ++(attempt ? attempts : reconciliations).at(static_cast<std::size_t>(state));
        if (!attempt)
            return;
        seconds += took.count();
        for (std::size_t i = 0; i < bounds.size(); ++i)
            within[i] += took.count() <= bounds[i] ? 1U : 0U;
    }
};

} // namespace psa::delivery

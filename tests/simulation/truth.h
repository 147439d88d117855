#pragma once

#include "host/events/event.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace psa::simulation {

/// What clients, sources and operators were told, whatever the hosts remember of it.
struct Truth
{
    /// Ids of the tickets that were acknowledged, by their numbers in the plan.
    std::map<int, std::int64_t> tickets;
    struct Update
    {
        std::int64_t ticket = 0;
        std::vector<std::int64_t> operations;
    };
    std::map<int, Update> updates; ///< Likewise.
    struct Told
    {
        int source = 0;
        events::Event event;
    };
    std::vector<Told> told; ///< Events of deliveries that were acknowledged, in the order of the acknowledgements.
    /// What an operator has decided about: its fate is not ours alone.
    std::set<std::int64_t> operatedTickets;
    std::set<std::int64_t> operatedOperations;
};

} // namespace psa::simulation

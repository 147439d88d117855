#pragma once

#include "host/clock/clock.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace psa::store {

/// One stretch of trouble that a source of alerts tells of again and again, with the one ticket that it has: from its
/// first notification until it is resolved. At most one of a group is open.
struct AlertEpisode
{
    std::int64_t id = 0; ///< Given by the store.
    std::string connection;
    std::string group; ///< What the source calls it.
    std::int64_t ticketId = 0;
    clock::Clock::Wall opened;
    clock::Clock::Wall seen; ///< When the last notification came.
    std::optional<clock::Clock::Wall> closed;
    std::set<std::string> alerts; ///< Every alert that it ever had, one text for each.
};

} // namespace psa::store

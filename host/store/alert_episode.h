#pragma once

#include "host/clock/clock.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace psa::store {

/// A period of trouble that a source of alerts reports repeatedly, with its single ticket: from its first notification
/// until it is resolved. At most one per group is open.
struct AlertEpisode
{
    std::int64_t id = 0; ///< Assigned by the store.
    std::string connection;
    std::string group; ///< The source's name of the group.
    std::int64_t ticketId = 0;
    clock::Clock::Wall opened;
    clock::Clock::Wall seen; ///< Time of the last notification.
    std::optional<clock::Clock::Wall> closed;
    std::set<std::string> alerts; ///< Every alert that it ever had, one text per alert.
};

} // namespace psa::store

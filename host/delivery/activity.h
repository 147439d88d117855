#pragma once

#include "host/ticket/operation.h"

#include <optional>
#include <string>

namespace psa::delivery {

/// What the verb activity reports about a ticket.
struct Activity
{
    bool touched = false; ///< A human has touched it since the watermark, or that is not clear.
    std::string by;       ///< Who did what, for people; "" if not touched.
    std::string statusId; ///< "" = not known.
    std::string status;
    bool closed = false;
    std::string gone; ///< Why it cannot be updated any more: deleted, or merged; "" = it can.
    std::string watermark;
};

/// `resultJson`: a document that matches activity.schema.json.
Activity activityFrom(const std::string &resultJson);

/// `watch` after it was read. What humans have done is kept: the watermark of a later reading knows nothing of it.
ticket::TicketWatch afterReading(ticket::TicketWatch watch, const Activity &activity, clock::Clock::Wall now);

/// What the calls for a note or a change tell about its ticket.
struct WatchNews
{
    std::optional<Activity> activity;      ///< Read before the change.
    std::optional<clock::Clock::Wall> due; ///< When to read it again; nullopt: nothing was written.
    std::optional<std::string> statusId;   ///< That was set.
    std::string status;                    ///< Its label.

    bool isEmpty() const { return !activity && !due && !statusId; }
};

/// `stored`, which is the watch at this moment, with these news. `claimed`: the watch before the calls. Whatever else has been
/// stored since then stays.
ticket::TicketWatch afterCalls(ticket::TicketWatch stored, const ticket::TicketWatch &claimed, const WatchNews &news,
                               clock::Clock::Wall now);

/// What to say of a status that is not the one that was set, although no human has changed it; "" = it is the same, or
/// that is not known. `set`: the watch after the status was set.
std::string revertedStatus(const ticket::TicketWatch &set, const Activity &activity);

} // namespace psa::delivery

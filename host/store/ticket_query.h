#pragma once

#include "host/ticket/ticket.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace psa::store {

/// Which tickets to list. Newest first.
struct TicketQuery
{
    std::vector<ticket::TicketState> states; ///< Empty = all.
    std::string connection;                  ///< "" = all.
    std::string psaTicket;                   ///< Only tickets with this id or number in the PSA; "" = all.
    std::optional<clock::Clock::Wall> from;  ///< Created at or after.
    std::optional<clock::Clock::Wall> until; ///< Created before.
    std::string cursor;                      ///< TicketPage::next of the previous page; "" = the first page.
    std::size_t limit = 100;                 ///< 1 to maxPageEntries; a page may have fewer.
};

struct TicketPage
{
    std::vector<ticket::StoredTicket> tickets; ///< Without the documents.
    /// Cursor of the next page; "" = there are no more, however many this page has.
    std::string next;
};

/// When a connection next has something to do; nullopt = nothing to do.
struct ConnectionDue
{
    std::optional<clock::Clock::Wall> sending;
    std::optional<clock::Clock::Wall> reconciling;
};

/// The number of tickets of a connection.
struct ConnectionCounts
{
    std::string connection;
    std::array<std::uint64_t, ticket::ticketStateCount> perState{}; ///< Indexed by TicketState.
    std::optional<clock::Clock::Wall> oldestOpen;                   ///< When the oldest unfinished ticket was created.

    std::uint64_t in(ticket::TicketState state) const { return perState.at(static_cast<std::size_t>(state)); }
    bool hasOpen() const
    {
        return std::any_of(ticket::allTicketStates.begin(), ticket::allTicketStates.end(),
                           [this](ticket::TicketState state) { return !ticket::isEnded(state) && in(state) > 0; });
    }
};

} // namespace psa::store

#pragma once

#include "host/ticket/ticket.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::store {

/// Which tickets to list. Newest first.
struct TicketQuery
{
    std::vector<ticket::TicketState> states; ///< Empty = all.
    /// Tickets that have a note or a change in one of these states are listed as well, whatever their own state; only
    /// together with `states`.
    std::vector<ticket::TicketState> operationStates;
    /// Words that the tickets must have, see SearchWords; "" = all. Such tickets are listed newest first by their ids. A
    /// page may have fewer than there are, even none, although there is a next one.
    std::string text;
    std::string reason;     ///< Code of the reason of its state, or of that of such a note or change; "" = all.
    std::string connection; ///< "" = all.
    std::optional<std::set<std::string>> connections; ///< Only these; nullopt = all.
    std::string psaTicket;                            ///< Only tickets with this id or number in the PSA; "" = all.
    std::optional<clock::Clock::Wall> from;           ///< Created at or after.
    std::optional<clock::Clock::Wall> until;          ///< Created before.
    std::string cursor;                               ///< TicketPage::next of the previous page; "" = the first page.
    std::size_t limit = 100;                          ///< 1 to maxPageEntries; a page may have fewer.
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
    std::optional<clock::Clock::Wall> sending;     ///< Of tickets and operations alike.
    std::optional<clock::Clock::Wall> reconciling; ///< Likewise.
    std::optional<clock::Clock::Wall> watching;    ///< A ticket is to be read.
};

/// The number of tickets of a connection.
struct ConnectionCounts
{
    std::string connection;
    std::array<std::uint64_t, ticket::ticketStateCount> perState{};   ///< Indexed by TicketState.
    std::array<std::uint64_t, ticket::ticketStateCount> operations{}; ///< Notes and changes, likewise.
    std::optional<clock::Clock::Wall> oldestOpen; ///< When the oldest unfinished ticket was created.

    std::uint64_t in(ticket::TicketState state) const { return perState.at(static_cast<std::size_t>(state)); }
    /// It has unfinished tickets, notes or changes.
    bool hasOpen() const
    {
        return std::any_of(ticket::allTicketStates.begin(), ticket::allTicketStates.end(), [this](auto state) {
            return !ticket::isEnded(state) && in(state) + operations.at(static_cast<std::size_t>(state)) > 0;
        });
    }
};

} // namespace psa::store

#pragma once

#include "host/ticket/ticket.h"

#include <optional>
#include <string>
#include <vector>

namespace psa::host {

/// What became of a new ticket. Where its key was there already, `ticket` is the earlier one.
struct TicketInsertion
{
    enum class Kind
    {
        inserted,
        sameAgain,   ///< Same key, same fingerprint.
        otherPayload ///< Same key, other fingerprint: nothing was inserted.
    };
    Kind kind = Kind::inserted;
    StoredTicket ticket; ///< Without the documents.
};

struct TicketClaim
{
    std::string connection;
    ClaimFor purpose = ClaimFor::sending;
    std::size_t max = 1;
    std::string pluginBuild;
};

/// Which tickets to list. Newest first.
struct TicketQuery
{
    std::vector<TicketState> states;  ///< None = all.
    std::string connection;           ///< "" = all.
    std::string psaTicket;            ///< Only those that are this ticket in the PSA, by its id or number; "" = all.
    std::optional<Clock::Wall> from;  ///< Created at or after.
    std::optional<Clock::Wall> until; ///< Created before.
    std::string cursor;               ///< TicketPage::next of the page before; "" = the first page.
    std::size_t limit = 100;          ///< 1 to maxPageEntries; a page may hold fewer.
};

struct TicketPage
{
    std::vector<StoredTicket> tickets; ///< Without the documents.
    std::string next;                  ///< Where to go on; "" = that was all, however many there are.
};

/// When a connection has something to do next.
struct ConnectionDue
{
    std::string connection;
    std::optional<Clock::Wall> sending;
    std::optional<Clock::Wall> looking;
};

/// How many tickets of a connection there are.
struct ConnectionCounts
{
    std::string connection;
    std::array<std::uint64_t, ticketStateCount> perState{}; ///< By TicketState.
    std::optional<Clock::Wall> oldestOpen;                  ///< When the oldest ticket that has not ended was created.

    std::uint64_t in(TicketState state) const { return perState.at(static_cast<std::size_t>(state)); }
};

} // namespace psa::host

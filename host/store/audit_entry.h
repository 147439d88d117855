#pragma once

#include "host/clock/clock.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace psa::store {

/// An action and who did it. Free of secrets.
struct AuditEntry
{
    std::int64_t id = 0;     ///< Assigned by the store, increasing.
    clock::Clock::Wall time; ///< Assigned by the store.
    std::string who;         ///< "delivery", "cli:uid=1000".
    std::string action;      ///< "ticket.attempt".
    std::string connection;  ///< "" = none.
    std::optional<std::int64_t> ticketId;
    std::string detailJson; ///< "" = none.
};

inline AuditEntry auditEntry(std::string who, std::string action, std::string connection = "",
                             std::string detailJson = "")
{
    AuditEntry entry;
    entry.who = std::move(who);
    entry.action = std::move(action);
    entry.connection = std::move(connection);
    entry.detailJson = std::move(detailJson);
    return entry;
}

/// Which entries to read. Newest first.
struct AuditQuery
{
    std::string connection;                           ///< "" = all.
    std::optional<std::set<std::string>> connections; ///< Only entries of these; nullopt = all, also those of none.
    std::optional<std::int64_t> ticketId;             ///< nullopt = all.
    std::string psaTicket;                            ///< As in TicketQuery.
    std::optional<clock::Clock::Wall> from;           ///< Inclusive.
    std::optional<clock::Clock::Wall> until;          ///< Exclusive.
    std::string cursor;                               ///< AuditPage::next of the previous page; "" = the first page.
    std::size_t limit = 100;                          ///< 1 to maxPageEntries; a page may have fewer.
};

struct AuditPage
{
    std::vector<AuditEntry> entries;
    std::string next; ///< Cursor of the next page; "" = there are no more, however many this page has.
};

} // namespace psa::store

#pragma once

#include "host/net/budget.h"
#include "host/store/alert_episode.h"
#include "host/store/audit_entry.h"
#include "host/store/plugin_call.h"
#include "host/store/stored_connection.h"
#include "host/store/ticket_query.h"

#include <optional>
#include <string>
#include <vector>

namespace psa::store {

/// Pages of lists hold so many entries at most, and end earlier where their texts come to more bytes than this: what is
/// made of a page is held in memory until its reader has taken it, for each reader.
constexpr std::size_t maxPageEntries = 1000;
constexpr std::size_t maxPageBytes = std::size_t{256} * 1024;

/// What can be asked of a store, inside Store::read() or Store::write() alone. Everything that one of these sees is of
/// one moment. Throws StoreError.
class StoreReader
{
public:
    virtual ~StoreReader() = default;

    /// When this is, to the millisecond, as times are stored.
    virtual clock::Clock::Wall now() const = 0;

    virtual std::optional<ticket::StoredTicket> ticket(std::int64_t id) const = 0;
    /// Without documents, title and company.
    virtual std::optional<ticket::StoredTicket> ticketRow(std::int64_t id) const = 0;
    virtual std::optional<ticket::StoredTicket> ticketByReference(const std::string &reference) const = 0;
    virtual std::optional<ticket::StoredTicket> ticketByKey(const std::string &connection,
                                                            const std::string &key) const = 0;
    virtual TicketPage listTickets(const TicketQuery &query) const = 0;
    /// The newest ticket of the connection that is done and whose number in the PSA is not known, of those that were
    /// asked for least often; nothing if each has one, or was asked for StoreWriter::nameTries times.
    virtual std::optional<ticket::StoredTicket> ticketWithoutNumber(const std::string &connection) const = 0;
    /// What the PSA calls a company that tickets name so; "" = not known.
    virtual std::string companyLabel(const std::string &connection, const std::string &company) const = 0;
    /// Companies that tickets or ticket defaults of the connection name, and whose label is not known: at most `max`.
    virtual std::vector<std::string> unlabelledCompanies(const std::string &connection, std::size_t max) const = 0;
    /// Tickets of the connection that are to be sent or looked for by now, the longest due first, at most `max`, without title
    /// and company.
    virtual std::vector<ticket::StoredTicket> dueTickets(const std::string &connection, ticket::ClaimFor purpose,
                                                         std::size_t max) const = 0;
    /// Held tickets of the connection that were not released yet, oldest first, at most `max`, as ticketRow().
    virtual std::vector<ticket::StoredTicket> heldTickets(const std::string &connection, std::size_t max) const = 0;
    /// Tickets of the connection that have not ended and are open, at most `max`, as ticketRow(): they are to be looked for in
    /// the PSA, however far off, or are looked for now.
    virtual std::vector<ticket::StoredTicket> ticketsToReconcile(const std::string &connection,
                                                                 std::size_t max) const = 0;
    /// When the connection has something to do by itself, however far off.
    virtual ConnectionDue due(const std::string &connection) const = 0;
    /// One row for each connection that ever had a ticket.
    virtual std::vector<ConnectionCounts> counts() const = 0;

    virtual std::optional<StoredConnection> connection(const std::string &name) const = 0;
    /// By name.
    virtual std::vector<StoredConnection> connections() const = 0;

    /// A small value of the host's own, such as the canary of the key ring. Nothing if it was never put.
    virtual std::optional<std::string> value(const std::string &name) const = 0;

    virtual net::BudgetSnapshot budgets() const = 0;
    /// Those that the process died of, since they were last released.
    virtual std::vector<PluginCall> pluginCalls() const = 0;
    /// The one that is open, if one is.
    virtual std::optional<AlertEpisode> openEpisode(const std::string &connection, const std::string &group) const = 0;
    virtual AuditPage audit(const AuditQuery &query) const = 0;
};

} // namespace psa::store

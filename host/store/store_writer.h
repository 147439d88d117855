#pragma once

#include "host/store/event_writer.h"
#include "host/store/store_reader.h"

namespace psa::store {

/// Changes to a store, only inside Store::write(). All changes of one transaction become durable together or not at
/// all. Throws StoreError.
class StoreWriter : public StoreReader, public EventWriter
{
public:
    using EventWriter::addEpisode;

    /// Returns the ticket with its id and its company's label. notFound if there is no such connection; conflict if
    /// another ticket has its reference or key; invalid if a value is too long.
    virtual ticket::StoredTicket addTicket(const ticket::StoredTicket &ticket) = 0;
    /// Writes everything except connection, key, reference and documents.
    virtual void saveTicket(const ticket::StoredTicket &ticket) = 0;
    /// Writes the documents that are given.
    virtual void saveDocuments(std::int64_t id, const ticket::TicketDocuments &documents) = 0;
    /// Returns the operation with its id and its ticket's connection. notFound if there is no such ticket, or its
    /// connection was removed; conflict if another operation has its reference, or another one of the ticket its key;
    /// invalid if a value is too long.
    virtual ticket::StoredOperation addOperation(const ticket::StoredOperation &operation) = 0;
    /// Writes everything that can change: not ticket, connection, kind, key, fingerprint, reference, who, intent and
    /// document. When it ends, its ticket counts as ended at the same time, for deleteEndedTickets().
    virtual void saveOperation(const ticket::StoredOperation &operation) = 0;
    /// Does nothing if the ticket was deleted.
    virtual void saveWatch(std::int64_t ticketId, const ticket::TicketWatch &watch) = 0;
    /// Records that reading the number of a ticket failed. `permanent`: it is not tried again.
    virtual void recordNumberFailure(std::int64_t id, bool permanent) = 0;
    /// Records a company named by ticket defaults, so that its label is read. Companies of tickets are recorded with
    /// the tickets.
    virtual void requestCompanyLabel(const std::string &connection, const std::string &company) = 0;
    /// By company, as named in tickets.
    virtual void labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels) = 0;
    /// Like recordNumberFailure().
    virtual void giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                                 bool permanent) = 0;
    /// Maximum number of failed tries for a number or a label.
    static constexpr std::int64_t nameTries = 3;
    /// Deletes tickets that finished before this time with all their operations, oldest first, at most `max`; returns how
    /// many. A ticket with a key is kept for at least keyLifetime, so that its key stays known; one with an unfinished
    /// operation is kept.
    virtual std::size_t deleteEndedTickets(clock::Clock::Wall before, std::size_t max) = 0;
    static constexpr std::chrono::hours keyLifetime{30 * 24};

    /// Version and times are set by the store; breakers and test are empty. conflict if the name exists. A removed name
    /// can be added again, and gets back its tickets.
    virtual StoredConnection addConnection(const StoredConnection &connection) = 0;
    /// conflict if its version is not that of `connection`; notFound. Does not change the breakers and the test.
    virtual StoredConnection updateConnection(const StoredConnection &connection) = 0;
    /// notFound. Erases its sealed secrets; its tickets stay.
    virtual void removeConnection(const std::string &name) = 0;
    /// notFound.
    virtual void setBreakers(const std::string &connection, const std::string &breakerJson) = 0;

    /// Sets the result of the last test of the connection in its current version. notFound.
    virtual void setTest(const std::string &connection, const std::string &testJson) = 0;

    virtual void putValue(const std::string &name, const std::string &value) = 0;

    virtual void saveSession(const StoredSession &session) = 0;
    /// Sets its last use; does nothing if there is no such session.
    virtual void touchSession(const std::string &digest, clock::Clock::Wall seen) = 0;
    /// Does nothing if there is no such session.
    virtual void removeSession(const std::string &digest) = 0;

    /// Replaces what was saved of the groups that it names. What does not count any more is deleted.
    virtual void saveBudgets(const net::BudgetSnapshot &snapshot) = 0;

    // Hosts and leases. Times are those of now(), the store's clock.

    /// Adds or updates it, and sets when it was seen; when it started is set once.
    virtual void saveHost(const HostRow &host) = 0;
    /// Its leases are free at once.
    virtual void removeHost(const std::string &owner) = 0;
    /// Takes a lease that is free, has ended, or is the owner's already, for this long. nullopt if another host has it,
    /// or is taking it.
    virtual std::optional<LeaseRow> takeLease(const LeaseName &name, const std::string &owner,
                                              std::chrono::milliseconds time) = 0;
    /// All leases of the owner last this long from now on; returns how many.
    virtual std::size_t renewLeases(const std::string &owner, std::chrono::milliseconds time) = 0;
    /// Does nothing if another host has it.
    virtual void giveLease(const LeaseName &name, const std::string &owner) = 0;
    /// leaseLost unless the owner has this lease, with this fence, and it has not ended. No other host can take it before
    /// the end of the transaction.
    virtual void requireLease(const LeaseName &name, const std::string &owner, std::int64_t fence) = 0;
    /// Adds or replaces it.
    virtual void saveDuty(const DutyRow &duty) = 0;
    /// What a host that lost the lease on the connection had claimed: takeOver() of each. Returns how many became unknown.
    virtual std::uint64_t takeOverClaimed(const std::string &connection, clock::Clock::Wall quietFrom) = 0;

    /// Returns its id. notFound if there is no such connection; unavailable if an episode of the group is already open.
    virtual std::int64_t addEpisode(const AlertEpisode &episode) = 0;
    /// Updates when it was last seen, when it was closed, and its alerts.
    virtual void updateEpisode(const AlertEpisode &episode) = 0;
    /// Deletes episodes closed before this time, at most `max`; returns how many.
    virtual std::size_t deleteEpisodes(clock::Clock::Wall before, std::size_t max) = 0;

    /// Returns its id. `entry`: id and time are ignored.
    virtual std::int64_t appendAudit(const AuditEntry &entry) = 0;
    /// Deletes entries older than this, oldest first, at most `max`; returns how many.
    virtual std::size_t deleteAudit(clock::Clock::Wall before, std::size_t max) = 0;
};

} // namespace psa::store

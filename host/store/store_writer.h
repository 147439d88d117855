#pragma once

#include "host/store/store_reader.h"

namespace psa::host {

/// What changes a store, inside Store::write() alone. All changes of one of these become durable together or not at
/// all. Throws StoreError.
class StoreWriter : public StoreReader
{
public:
    /// notFound if there is no such connection; conflict if the reference is taken by another ticket.
    virtual TicketInsertion insertTicket(const NewTicket &ticket) = 0;
    /// Takes what is due, the longest due first, with its documents. Each has a new fence.
    virtual std::vector<StoredTicket> claimTickets(const TicketClaim &claim) = 0;
    /// Gives back a claimed ticket. False changes nothing: the fence is stale, since the ticket was settled already,
    /// changed by hand or deleted.
    [[nodiscard]] virtual bool settleTicket(std::int64_t id, std::int64_t fence, const TicketSettlement &how) = 0;
    /// Makes held tickets of the connection ready, and those that are open due to be looked for, at most `max`; how many.
    virtual std::size_t releaseHeld(const std::string &connection, std::size_t max) = 0;

    /// An operator's. Sends again at once what is retryAt, held, needsReview, dead or cancelled; `lookFirst` makes it
    /// unknown, so that it is looked for before. What is open can only be looked for. Its fingerprint stays that of the
    /// request as it was handed in. notFound, notAllowed.
    virtual StoredTicket retryTicket(std::int64_t id, bool lookFirst, const TicketDocuments &documents = {}) = 0;
    /// An operator's: the PSA has it as this ticket. From any state but sending and done. notFound, notAllowed.
    virtual StoredTicket linkTicket(std::int64_t id, const TicketOutcome &outcome, const StateReason &reason) = 0;
    /// An operator's: no more of it. From any state but sending, done and cancelled. notFound, notAllowed.
    virtual StoredTicket dropTicket(std::int64_t id, const StateReason &reason) = 0;
    /// What a ticket that is done is called by people, and where they see it; both may be "". False changes nothing:
    /// it is not done, or deleted.
    [[nodiscard]] virtual bool noteNumber(std::int64_t id, const std::string &number, const std::string &url) = 0;
    /// It was asked for the number of a ticket in vain. `forGood`: it is not asked again.
    virtual void giveUpNumber(std::int64_t id, bool forGood) = 0;
    /// A company that ticket defaults name. Those of tickets are noted with them.
    virtual void wantCompanyLabel(const std::string &connection, const std::string &company) = 0;
    /// By company, as it is named in tickets.
    virtual void labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels) = 0;
    /// As giveUpNumber().
    virtual void giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                                 bool forGood) = 0;
    /// So often it is asked for a number or a label in vain.
    static constexpr std::int64_t nameTries = 3;
    /// Deletes tickets that ended before then, oldest first, at most `max`; how many. One with a key stays for at least
    /// keyLifetime after its end, so that its key is known.
    virtual std::size_t deleteEndedTickets(Clock::Wall before, std::size_t max) = 0;
    static constexpr std::chrono::hours keyLifetime{30 * 24};

    /// Version and times are the store's to set; breakers and test are empty. conflict if there is one of this name. After removal the name
    /// can be added again; its tickets are then those that it had.
    virtual StoredConnection addConnection(const StoredConnection &connection) = 0;
    /// conflict if its version is not that of `connection`; notFound. Leaves the breakers and the test.
    virtual StoredConnection updateConnection(const StoredConnection &connection) = 0;
    /// notAllowed while it has tickets that have not ended; notFound. Wipes what was sealed. What is dead and open is not
    /// looked for any more.
    virtual void removeConnection(const std::string &name) = 0;
    /// notFound.
    virtual void setBreakers(const std::string &connection, const std::string &breakerJson) = 0;

    /// What the last test of the connection as it is now came to. notFound.
    virtual void setTest(const std::string &connection, const std::string &testJson) = 0;

    virtual void putValue(const std::string &name, const std::string &value) = 0;
    /// Replaces all that was saved before.
    virtual void saveBudgets(const BudgetSnapshot &snapshot) = 0;

    /// The process died of this operation. How often so far, with this one.
    virtual std::int64_t blamePlugin(const std::string &plugin, const std::string &operation) = 0;
    /// Forgets its deaths.
    virtual void releasePlugin(const std::string &plugin, const std::string &operation) = 0;

    /// Its id. notFound if there is no such connection; unavailable if an episode of the group is open already.
    virtual std::int64_t addEpisode(const AlertEpisode &episode) = 0;
    /// When it was seen, when it was closed and its alerts.
    virtual void updateEpisode(const AlertEpisode &episode) = 0;
    /// Deletes episodes that were closed before then, at most `max`; how many.
    virtual std::size_t deleteEpisodes(Clock::Wall before, std::size_t max) = 0;

    /// Its id. `entry`: id and time are ignored.
    virtual std::int64_t appendAudit(const AuditEntry &entry) = 0;
    /// Deletes entries older than that, oldest first, at most `max`; how many.
    virtual std::size_t deleteAudit(Clock::Wall before, std::size_t max) = 0;
};

} // namespace psa::host

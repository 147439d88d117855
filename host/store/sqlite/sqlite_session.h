#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/store/store_writer.h"

namespace psa::host {

/// What a read or a write sees of the SQLite store. Belongs to the owner thread. It only says which part does what.
class SqliteSession final : public StoreWriter
{
public:
    explicit SqliteSession(SqliteContext &context) : context_(context) {}

    std::optional<StoredTicket> ticket(std::int64_t id) const override;
    std::optional<StoredTicket> ticketByReference(const std::string &reference) const override;
    std::optional<StoredTicket> ticketByKey(const std::string &connection, const std::string &key) const override;
    TicketPage listTickets(const TicketQuery &query) const override;
    std::optional<StoredTicket> ticketWithoutNumber(const std::string &connection) const override;
    std::string companyLabel(const std::string &connection, const std::string &company) const override;
    std::vector<std::string> unlabelledCompanies(const std::string &connection, std::size_t max) const override;
    std::vector<ConnectionDue> due() const override;
    bool hasTicketsToLookFor(const std::string &connection) const override;
    std::vector<ConnectionCounts> counts() const override;
    std::optional<StoredConnection> connection(const std::string &name) const override;
    std::vector<StoredConnection> connections() const override;
    std::optional<std::string> value(const std::string &name) const override;
    BudgetSnapshot budgets() const override;
    std::vector<PluginCall> pluginCalls() const override;
    std::optional<AlertEpisode> openEpisode(const std::string &connection, const std::string &group) const override;
    AuditPage audit(const AuditQuery &query) const override;

    TicketInsertion insertTicket(const NewTicket &ticket) override;
    std::vector<StoredTicket> claimTickets(const TicketClaim &claim) override;
    bool settleTicket(std::int64_t id, std::int64_t fence, const TicketSettlement &how) override;
    std::size_t releaseHeld(const std::string &connection, std::size_t max) override;
    StoredTicket retryTicket(std::int64_t id, bool lookFirst, const TicketDocuments &documents) override;
    StoredTicket linkTicket(std::int64_t id, const TicketOutcome &outcome, const StateReason &reason) override;
    StoredTicket dropTicket(std::int64_t id, const StateReason &reason) override;
    bool noteNumber(std::int64_t id, const std::string &number, const std::string &url) override;
    void giveUpNumber(std::int64_t id, bool forGood) override;
    void wantCompanyLabel(const std::string &connection, const std::string &company) override;
    void labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels) override;
    void giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                         bool forGood) override;
    std::size_t deleteEndedTickets(Clock::Wall before, std::size_t max) override;
    StoredConnection addConnection(const StoredConnection &connection) override;
    StoredConnection updateConnection(const StoredConnection &connection) override;
    void removeConnection(const std::string &name) override;
    void setBreakers(const std::string &connection, const std::string &breakerJson) override;
    void setTest(const std::string &connection, const std::string &testJson) override;
    void putValue(const std::string &name, const std::string &value) override;
    void saveBudgets(const BudgetSnapshot &snapshot) override;
    std::int64_t blamePlugin(const std::string &plugin, const std::string &operation) override;
    void releasePlugin(const std::string &plugin, const std::string &operation) override;
    std::int64_t addEpisode(const AlertEpisode &episode) override;
    void updateEpisode(const AlertEpisode &episode) override;
    std::size_t deleteEpisodes(Clock::Wall before, std::size_t max) override;
    std::int64_t appendAudit(const AuditEntry &entry) override;
    std::size_t deleteAudit(Clock::Wall before, std::size_t max) override;

private:
    SqliteContext &context_;
};

} // namespace psa::host

#pragma once

#include "host/store/store.h"

#include <map>
#include <string>
#include <utility>

namespace psa::test {

/// All that a store holds.
struct MemoryContents
{
    struct Company
    {
        std::string label;
        std::int64_t tries = 0;
    };
    using Named = std::pair<std::string, std::string>; ///< A connection and a name of its own.

    std::int64_t lastTicket = 0;
    std::map<std::int64_t, host::StoredTicket> tickets; ///< With their documents.
    std::map<std::string, std::int64_t> references;
    std::map<Named, std::int64_t> keys;
    std::map<std::int64_t, std::int64_t> numberTries;
    std::map<std::string, host::StoredConnection> connections;
    std::map<std::string, std::int64_t> versions; ///< Of connections, also of those that were removed.
    std::map<Named, Company> companies;
    std::map<std::string, std::string> values;
    host::BudgetSnapshot budgets;
    std::map<Named, std::int64_t> deaths; ///< By plugin and operation.
    std::int64_t lastEpisode = 0;
    std::map<std::int64_t, host::AlertEpisode> episodes;
    std::int64_t lastAudit = 0;
    std::map<std::int64_t, host::AuditEntry> audit;
};

/// What a read or a write sees of the store in memory.
class MemorySession final : public host::StoreWriter
{
public:
    MemorySession(MemoryContents &contents, const host::Clock &clock) : all_(contents), clock_(clock) {}

    /// What was changed through this one.
    const host::StoreChange &change() const { return change_; }

    host::Clock::Wall now() const override;
    std::optional<host::StoredTicket> ticket(std::int64_t id) const override;
    std::optional<host::StoredTicket> ticketRow(std::int64_t id) const override;
    std::optional<host::StoredTicket> ticketByReference(const std::string &reference) const override;
    std::optional<host::StoredTicket> ticketByKey(const std::string &connection, const std::string &key) const override;
    host::TicketPage listTickets(const host::TicketQuery &query) const override;
    std::vector<host::StoredTicket> dueTickets(const std::string &connection, host::ClaimFor purpose,
                                               std::size_t max) const override;
    std::vector<host::StoredTicket> heldTickets(const std::string &connection, std::size_t max) const override;
    std::vector<host::StoredTicket> ticketsToReconcile(const std::string &connection, std::size_t max) const override;
    host::ConnectionDue due(const std::string &connection) const override;
    std::vector<host::ConnectionCounts> counts() const override;
    std::optional<host::StoredTicket> ticketWithoutNumber(const std::string &connection) const override;
    std::string companyLabel(const std::string &connection, const std::string &company) const override;
    std::vector<std::string> unlabelledCompanies(const std::string &connection, std::size_t max) const override;
    std::optional<host::StoredConnection> connection(const std::string &name) const override;
    std::vector<host::StoredConnection> connections() const override;
    std::optional<std::string> value(const std::string &name) const override;
    host::BudgetSnapshot budgets() const override { return all_.budgets; }
    std::vector<host::PluginCall> pluginCalls() const override;
    std::optional<host::AlertEpisode> openEpisode(const std::string &connection,
                                                  const std::string &group) const override;
    host::AuditPage audit(const host::AuditQuery &query) const override;

    host::StoredTicket addTicket(const host::StoredTicket &ticket) override;
    void saveTicket(const host::StoredTicket &ticket) override;
    void saveDocuments(std::int64_t id, const host::TicketDocuments &documents) override;
    void giveUpNumber(std::int64_t id, bool forGood) override;
    std::size_t deleteEndedTickets(host::Clock::Wall before, std::size_t max) override;
    void wantCompanyLabel(const std::string &connection, const std::string &company) override;
    void labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels) override;
    void giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                         bool forGood) override;
    host::StoredConnection addConnection(const host::StoredConnection &connection) override;
    host::StoredConnection updateConnection(const host::StoredConnection &connection) override;
    void removeConnection(const std::string &name) override;
    void setBreakers(const std::string &connection, const std::string &breakerJson) override;
    void setTest(const std::string &connection, const std::string &testJson) override;
    void putValue(const std::string &name, const std::string &value) override { all_.values[name] = value; }
    void saveBudgets(const host::BudgetSnapshot &snapshot) override { all_.budgets = snapshot; }
    std::int64_t blamePlugin(const std::string &plugin, const std::string &operation) override;
    void releasePlugin(const std::string &plugin, const std::string &operation) override;
    std::int64_t addEpisode(const host::AlertEpisode &episode) override;
    void updateEpisode(const host::AlertEpisode &episode) override;
    std::size_t deleteEpisodes(host::Clock::Wall before, std::size_t max) override;
    std::int64_t appendAudit(const host::AuditEntry &entry) override;
    std::size_t deleteAudit(host::Clock::Wall before, std::size_t max) override;

    /// recover() of every ticket; how many became unknown.
    std::uint64_t recoverTickets();

private:
    bool isPresent(const std::string &connection) const { return all_.connections.contains(connection); }
    host::StoredConnection &known(const std::string &connection);
    void describe(host::StoredTicket &ticket) const;
    void removeTicket(std::int64_t id);
    /// Those of the connection that fit, by `before`, at most `max`, without documents.
    template <class Fits, class Before>
    std::vector<host::StoredTicket> some(const std::string &connection, std::size_t max, const Fits &fits,
                                         const Before &before) const;

    MemoryContents &all_;
    const host::Clock &clock_;
    host::StoreChange change_;
};

} // namespace psa::test

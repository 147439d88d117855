#pragma once

#include "host/store/open_report.h"
#include "host/store/sql/sql_database.h"
#include "host/store/store_writer.h"

#include <functional>
#include <limits>

namespace psa::store {

/// A store in a database as a read or a write sees it: each *_rows file defines the functions for its rows. The statements
/// are those that SQLite and PostgreSQL both understand, see SqlDatabase. Belongs to the owner thread.
class SqlSession : public StoreWriter
{
public:
    explicit SqlSession(SqlDatabase &database) : database_(database) {}

    std::optional<ticket::StoredTicket> ticket(std::int64_t id) const override;
    std::optional<ticket::StoredTicket> ticketRow(std::int64_t id) const override;
    std::optional<ticket::StoredTicket> ticketByReference(const std::string &reference) const override;
    std::optional<ticket::StoredTicket> ticketByKey(const std::string &connection,
                                                    const std::string &key) const override;
    TicketPage listTickets(const TicketQuery &query) const override;
    std::vector<ticket::StoredTicket> dueTickets(const std::string &connection, ticket::ClaimFor purpose,
                                                 std::size_t max) const override;
    std::vector<ticket::StoredTicket> heldTickets(const std::string &connection, std::size_t max) const override;
    std::vector<ticket::StoredTicket> ticketsToReconcile(const std::string &connection, std::size_t max) const override;
    std::optional<ticket::StoredOperation> operation(std::int64_t id) const override;
    std::vector<ticket::StoredOperation> operationsOf(std::int64_t ticketId) const override;
    std::optional<ticket::StoredOperation> operationByKey(std::int64_t ticketId, const std::string &key) const override;
    std::vector<ticket::StoredOperation> dueOperations(const std::string &connection, ticket::ClaimFor purpose,
                                                       std::size_t max) const override;
    std::vector<ticket::StoredOperation> heldOperations(const std::string &connection, std::size_t max) const override;
    std::vector<ticket::StoredOperation> operationsToReconcile(const std::string &connection,
                                                               std::size_t max) const override;
    std::optional<ticket::TicketWatch> watch(std::int64_t ticketId) const override;
    std::vector<std::int64_t> dueWatches(const std::string &connection, std::size_t max) const override;
    ConnectionDue due(const std::string &connection) const override;
    std::vector<ConnectionCounts> counts() const override;
    std::optional<ticket::StoredTicket> ticketWithoutNumber(const std::string &connection) const override;
    std::string companyLabel(const std::string &connection, const std::string &company) const override;
    std::vector<std::string> unlabelledCompanies(const std::string &connection, std::size_t max) const override;
    std::optional<StoredConnection> connection(const std::string &name) const override;
    std::vector<StoredConnection> connections() const override;
    std::optional<std::string> value(const std::string &name) const override;
    std::vector<StoredSession> sessions() const override;
    net::BudgetSnapshot budgets() const override;
    std::optional<AlertEpisode> openEpisode(const std::string &connection, const std::string &group) const override;
    AuditPage audit(const AuditQuery &query) const override;
    std::vector<HostRow> hosts() const override;
    std::vector<LeaseRow> leases() const override;
    std::vector<DutyRow> duties() const override;

    ticket::StoredTicket addTicket(const ticket::StoredTicket &ticket) override;
    void saveTicket(const ticket::StoredTicket &ticket) override;
    void saveDocuments(std::int64_t id, const ticket::TicketDocuments &documents) override;
    ticket::StoredOperation addOperation(const ticket::StoredOperation &operation) override;
    void saveOperation(const ticket::StoredOperation &operation) override;
    void saveWatch(std::int64_t ticketId, const ticket::TicketWatch &watch) override;
    void recordNumberFailure(std::int64_t id, bool permanent) override;
    std::size_t deleteEndedTickets(clock::Clock::Wall before, std::size_t max) override;
    void requestCompanyLabel(const std::string &connection, const std::string &company) override;
    void labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels) override;
    void giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                         bool permanent) override;
    StoredConnection addConnection(const StoredConnection &connection) override;
    StoredConnection updateConnection(const StoredConnection &connection) override;
    void removeConnection(const std::string &name) override;
    void setBreakers(const std::string &connection, const std::string &breakerJson) override;
    void setTest(const std::string &connection, const std::string &testJson) override;
    void putValue(const std::string &name, const std::string &value) override;
    void saveSession(const StoredSession &session) override;
    void touchSession(const std::string &digest, clock::Clock::Wall seen) override;
    void removeSession(const std::string &digest) override;
    void saveBudgets(const net::BudgetSnapshot &snapshot) override;
    void saveHost(const HostRow &host) override;
    void removeHost(const std::string &owner) override;
    std::optional<LeaseRow> takeLease(const LeaseName &name, const std::string &owner,
                                      std::chrono::milliseconds time) override;
    std::size_t renewLeases(const std::string &owner, std::chrono::milliseconds time) override;
    void giveLease(const LeaseName &name, const std::string &owner) override;
    void requireLease(const LeaseName &name, const std::string &owner, std::int64_t fence) override;
    void saveDuty(const DutyRow &duty) override;
    std::uint64_t takeOverClaimed(const std::string &connection, clock::Clock::Wall quietFrom) override;
    std::int64_t addEpisode(const AlertEpisode &episode) override;
    void updateEpisode(const AlertEpisode &episode) override;
    std::size_t deleteEpisodes(clock::Clock::Wall before, std::size_t max) override;
    std::int64_t appendAudit(const AuditEntry &entry) override;
    std::size_t deleteAudit(clock::Clock::Wall before, std::size_t max) override;

    std::vector<StoredDefinition> definitions(DefinitionKind kind) const override;
    std::optional<StoredDefinition> definition(DefinitionKind kind, const std::string &name) const override;
    std::optional<StoredDefinition> definitionById(DefinitionKind kind, std::int64_t id) const override;
    std::optional<std::string> definitionVersion(DefinitionKind kind, std::int64_t id,
                                                 std::int64_t version) const override;
    std::vector<DefinitionVersion> definitionHistory(DefinitionKind kind, std::int64_t id) const override;
    std::optional<StoredDelivery> delivery(std::int64_t id) const override;
    DeliveryPage listDeliveries(const DeliveryQuery &query) const override;
    std::optional<StoredDelivery> deliveryByDigest(std::int64_t sourceId, const std::string &digest,
                                                   clock::Clock::Wall since, std::int64_t except) const override;
    std::map<std::int64_t, SourceCounts> sourceCounts() const override;
    SourceCounts countsOf(std::int64_t sourceId) const override;
    std::optional<StoredEvent> event(std::int64_t id) const override;
    EventPage listEvents(const EventQuery &query) const override;
    std::vector<StoredEvent> eventsSince(clock::Clock::Wall since, std::int64_t afterId,
                                         std::size_t max) const override;
    std::optional<StoredEpisode> episode(std::int64_t id) const override;
    std::optional<StoredEpisode> latestEpisode(std::int64_t sourceId, const std::string &key) const override;
    std::vector<StoredEpisode> openEpisodesOfGroup(std::int64_t sourceId, const std::string &group) const override;
    std::vector<StoredEpisode> dueEpisodes(clock::Clock::Wall now, std::size_t max,
                                           const StoredEpisode *after) const override;
    std::optional<clock::Clock::Wall> nextEpisodeDue() const override;
    std::vector<StoredEpisode> episodesOfTicket(std::int64_t ticketId) const override;
    std::size_t openEpisodesOfTicket(std::int64_t ticketId) const override;
    std::int64_t ticketsByRule(std::int64_t ruleId, const std::string &connectionUid, const std::string &customerKey,
                               clock::Clock::Wall since) const override;
    std::optional<StoredEpisode> openStorm(std::int64_t ruleId, const std::string &connectionUid,
                                           const std::string &customerKey) const override;
    std::vector<EventStep> stepsOf(std::int64_t episodeId) const override;
    std::vector<EventStep> stepsOfEvent(std::int64_t eventId) const override;
    std::vector<UnknownCustomer> unknownCustomers(std::size_t max) const override;
    std::vector<LegacyAlertSettings> legacyAlertSettings() const override;
    std::vector<LegacyEpisode> legacyEpisodes() const override;

    StoredDefinition addDefinition(const StoredDefinition &definition, const std::string &who) override;
    StoredDefinition updateDefinition(const StoredDefinition &definition, const std::string &who) override;
    void removeDefinition(DefinitionKind kind, const std::string &name) override;
    void setRuleOrder(const std::vector<std::string> &names) override;
    void setDefinitionState(DefinitionKind kind, std::int64_t id, const std::string &stateJson) override;
    void setDefinitionSecrets(DefinitionKind kind, std::int64_t id, const std::string &secretsJson) override;
    std::int64_t addDelivery(const StoredDelivery &delivery) override;
    void saveDelivery(const StoredDelivery &delivery) override;
    std::int64_t addEvent(const StoredEvent &event) override;
    void saveEvent(const StoredEvent &event) override;
    std::int64_t addEpisode(const StoredEpisode &episode) override;
    void saveEpisode(const StoredEpisode &episode) override;
    void beginStorm() override { collideOver("the beginning of a storm"); }
    std::int64_t addStep(const EventStep &step) override;
    bool noteUnknownCustomer(const UnknownCustomer &seen) override;
    bool forgetUnknownCustomer(const std::string &source, const std::string &id, const std::string &name) override;
    std::size_t deleteDeliveryBodies(clock::Clock::Wall before, std::int64_t maxTotalBytes, std::size_t max) override;
    std::size_t deleteEvents(clock::Clock::Wall before, std::size_t max) override;
    PurgeCounts purgeCustomer(const std::string &customer, std::size_t max) override;
    void dropLegacyAlerts() override;

    // Used when opening the store, and for maintenance.

    /// Calls recover() on every ticket, note and change that the last process had claimed; with `storeIsOlder`, on all
    /// unfinished ones. Returns how many became unknown.
    std::uint64_t recoverTickets(bool storeIsOlder);
    /// Keeps what a human has to be told of a store that counts as restored.
    void noteRestored(const OpenReport &report);
    /// Enough may have changed for the search index to be looked at.
    bool mayExtendSearchIndex() const { return unindexedChanges_ >= checkIndexAfter; }
    /// Brings the search index closer to the tickets: writes at most one chunk of it, which takes some 20 ms. Returns whether
    /// there may be more to do. Within a transaction.
    bool extendSearchIndex();

protected:
    /// The ticket with this key; nullopt if there is none.
    virtual std::optional<std::int64_t> idByKey(std::int64_t connectionId, const std::string &key) const = 0;
    /// A ticket with a key of this hash was added.
    virtual void noteKey(std::int64_t hash, std::int64_t ticketId) = 0;
    /// So many tickets with keys were deleted.
    virtual void forgetKeys(std::size_t deleted) = 0;

    // Overridden where a question costs more.
    virtual std::optional<std::int64_t> connectionId(const std::string &name) const;
    /// nullopt for a company that was never recorded.
    virtual std::optional<std::string> labelOf(std::int64_t connectionId, const std::string &company) const;
    /// Records a company that a ticket names, so that its label is read; returns the label, "" if it is not known.
    virtual std::string noteCompany(std::int64_t connectionId, const std::string &company);
    // Transactions that read the same and change different rows must collide, where they can run at the same time.

    /// Something that belongs to the ticket is changed.
    virtual void collideOver(std::int64_t) {}
    /// Something is changed that must be seen as a whole.
    virtual void collideOver(const char *) {}
    /// Whether the tickets of a chunk that is full are final, and nobody else writes it.
    virtual bool mayWriteChunk(std::int64_t) { return true; }

    SqlDatabase &database_; // NOLINT(misc-non-private-member-variables-in-classes): for idByKey()

private:
    std::int64_t knownConnectionId(const std::string &name) const;
    /// Sets the title of the request, the company and the company's label; and the damage, if the documents cannot be
    /// read.
    void describeTicket(ticket::StoredTicket &ticket) const;
    /// Sets only the company and its label.
    void describeCompany(ticket::StoredTicket &ticket) const;
    std::vector<ticket::TicketState> operationStatesOf(std::int64_t ticketId) const;
    ConnectionDue dueOfOperations(std::int64_t connectionId) const;
    /// Applies `transition` to each; returns how many became unknown.
    using Recovery = std::function<bool(ticket::Progress &)>;
    std::uint64_t recoverEach(const std::vector<std::int64_t> &tickets, const std::vector<std::int64_t> &operations,
                              const Recovery &transition);
    std::vector<std::int64_t> operationsToRecover(bool storeIsOlder) const;
    void loadDocuments(ticket::StoredTicket &ticket) const;
    void writeChunk(std::int64_t chunk);

    static constexpr std::int64_t checkIndexAfter = 256;
    /// Upper bound of the changes that may concern the search index, since it was last found to be complete.
    std::int64_t unindexedChanges_ = std::numeric_limits<std::int32_t>::max();
};

} // namespace psa::store

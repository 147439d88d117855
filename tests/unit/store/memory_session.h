#pragma once

#include "host/store/store.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

namespace psa::test {

/// Everything in a store.
struct MemoryContents
{
    struct Company
    {
        std::string label;
        std::int64_t tries = 0;
    };
    using Named = std::pair<std::string, std::string>; ///< A connection and a name within it.

    std::int64_t lastTicket = 0;
    std::map<std::int64_t, ticket::StoredTicket> tickets; ///< With their documents.
    std::map<std::string, std::int64_t> references;
    std::map<Named, std::int64_t> keys;
    std::map<std::int64_t, std::int64_t> numberTries;
    std::int64_t lastOperation = 0;
    std::map<std::int64_t, ticket::StoredOperation> operations;
    std::map<std::int64_t, ticket::TicketWatch> watches; ///< By ticket.
    std::map<std::string, store::StoredConnection> connections;
    std::map<std::string, std::int64_t> versions; ///< Of connections, including removed ones.
    std::map<Named, Company> companies;
    std::map<std::string, std::string> values;
    std::map<std::string, store::StoredSession> sessions;
    net::BudgetSnapshot budgets;
    std::int64_t lastEpisode = 0;
    std::map<std::int64_t, store::AlertEpisode> episodes;
    std::int64_t lastDefinition = 0;
    std::map<std::int64_t, store::StoredDefinition> definitions;
    std::map<std::int64_t, std::vector<store::DefinitionVersion>> definitionVersions; ///< By definition, oldest first.
    std::int64_t lastDelivery = 0;
    std::map<std::int64_t, store::StoredDelivery> deliveries;
    std::map<std::int64_t, store::SourceCounts> sourceCounts; ///< Only what counts deleted rows, too.
    std::int64_t lastEvent = 0;
    std::map<std::int64_t, store::StoredEvent> events;
    std::int64_t lastSourceEpisode = 0;
    std::map<std::int64_t, store::StoredEpisode> sourceEpisodes;
    std::int64_t lastStep = 0;
    std::map<std::int64_t, store::EventStep> steps;
    std::int64_t lastUnknownCustomer = 0;
    std::map<std::int64_t, store::UnknownCustomer> unknownCustomers;
    std::int64_t lastAudit = 0;
    std::map<std::int64_t, store::AuditEntry> audit;
    std::map<std::string, store::HostRow> hosts; ///< By owner.
    std::map<store::LeaseName, store::LeaseRow> leases;
    std::map<std::string, store::DutyRow> duties; ///< By name.
};

/// The store in memory as a read or a write sees it.
class MemorySession final : public store::StoreWriter
{
public:
    MemorySession(MemoryContents &contents, const clock::Clock &clock) : all_(contents), clock_(clock) {}

    /// What was changed through this session.
    store::StoreChange change() const;

    clock::Clock::Wall now() const override;
    std::optional<ticket::StoredTicket> ticket(std::int64_t id) const override;
    std::optional<ticket::StoredTicket> ticketRow(std::int64_t id) const override;
    std::optional<ticket::StoredTicket> ticketByReference(const std::string &reference) const override;
    std::optional<ticket::StoredTicket> ticketByKey(const std::string &connection,
                                                    const std::string &key) const override;
    store::TicketPage listTickets(const store::TicketQuery &query) const override;
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
    store::ConnectionDue due(const std::string &connection) const override;
    std::vector<store::ConnectionCounts> counts() const override;
    std::optional<ticket::StoredTicket> ticketWithoutNumber(const std::string &connection) const override;
    std::string companyLabel(const std::string &connection, const std::string &company) const override;
    std::vector<std::string> unlabelledCompanies(const std::string &connection, std::size_t max) const override;
    std::optional<store::StoredConnection> connection(const std::string &name) const override;
    std::vector<store::StoredConnection> connections() const override;
    std::optional<std::string> value(const std::string &name) const override;
    std::vector<store::StoredSession> sessions() const override;
    net::BudgetSnapshot budgets() const override { return all_.budgets; }
    std::optional<store::AlertEpisode> openEpisode(const std::string &connection,
                                                   const std::string &group) const override;
    store::AuditPage audit(const store::AuditQuery &query) const override;
    std::vector<store::HostRow> hosts() const override;
    std::vector<store::LeaseRow> leases() const override;
    std::vector<store::DutyRow> duties() const override;
    void saveDuty(const store::DutyRow &duty) override { all_.duties[duty.name] = duty; }

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
    store::StoredConnection addConnection(const store::StoredConnection &connection) override;
    store::StoredConnection updateConnection(const store::StoredConnection &connection) override;
    void removeConnection(const std::string &name) override;
    void setBreakers(const std::string &connection, const std::string &breakerJson) override;
    void setTest(const std::string &connection, const std::string &testJson) override;
    void putValue(const std::string &name, const std::string &value) override { all_.values[name] = value; }
    void saveSession(const store::StoredSession &session) override { all_.sessions[session.digest] = session; }
    void touchSession(const std::string &digest, clock::Clock::Wall seen) override;
    void removeSession(const std::string &digest) override { all_.sessions.erase(digest); }
    void saveBudgets(const net::BudgetSnapshot &snapshot) override;
    void saveHost(const store::HostRow &host) override;
    void removeHost(const std::string &owner) override;
    std::optional<store::LeaseRow> takeLease(const store::LeaseName &name, const std::string &owner,
                                             std::chrono::milliseconds time) override;
    std::size_t renewLeases(const std::string &owner, std::chrono::milliseconds time) override;
    void giveLease(const store::LeaseName &name, const std::string &owner) override;
    void requireLease(const store::LeaseName &name, const std::string &owner, std::int64_t fence) override;
    std::uint64_t takeOverClaimed(const std::string &connection, clock::Clock::Wall quietFrom) override;
    std::int64_t addEpisode(const store::AlertEpisode &episode) override;
    void updateEpisode(const store::AlertEpisode &episode) override;
    std::size_t deleteEpisodes(clock::Clock::Wall before, std::size_t max) override;
    std::int64_t appendAudit(const store::AuditEntry &entry) override;
    std::size_t deleteAudit(clock::Clock::Wall before, std::size_t max) override;

    std::vector<store::StoredDefinition> definitions(store::DefinitionKind kind) const override;
    std::optional<store::StoredDefinition> definition(store::DefinitionKind kind,
                                                      const std::string &name) const override;
    std::optional<store::StoredDefinition> definitionById(store::DefinitionKind kind, std::int64_t id) const override;
    std::optional<std::string> definitionVersion(store::DefinitionKind kind, std::int64_t id,
                                                 std::int64_t version) const override;
    std::vector<store::DefinitionVersion> definitionHistory(store::DefinitionKind kind, std::int64_t id) const override;
    std::optional<store::StoredDelivery> delivery(std::int64_t id) const override;
    store::DeliveryPage listDeliveries(const store::DeliveryQuery &query) const override;
    std::optional<store::StoredDelivery> deliveryByDigest(std::int64_t sourceId, const std::string &digest,
                                                          clock::Clock::Wall since, std::int64_t except) const override;
    std::map<std::int64_t, store::SourceCounts> sourceCounts() const override;
    store::SourceCounts countsOf(std::int64_t sourceId) const override;
    std::optional<store::StoredEvent> event(std::int64_t id) const override;
    store::EventPage listEvents(const store::EventQuery &query) const override;
    std::vector<store::StoredEvent> eventsSince(clock::Clock::Wall since, std::int64_t afterId,
                                                std::size_t max) const override;
    std::optional<store::StoredEpisode> episode(std::int64_t id) const override;
    std::optional<store::StoredEpisode> latestEpisode(std::int64_t sourceId, const std::string &key) const override;
    std::vector<store::StoredEpisode> openEpisodesOfGroup(std::int64_t sourceId,
                                                          const std::string &group) const override;
    std::vector<store::StoredEpisode> dueEpisodes(clock::Clock::Wall now, std::size_t max,
                                                  const store::StoredEpisode *after) const override;
    std::optional<clock::Clock::Wall> nextEpisodeDue() const override;
    std::vector<store::StoredEpisode> episodesOfTicket(std::int64_t ticketId) const override;
    std::size_t openEpisodesOfTicket(std::int64_t ticketId) const override;
    std::int64_t ticketsByRule(std::int64_t ruleId, const std::string &connectionUid, const std::string &customerKey,
                               clock::Clock::Wall since) const override;
    std::optional<store::StoredEpisode> openStorm(std::int64_t ruleId, const std::string &connectionUid,
                                                  const std::string &customerKey) const override;
    std::vector<store::EventStep> stepsOf(std::int64_t episodeId) const override;
    std::vector<store::EventStep> stepsOfEvent(std::int64_t eventId) const override;
    std::vector<store::UnknownCustomer> unknownCustomers(std::size_t max) const override;
    std::vector<store::LegacyAlertSettings> legacyAlertSettings() const override;
    std::vector<store::LegacyEpisode> legacyEpisodes() const override;

    store::StoredDefinition addDefinition(const store::StoredDefinition &definition, const std::string &who) override;
    store::StoredDefinition updateDefinition(const store::StoredDefinition &definition,
                                             const std::string &who) override;
    void removeDefinition(store::DefinitionKind kind, const std::string &name) override;
    void setRuleOrder(const std::vector<std::string> &names) override;
    void setDefinitionState(store::DefinitionKind kind, std::int64_t id, const std::string &stateJson) override;
    void setDefinitionSecrets(store::DefinitionKind kind, std::int64_t id, const std::string &secretsJson) override;
    std::int64_t addDelivery(const store::StoredDelivery &delivery) override;
    void saveDelivery(const store::StoredDelivery &delivery) override;
    std::int64_t addEvent(const store::StoredEvent &event) override;
    void saveEvent(const store::StoredEvent &event) override;
    std::int64_t addEpisode(const store::StoredEpisode &episode) override;
    void saveEpisode(const store::StoredEpisode &episode) override;
    std::int64_t addStep(const store::EventStep &step) override;
    bool noteUnknownCustomer(const store::UnknownCustomer &seen) override;
    bool forgetUnknownCustomer(const std::string &source, const std::string &id, const std::string &name) override;
    std::size_t deleteDeliveryBodies(clock::Clock::Wall before, std::int64_t maxTotalBytes, std::size_t max) override;
    std::size_t deleteEvents(clock::Clock::Wall before, std::size_t max) override;
    store::PurgeCounts purgeCustomer(const std::string &customer, std::size_t max) override;
    void beginStorm() override {}
    void dropLegacyAlerts() override;

    /// recover() of every ticket and operation; returns how many became unknown.
    std::uint64_t recoverTickets();

private:
    /// Applies `transition` to every ticket and operation; returns how many became unknown.
    std::uint64_t recoverEach(const std::function<bool(ticket::Progress &, const std::string &connection)> &transition);
    bool isPresent(const std::string &connection) const { return all_.connections.contains(connection); }
    store::StoredConnection &known(const std::string &connection);
    void describe(ticket::StoredTicket &ticket) const;
    ticket::StoredTicket listed(const ticket::StoredTicket &ticket) const;
    bool passes(const ticket::StoredTicket &ticket, const store::TicketQuery &query) const;
    void removeTicket(std::int64_t id);
    /// Those of the connection that match, ordered by `before`, at most `max`, without documents.
    template <class Predicate, class Before>
    std::vector<ticket::StoredTicket> some(const std::string &connection, std::size_t max, const Predicate &fits,
                                           const Before &before) const;
    template <class Predicate, class Before>
    std::vector<ticket::StoredOperation> someOperations(const std::string &connection, std::size_t max,
                                                        const Predicate &fits, const Before &before) const;
    bool hasUnfinishedOperation(std::int64_t ticketId) const;
    store::StoredDefinition &knownDefinition(store::DefinitionKind kind, std::int64_t id);
    void checkDefinitionName(const store::StoredDefinition &definition) const;
    /// Of deliveries that are `done` or not, the oldest first, until `atLeast` bytes are gone.
    std::size_t eraseBodies(bool done, clock::Clock::Wall before, std::int64_t atLeast, std::size_t max);
    void purgeEvent(store::StoredEvent &event, store::PurgeCounts &counts);

    MemoryContents &all_;
    const clock::Clock &clock_;
    store::StoreChange change_;
};

} // namespace psa::test

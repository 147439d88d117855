#pragma once

#include "host/store/event_query.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace psa::store {

/// The queries of a StoreReader that concern the way from alerts to tickets.
class EventReader
{
public:
    virtual ~EventReader() = default;

    // Definitions. Functions with a name find only those that exist, functions with an id also those that were removed.

    /// Rules in their order, others by name.
    virtual std::vector<StoredDefinition> definitions(DefinitionKind kind) const = 0;
    virtual std::optional<StoredDefinition> definition(DefinitionKind kind, const std::string &name) const = 0;
    virtual std::optional<StoredDefinition> definitionById(DefinitionKind kind, std::int64_t id) const = 0;
    /// The document that it had in this version; nullopt = it never had this version.
    virtual std::optional<std::string> definitionVersion(DefinitionKind kind, std::int64_t id,
                                                         std::int64_t version) const = 0;
    /// All versions, newest first.
    virtual std::vector<DefinitionVersion> definitionHistory(DefinitionKind kind, std::int64_t id) const = 0;

    // Deliveries and events.

    virtual std::optional<StoredDelivery> delivery(std::int64_t id) const = 0;
    virtual DeliveryPage listDeliveries(const DeliveryQuery &query) const = 0;
    /// The newest delivery of the source with this digest that was received at or after `since`, without its body.
    /// `except`: the id of one that does not count; 0 = all count.
    virtual std::optional<StoredDelivery> deliveryByDigest(std::int64_t sourceId, const std::string &digest,
                                                           clock::Clock::Wall since, std::int64_t except) const = 0;
    /// By the ids of sources, including removed ones; none for a source without deliveries.
    virtual std::map<std::int64_t, SourceCounts> sourceCounts() const = 0;
    /// Of one source.
    virtual SourceCounts countsOf(std::int64_t sourceId) const = 0;
    /// When the source's last delivery was received, even if it has been deleted; nullopt = never.
    std::optional<clock::Clock::Wall> lastDelivery(std::int64_t sourceId) const { return countsOf(sourceId).last; }
    virtual std::optional<StoredEvent> event(std::int64_t id) const = 0;
    virtual EventPage listEvents(const EventQuery &query) const = 0;
    /// Events received at or after `since` whose ids are above `afterId`, by id, at most `max`; fewer if their documents
    /// are large: only an empty result means that there are no more.
    virtual std::vector<StoredEvent> eventsSince(clock::Clock::Wall since, std::int64_t afterId,
                                                 std::size_t max) const = 0;

    // Episodes.

    virtual std::optional<StoredEpisode> episode(std::int64_t id) const = 0;
    /// The last one that was added for the key, whatever its state.
    virtual std::optional<StoredEpisode> latestEpisode(std::int64_t sourceId, const std::string &key) const = 0;
    /// Episodes of the group, which is not "", that have not ended, oldest first.
    virtual std::vector<StoredEpisode> openEpisodesOfGroup(std::int64_t sourceId, const std::string &group) const = 0;
    /// Those that are due at `now`, the longest due first, at most `max`. `after`: the last one of the page before.
    virtual std::vector<StoredEpisode> dueEpisodes(clock::Clock::Wall now, std::size_t max,
                                                   const StoredEpisode *after) const = 0;
    /// When the next one is due, however late; nullopt = none is.
    virtual std::optional<clock::Clock::Wall> nextEpisodeDue() const = 0;
    /// All episodes of the ticket, oldest first.
    virtual std::vector<StoredEpisode> episodesOfTicket(std::int64_t ticketId) const = 0;
    /// How many of them have not ended.
    virtual std::size_t openEpisodesOfTicket(std::int64_t ticketId) const = 0;
    /// How many tickets were created at or after `since` for episodes of this rule, connection and customer that own
    /// their tickets. Tickets that were deleted do not count.
    virtual std::int64_t ticketsByRule(std::int64_t ruleId, const std::string &connectionUid,
                                       const std::string &customerKey, clock::Clock::Wall since) const = 0;
    /// The last added storm of this rule, connection and customer that is in state open.
    virtual std::optional<StoredEpisode> openStorm(std::int64_t ruleId, const std::string &connectionUid,
                                                   const std::string &customerKey) const = 0;
    /// The history of the episode, oldest first.
    virtual std::vector<EventStep> stepsOf(std::int64_t episodeId) const = 0;
    /// What the event caused, oldest first.
    virtual std::vector<EventStep> stepsOfEvent(std::int64_t eventId) const = 0;

    /// The last seen first, at most `max`.
    virtual std::vector<UnknownCustomer> unknownCustomers(std::size_t max) const = 0;

    // What release 0.1 stored of alerts. Of connections that were removed since, it is left out.

    virtual std::vector<LegacyAlertSettings> legacyAlertSettings() const = 0;
    /// Those that are open.
    virtual std::vector<LegacyEpisode> legacyEpisodes() const = 0;
};

} // namespace psa::store

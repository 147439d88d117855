#pragma once

#include "host/store/event_query.h"

#include <cstdint>
#include <string>
#include <vector>

namespace psa::store {

/// The changes of a StoreWriter that concern the way from alerts to tickets.
class EventWriter
{
public:
    virtual ~EventWriter() = default;

    /// Returns it with its id, version, times and position: a rule becomes the last one. conflict if one of its kind
    /// has the name; invalid if the name is empty or too long. `who` is recorded in its history.
    virtual StoredDefinition addDefinition(const StoredDefinition &definition, const std::string &who) = 0;
    /// Writes the name and the document, and nothing else; returns what is stored now. By kind and id: notFound if it
    /// was removed; conflict unless its version is that of `definition`, or if another one has the name.
    virtual StoredDefinition updateDefinition(const StoredDefinition &definition, const std::string &who) = 0;
    /// notFound. Erases its secrets and its state.
    virtual void removeDefinition(DefinitionKind kind, const std::string &name) = 0;
    /// conflict unless `names` are all rules, each once.
    virtual void setRuleOrder(const std::vector<std::string> &names) = 0;
    /// Without a new version. notFound.
    virtual void setDefinitionState(DefinitionKind kind, std::int64_t id, const std::string &stateJson) = 0;
    /// Without a new version. notFound.
    virtual void setDefinitionSecrets(DefinitionKind kind, std::int64_t id, const std::string &secretsJson) = 0;

    /// Returns its id.
    virtual std::int64_t addDelivery(const StoredDelivery &delivery) = 0;
    /// Writes state and reason. Does nothing if it was deleted.
    virtual void saveDelivery(const StoredDelivery &delivery) = 0;
    /// Returns its id.
    virtual std::int64_t addEvent(const StoredEvent &event) = 0;
    /// Writes episode, ticket and decision. Does nothing if it was deleted.
    virtual void saveEvent(const StoredEvent &event) = 0;
    /// Returns its id. conflict if it is open, and so is another one with its source and key.
    virtual std::int64_t addEpisode(const StoredEpisode &episode) = 0;
    /// Writes everything except source, key, group and opened. Does nothing if it was deleted.
    virtual void saveEpisode(const StoredEpisode &episode) = 0;
    /// The transaction begins a storm. If another one does so at the same time, one of them runs again and finds the other's.
    virtual void beginStorm() = 0;
    /// Returns its id.
    virtual std::int64_t addStep(const EventStep &step) = 0;

    /// Records that a source named this customer: `last` and `eventId` replace those of an earlier time, `first` is
    /// that of the first time, `count` is added. Returns whether it is new. The longest unseen ones are forgotten when
    /// there are more than maxUnknownCustomers.
    virtual bool noteUnknownCustomer(const UnknownCustomer &seen) = 0;
    static constexpr std::size_t maxUnknownCustomers = 5000;
    /// Returns whether it was there.
    virtual bool forgetUnknownCustomer(const std::string &source, const std::string &id, const std::string &name) = 0;

    /// Erases the bodies of deliveries that are done and were received before this time; and if the sealed bodies then
    /// exceed `maxTotalBytes`, the oldest others too: of those that are done first. At most `max`, and fewer if they
    /// are large; returns how many.
    virtual std::size_t deleteDeliveryBodies(clock::Clock::Wall before, std::int64_t maxTotalBytes,
                                             std::size_t max) = 0;
    /// Deletes events, deliveries and unknown customers from before this time, and episodes without an event since that
    /// are not open, with their history; at most `max`; returns how many. Deliveries that are not done are kept while
    /// they have a body.
    virtual std::size_t deleteEvents(clock::Clock::Wall before, std::size_t max) = 0;
    /// Erases what is stored about a customer with this name or id, without differences of ASCII case: title, key,
    /// customer and documents of its events, bodies and requests of the deliveries they came with, and the details of their
    /// history. What is erased is "". Rows, times, decisions and episodes stay, so that a recovery still finds its episode.
    /// Looks at `max` events at most: see PurgeCounts::more.
    virtual PurgeCounts purgeCustomer(const std::string &customer, std::size_t max) = 0;

    /// Deletes everything that release 0.1 stored of alerts.
    virtual void dropLegacyAlerts() = 0;
};

} // namespace psa::store

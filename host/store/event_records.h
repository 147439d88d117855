#pragma once

#include "host/clock/clock.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::store {

/// What operators define for the way from alerts to tickets. The numbers are in store files and never change.
enum class DefinitionKind
{
    source = 1,   ///< A way in for alerts.
    rule = 2,     ///< Which events become tickets.
    window = 3,   ///< When events are suppressed.
    customer = 4, ///< What sources call a customer, and its company in each PSA.
};

/// "source", "rule", "window", "customer".
const char *toText(DefinitionKind kind);

/// A source, rule, window or customer. Its documents are opaque to the store.
struct StoredDefinition
{
    DefinitionKind kind = DefinitionKind::source;
    std::int64_t id = 0;       ///< Assigned by the store; never reused.
    std::string uid;           ///< Random and unique, even among later ones with the same name.
    std::string name;          ///< Unique among those of its kind that exist, 1 to 100 bytes.
    std::int64_t position = 0; ///< Order of rules, from 1; 0 for other kinds.
    std::int64_t version = 0;  ///< Incremented with each change of the document.
    std::string documentJson;  ///< Without secrets.
    std::string secretsJson;   ///< Digests and sealed values; "" = none.
    std::string stateJson;     ///< What the host noted about it; not versioned. "" = nothing.
    clock::Clock::Wall created;
    clock::Clock::Wall changed;
    bool removed = false; ///< It does not exist any more.
};

/// One version of a definition.
struct DefinitionVersion
{
    std::int64_t version = 0;
    clock::Clock::Wall time;
    std::string who;
    std::string documentJson;
};

/// How far a delivery has got. The numbers are in store files and never change.
enum class DeliveryState
{
    done = 0, ///< Its events are stored.
    notUnderstood =
        1,   ///< Its reader could not make sense of it: it runs again when the reader is changed, or on request.
    kept = 2 ///< It was not read: its reader was killed, is parked or took too long.
};

/// One request of a source.
struct StoredDelivery
{
    std::int64_t id = 0; ///< Assigned by the store.
    std::int64_t sourceId = 0;
    std::string source; ///< Its name.
    clock::Clock::Wall received;
    DeliveryState state = DeliveryState::done;
    std::string requestJson; ///< Method, query and headers, without secrets; "" = purged.
    std::string sealedBody;  ///< "" = erased, so that it cannot run again; not in lists.
    std::int64_t bytes = 0;  ///< Length of the body.
    std::string digest;      ///< Equal for repetitions of the same delivery.
    std::string reason;      ///< Why it is not done, for people.
};

/// One event of a delivery, and what was decided.
struct StoredEvent
{
    std::int64_t id = 0; ///< Assigned by the store.
    std::int64_t deliveryId = 0;
    std::int64_t sourceId = 0;
    std::int64_t episodeId = 0; ///< 0 = none.
    std::int64_t ticketId = 0;  ///< 0 = none.
    std::string source;         ///< Its name.
    clock::Clock::Wall received;
    std::string kind;
    std::string key;
    std::string severity; ///< "" = none.
    std::string title;
    std::string customer;     ///< Its name, or its id; "" = none.
    std::string customerId;   ///< "" = none.
    std::string decision;     ///< A stable code, for programs.
    std::string documentJson; ///< "" = purged.
    std::string decisionJson; ///< Likewise.
};

/// The numbers are in store files and never change.
enum class EpisodeState
{
    open = 0,
    stale = 1, ///< Silent for too long: the next problem opens another, a recovery still ends it.
    ended = 2
};

/// One continuous problem of one source.
struct StoredEpisode
{
    std::int64_t id = 0; ///< Assigned by the store.
    std::int64_t sourceId = 0;
    std::string source; ///< Its name.
    std::string key;
    std::string group;
    std::string occurrence;
    EpisodeState state = EpisodeState::open;
    clock::Clock::Wall opened;
    clock::Clock::Wall seen; ///< Time of its last event.
    std::optional<clock::Clock::Wall> ended;
    std::optional<clock::Clock::Wall> due; ///< When something happens without an event; nullopt = never.
    std::set<std::string> parts;
    std::int64_t ruleId = 0;      ///< The rule that took it; 0 = none did.
    std::int64_t ruleVersion = 0; ///< Its version at that time, which later events follow.
    std::string connection;       ///< Of its ticket.
    std::string connectionUid;    ///< A later connection with the same name has another one.
    std::int64_t ticketId = 0;    ///< 0 = none.
    bool ownsTicket = false;      ///< False if the ticket was opened for another episode, in a storm.
    bool isStorm = false;         ///< Its ticket collects the episodes of a storm.
    std::int64_t events = 0;      ///< How many it had.
    std::string customerKey;      ///< Equal for episodes of one customer.
    std::string stateJson;        ///< Further state, a document of module events without texts of events.
    std::string damage; ///< What of its row cannot be read, for people; "" = nothing. Ignored when it is saved.
};

/// An entry in the history of an episode or an event.
struct EventStep
{
    std::int64_t id = 0;        ///< Assigned by the store.
    std::int64_t episodeId = 0; ///< 0 = none.
    std::int64_t eventId = 0;   ///< 0 = it was not caused by an event.
    std::int64_t ticketId = 0;  ///< 0 = none.
    clock::Clock::Wall time;
    std::string what;       ///< A stable code.
    std::string detailJson; ///< "" = purged.
};

/// A customer that a source named and that is in no table.
struct UnknownCustomer
{
    std::string source;
    std::string id;
    std::string name;
    clock::Clock::Wall first;
    clock::Clock::Wall last;
    std::int64_t count = 0;   ///< Events that named it.
    std::int64_t eventId = 0; ///< The last of them.
};

/// How release 0.1 was to make tickets from alerts.
struct LegacyAlertSettings
{
    std::string connection;
    std::string connectionUid;
    std::string documentJson;
};

/// An alert group of release 0.1 whose ticket is open.
struct LegacyEpisode
{
    std::string connection;
    std::string group; ///< The source's name of the group.
    std::int64_t ticketId = 0;
    clock::Clock::Wall opened;
    clock::Clock::Wall seen;      ///< Time of its last notification.
    std::set<std::string> alerts; ///< Every alert that it ever had, one text per alert.
};

} // namespace psa::store

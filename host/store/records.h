#pragma once

#include "host/clock/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace psa::store {

/// A period of trouble that a source of alerts reports repeatedly, with its single ticket: from its first notification
/// until it is resolved. At most one per group is open.
struct AlertEpisode
{
    std::int64_t id = 0; ///< Assigned by the store.
    std::string connection;
    std::string group; ///< The source's name of the group.
    std::int64_t ticketId = 0;
    clock::Clock::Wall opened;
    clock::Clock::Wall seen; ///< Time of the last notification.
    std::optional<clock::Clock::Wall> closed;
    std::set<std::string> alerts; ///< Every alert that it ever had, one text per alert.
};

/// A browser that is signed in.
struct StoredSession
{
    std::string digest;  ///< Of the session's id, which is not stored.
    std::string tokenId; ///< The token that it signed in with.
    clock::Clock::Wall began;
    clock::Clock::Wall seen; ///< Its last use.
};

/// A stored connection to a PSA. Sealed values are opaque to the store.
struct StoredConnection
{
    std::string name;                          ///< Unique, 1 to 100 bytes; never changes.
    std::string uid;                           ///< Random and unique, even among later connections with the same name.
    std::string plugin;                        ///< Id, id@version or path of a build.
    std::string configurationJson;             ///< Without secrets.
    std::string defaultsJson;                  ///< Ticket defaults.
    std::string updatesJson;                   ///< How its tickets are updated, a document of the host; "" = defaults.
    std::map<std::string, std::string> sealed; ///< Configuration field -> sealed value.
    std::string sealedDataKey;
    std::int64_t secretsVersion = 0; ///< Incremented whenever the secrets are sealed again.
    std::string keyId;               ///< Id of the master key that the data key is sealed with.
    std::string breakerJson;         ///< State of its breakers, a document of module delivery; "" = all closed.
    std::string testJson; ///< Result of the last test of exactly this configuration, a document of the host; "" = none.
    std::int64_t version = 0; ///< Incremented with each change except those of the breakers.
    clock::Clock::Wall created;
    clock::Clock::Wall changed;
};

} // namespace psa::store

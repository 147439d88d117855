#pragma once

#include "host/clock/clock.h"

#include <cstdint>
#include <map>
#include <string>

namespace psa::store {

/// A connection to a PSA as it is kept. What is sealed is opaque to the store.
struct StoredConnection
{
    std::string name;                          ///< Unique, 1 to 100 bytes; never changes.
    std::string uid;                           ///< Random; no other connection has it, also none of this name later.
    std::string plugin;                        ///< Id, id@version or path of a build.
    std::string configurationJson;             ///< Without secrets.
    std::string defaultsJson;                  ///< Ticket defaults.
    std::map<std::string, std::string> sealed; ///< Configuration field -> sealed value.
    std::string sealedDataKey;
    std::int64_t secretsVersion = 0; ///< Grows whenever the secrets are sealed anew.
    std::string keyId;               ///< Of the master key that the data key is sealed with.
    std::string breakerJson;         ///< State of its breakers, delivery's own document; "" = all closed.
    std::string
        testJson; ///< What the last test of this very configuration came to, the host's own document; "" = none.
    std::int64_t version = 0; ///< Grows by one with each change but that of the breakers.
    clock::Clock::Wall created;
    clock::Clock::Wall changed;
};

} // namespace psa::store

#pragma once

#include "host/clock/clock.h"

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <string>
#include <vector>

namespace psa::events {

/// What the host noted about a source. Other parts of the host may keep further members in the same document, which
/// stay as they are.
struct SourceState
{
    /// After this many kills of its reader within `killStretch` a source is parked.
    static constexpr std::size_t maxKills = 3;
    static constexpr std::chrono::hours killStretch{1};

    SourceState() = default;
    /// `document`: StoredDefinition::stateJson. A damaged one counts as empty.
    explicit SourceState(const std::string &document);
    std::string toDocument() const;

    bool isParked() const { return !parked.empty(); }
    /// Its reader was ended by force, for this reason. Returns whether that parks it.
    bool noteKill(clock::Clock::Wall now, const std::string &reason);
    /// Reads again what waits, up to the delivery `upTo`.
    void readAgain(std::int64_t upTo);

    std::vector<clock::Clock::Wall> kills; ///< Of its reader, lately.
    std::string parked;                    ///< Why its deliveries are kept without being read; "" = they are read.
    bool toldNotUnderstood = false;        ///< A notice says that deliveries are not understood.
    std::int64_t again = 0;                ///< Deliveries up to this one that wait are to be read again; 0 = none.
    std::int64_t rounds = 0;               ///< How many times readAgain() was called.
    Poco::JSON::Object::Ptr others = new Poco::JSON::Object; ///< Members of other parts of the host.
};

} // namespace psa::events

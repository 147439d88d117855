#pragma once

#include "host/events/event.h"

#include <chrono>
#include <string>

namespace date {
class time_zone;
}

namespace psa::events {

/// A time zone of the system's database, such as "Europe/Oslo". Copies are cheap. Thread-safe.
class Zone
{
public:
    /// UTC.
    Zone() = default;
    /// Throws std::runtime_error, which completes a sentence that starts with the place of the name, if there is no such
    /// zone.
    explicit Zone(const std::string &name);

    std::string name() const;
    /// What clocks show there, cut to seconds.
    std::chrono::local_seconds toLocal(Instant instant) const;
    /// When clocks there show `time`. A time that a change of the clocks skips is that of the change; one that they show
    /// twice is the first of the two.
    Instant toInstant(std::chrono::local_seconds time) const;

private:
    const date::time_zone *zone_ = nullptr; ///< Lives as long as the program; nullptr = UTC.
};

} // namespace psa::events

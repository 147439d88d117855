#pragma once

#include "host/events/event.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace psa::events {

/// What a reader program returned are no events. what(): where and why, for people: `event 2: "key" is missing, ...`.
class EventsInvalid : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

struct NormalisedEvents
{
    std::vector<Event> events;
    /// What was left out of them, for people: `event 1: "at" is no time that psa-host understands: "yesterday"`. At most 50.
    std::vector<std::string> notes;
};

constexpr std::size_t maxEventsOfDelivery = 5000;

/// The events in `eventsJson`, a list of what a reader program returned: events, and lists of them. A member that is
/// missing, null or a blank text is not set. Numbers and booleans given for texts become texts. Times may be texts and
/// numbers (see instantFrom()), {"text", "format", "zone"}, {"earliest": [...]} and {"latest": [...]}; `zone` is that of
/// times without an offset. `text` may be {"html": "..."}. A customer or device may be given as a text, its name. Titles
/// become one line, links other than http and https are left out, and only problems and updates keep a severity. Throws
/// EventsInvalid. Thread-safe.
NormalisedEvents normalise(const std::string &eventsJson, const std::string &zone);

} // namespace psa::events

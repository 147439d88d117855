#pragma once

#include "host/events/body_tree.h"
#include "host/events/event.h"
#include "host/events/reader/readers.h"

#include <string>
#include <vector>

namespace psa::events {

/// What was read out of a delivery.
struct ReaderResult
{
    reader::Reading::Kind kind =
        reader::Reading::Kind::failed; ///< failed also if there is no body tree, or no valid event.
    std::vector<Event> events;
    std::string text;               ///< Why there are no events, for people.
    BodyTree tree;                  ///< Empty if the body is in no known form.
    std::vector<std::string> notes; ///< What was left out of the events; see NormalisedEvents.
};

/// Reads `delivery` with the program of `source`: body tree, program, events. On the caller's thread, which takes at most
/// some seconds. Thread-safe.
ReaderResult readDelivery(reader::Readers &readers, const SourceSettings &source, const RawDelivery &delivery);

} // namespace psa::events

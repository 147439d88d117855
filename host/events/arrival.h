#pragma once

#include "host/events/event.h"
#include "host/events/source_settings.h"
#include "host/notify/notifier.h"
#include "host/store/event_records.h"
#include "host/store/store_writer.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace psa::events {

/// A delivery whose events are about to be decided on.
struct Arrival
{
    std::int64_t deliveryId = 0;    ///< 0 = it is not stored, but tried out.
    const SourceSettings &settings; ///< Of its source.
    Instant received;               ///< When it arrived, even if it is read again later.
};

/// What was decided on the events of a delivery.
struct Decided
{
    std::vector<store::StoredEvent> events; ///< As stored, in their order.
    std::set<std::string> wake;             ///< Connections that have something to send.
    std::vector<notify::Notice> notices;    ///< To be sent once the transaction is durable.
};

/// Stores the events of a delivery with all that follows from them. Inside a transaction, possibly more than once.
using Decide = std::function<Decided(store::StoreWriter &, const Arrival &, const std::vector<Event> &)>;

} // namespace psa::events

#pragma once

#include "host/events/event.h"
#include "host/store/store_writer.h"

#include <string>

namespace psa::events {

/// Whether humans are to be told of `what` now: not if they were within the last 24 hours. Notes that they are told.
bool isNoticeDue(store::StoreWriter &writer, const std::string &what, Instant now);

/// `what` is over: the next time it happens, humans are told at once.
void endNotice(store::StoreWriter &writer, const std::string &what);

/// Whether an alert is about psa-host itself: those of its own alert rules have a name that begins with "PsaHost".
bool isAboutHost(const Event &event);

} // namespace psa::events

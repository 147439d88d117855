#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/runner/frame.h"

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugin::runner {

/// Passes what a frame of a call says to the call, for the kinds that need no answer: log, result, error, misused.
/// Throws BadFrame.
void deliver(CallState &call, Kind kind, FrameReader fields);

/// Answers a frame that asks for something that does not block: readClock, readRemaining, getValue, putValue. Throws
/// BadFrame.
std::string answer(CallState &call, const FrameHead &head, FrameReader fields);

/// A request of the plugin, read from a frame. Throws BadFrame.
net::HttpRequest readRequest(FrameReader fields);

/// Sends it through the connection's HTTP service, which may block until the call's deadline. Returns the answer.
std::string send(CallState &call, const FrameHead &head, const net::HttpRequest &request);

/// The answer to a request of a call that has ended.
std::string refusedAnswer(const FrameHead &head);

} // namespace psa::plugin::runner

#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/runner/frame.h"

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugin::runner {

/// Passes a frame without a response (log, result, error or misused) to the call to which it belongs. Throws BadFrame.
/// Thread-safe, like all functions here.
void deliver(CallState &call, Kind kind, FrameReader fields);

/// The response frame to a request that does not block: readClock, readRemaining, getValue or putValue. Throws BadFrame.
std::string answer(CallState &call, const FrameHead &head, FrameReader fields);

/// The HTTP request in the payload of "send". Throws BadFrame.
net::HttpRequest readRequest(FrameReader fields);

/// Sends `request` through the connection's HTTP service, which may block until the call's deadline. Returns the response
/// frame to the frame with `head`.
std::string send(CallState &call, const FrameHead &head, const net::HttpRequest &request);

/// The response frame that refuses a request, for example of a call that has ended.
std::string refusedAnswer(const FrameHead &head);

} // namespace psa::plugin::runner

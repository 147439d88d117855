#pragma once

#include "host/connection/connection.h"
#include "host/replay/matching_transport.h"

#include <vector>

namespace psa::replay {

/// Repeats the calls of a recorded run on `connection`, which sends through `transport`, and returns the differences of
/// each; for a call whose recording ends before its outcome, only those of the requests. Throws std::runtime_error for
/// an unknown verb.
std::vector<CallDifferences> replayRun(const std::vector<RecordedCall> &run, connection::Connection &connection,
                                       const std::shared_ptr<MatchingTransport> &transport,
                                       const connection::CallOptions &options);

} // namespace psa::replay

#pragma once

#include "host/connection/connection.h"
#include "host/replay/matching_transport.h"

#include <vector>

namespace psa::replay {

/// Makes the calls of a recorded run again on `connection`, which sends through `transport`, and gives what is different
/// about each; of a call whose recording ends before its outcome, the requests alone. Throws std::runtime_error for a
/// verb that it does not know.
std::vector<CallDifferences> replayRun(const std::vector<RecordedCall> &run, connection::Connection &connection,
                                       const std::shared_ptr<MatchingTransport> &transport,
                                       const connection::CallOptions &options);

} // namespace psa::replay

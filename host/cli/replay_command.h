#pragma once

#include "host/cli/session.h"

#include <string>

namespace psa::cli {

/// `psa-host plugins replay --recording FILE --connection FILE [--plugin BUILD]`: repeats the calls of a recorded run,
/// without the PSA, and shows each difference. Returns an ExitCode: exitDifferent if there is one. Throws
/// std::runtime_error for a recording that cannot be replayed.
int replayRecording(const config::HostConfig &config, const SessionOptions &options, const std::string &recording,
                    const Streams &streams);

} // namespace psa::cli

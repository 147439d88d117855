#pragma once

#include "host/cli/session.h"

namespace psa::cli {

/// The modes of a long-running host.
enum class RunMode
{
    deliver,   ///< `run`.
    untilIdle, ///< `run --until-idle`: ends when no ticket makes progress on its own any more.
    serve      ///< `serve`: also serves the API and the admin page over the network.
};

/// Delivers stored tickets and serves the API on its socket, until SIGTERM or SIGINT. Returns an ExitCode. Call it
/// before starting a second thread.
int runHost(const config::HostConfig &config, RunMode mode, const Streams &streams);

} // namespace psa::cli

#pragma once

#include "host/cli/session.h"

namespace psa::host {

/// What a host that stays does.
enum class RunMode
{
    deliver,   ///< `run`.
    untilIdle, ///< `run --until-idle`: ends when no ticket moves any more by itself.
    serve      ///< `serve`: the API and the admin page over the network too.
};

/// Delivers what is in the store and serves the API on its socket, until a SIGTERM or SIGINT. Returns an ExitCode. To be
/// called before there is a second thread.
int runHost(const HostConfig &config, RunMode mode, const Streams &streams);

} // namespace psa::host

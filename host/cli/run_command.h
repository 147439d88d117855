#pragma once

#include "host/cli/session.h"

namespace psa::host {

/// `psa-host run`: delivers what is in the store and serves the API on its socket, until a SIGTERM or SIGINT; with
/// `untilIdle` until no ticket moves any more by itself. Returns an ExitCode. To be called before there is a second thread.
int runHost(const HostConfig &config, bool untilIdle, const Streams &streams);

} // namespace psa::host

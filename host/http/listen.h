#pragma once

#include "host/http/serve_config.h"

#include <Poco/Net/ServerSocket.h>

namespace psa::host {

/// A socket that listens where the configuration says, with TLS 1.2 or newer if it names a certificate. Throws
/// std::runtime_error.
Poco::Net::ServerSocket listenAt(const ServeConfig &config);

} // namespace psa::host

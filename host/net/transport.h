#pragma once

#include "host/net/http_types.h"

namespace psa::net {

class HttpsUrl;

/// Transports one request and its response after all rules have allowed it: through real sockets, or from a recording.
class Transport
{
public:
    virtual ~Transport() = default;

    /// Sends `request` to `url`, finishing by `stop`. Never throws because of network errors. Thread-safe.
    virtual HttpResponse exchange(const HttpsUrl &url, const HttpRequest &request, const Stop &stop) = 0;
};

} // namespace psa::net

#pragma once

#include "host/net/http_types.h"

namespace psa::net {

class HttpsUrl;

/// Transports one request and its response after every rule has allowed it. Real sockets, or a recording.
class Transport
{
public:
    virtual ~Transport() = default;

    /// Sends `request` to `url`, at the latest until `stop`. Never throws for what the network does. May be called from
    /// any thread, also by several at once.
    virtual HttpResponse exchange(const HttpsUrl &url, const HttpRequest &request, const Stop &stop) = 0;
};

} // namespace psa::net

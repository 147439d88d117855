#pragma once

#include "host/net/http_types.h"

#include <Poco/Net/HTTPSClientSession.h>

#include <cstdint>
#include <string>
#include <vector>

namespace psa::bench {

/// The least that it takes to POST: what the host's HTTP service is compared with. To 127.0.0.1; the connection is kept
/// as long as this lives.
class BareHttps
{
public:
    BareHttps(std::uint16_t port, const Poco::Net::Context::Ptr &tls);

    /// The body of the answer. Throws std::runtime_error for one that is not 200, and Poco::Exception.
    std::string post(const std::string &path, const std::vector<net::HttpHeader> &headers, const std::string &body);

private:
    Poco::Net::HTTPSClientSession session_;
};

} // namespace psa::bench

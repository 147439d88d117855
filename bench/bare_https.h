#pragma once

#include "host/net/http_types.h"

#include <Poco/Net/HTTPSClientSession.h>

#include <cstdint>
#include <string>
#include <vector>

namespace psa::bench {

/// The minimal cost of a POST, as the baseline for the host's HTTP service. To 127.0.0.1; the connection is kept open
/// as long as this exists.
class BareHttps
{
public:
    BareHttps(std::uint16_t port, const Poco::Net::Context::Ptr &tls);

    /// Returns the body of the response. Throws std::runtime_error unless it is a 200, and Poco::Exception.
    std::string post(const std::string &path, const std::vector<net::HttpHeader> &headers, const std::string &body);

private:
    Poco::Net::HTTPSClientSession session_;
};

} // namespace psa::bench

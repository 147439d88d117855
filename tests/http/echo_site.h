#pragma once

#include "host/http/http_server.h"

#include <mutex>
#include <string>
#include <vector>

namespace psa::test {

/// A server that records each request that it received, and echoes the path and the header X-Id. It serves any path,
/// method and host.
class EchoSite
{
public:
    explicit EchoSite(http::ServeConfig config = {});

    std::uint16_t port() const { return address_.port; }
    const http::HttpServer::Address &address() const { return address_; }
    /// "POST /sent 12", with the size of the body in bytes, for each since the last call.
    std::vector<std::string> takeSeen();
    /// The same requests with everything known about them.
    std::vector<http::ApiRequest> takeRequests();

private:
    http::ApiResponse answer(const http::ApiRequest &request);

    std::mutex mutex_; ///< Guards the members below.
    std::vector<http::ApiRequest> seen_;
    http::Router router_{[](const std::string &) {}};
    http::HttpServer server_{[](const std::string &) {}};
    http::HttpServer::Address address_;
};

} // namespace psa::test

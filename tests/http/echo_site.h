#pragma once

#include "host/http/http_server.h"

#include <mutex>
#include <string>
#include <vector>

namespace psa::test {

/// A server that remembers each request that came out of it, and gives back what it got: the path, and the header X-Id.
/// It serves any path, method and host.
class EchoSite
{
public:
    explicit EchoSite(http::ServeConfig config = {});

    std::uint16_t port() const { return address_.port; }
    const http::HttpServer::Address &address() const { return address_; }
    /// "POST /sent 12", with the bytes of the body, since it was last asked.
    std::vector<std::string> takeSeen();
    /// The same with all that is known of each.
    std::vector<http::ApiRequest> takeRequests();

private:
    http::ApiResponse answer(const http::ApiRequest &request);

    std::mutex mutex_; ///< Guards the next.
    std::vector<http::ApiRequest> seen_;
    http::Router router_{[](const std::string &) {}};
    http::HttpServer server_{[](const std::string &) {}};
    http::HttpServer::Address address_;
};

} // namespace psa::test

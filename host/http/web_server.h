#pragma once

#include "host/access/entrance.h"
#include "host/http/serve_config.h"

#include <functional>
#include <memory>
#include <string>

namespace psa::host {

/// Serves what lies behind an entrance over TCP, with TLS if it has a certificate, to as many as the configuration
/// allows. Serves until it is destroyed, which waits for the requests under way.
class WebServer
{
public:
    /// `entrance` makes the entrance for the names that the server is reached under; what it returns outlives the server.
    /// Throws std::runtime_error where it cannot listen, or its certificate cannot be used.
    WebServer(const ServeConfig &config,
              const std::function<Entrance &(const std::vector<std::string> &hosts)> &entrance);
    ~WebServer();
    WebServer(const WebServer &) = delete;
    WebServer &operator=(const WebServer &) = delete;

    /// Where it listens: "https://127.0.0.1:8480".
    std::string address() const;
    std::uint16_t port() const;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace psa::host

#pragma once

#include "host/http/listen.h"
#include "host/http/router.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::http {

/// Serves routes over the network and on a Unix socket with one thread that never blocks and a few that may. Serves
/// until it is destroyed: then it accepts no new requests, answers waiting ones with what is known, and waits for the
/// requests in progress.
class HttpServer
{
public:
    using Log = std::function<void(const std::string &)>;
    /// `log` gets messages for the operator, such as a lack of descriptors.
    explicit HttpServer(Log log);
    ~HttpServer();
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    struct Address
    {
        std::string text; ///< "https://127.0.0.1:8480".
        std::uint16_t port = 0;
    };
    /// Serves over TCP, with TLS if there is a certificate, within the configured limits. `makeGuard` creates a guard
    /// for the names of the server. `router` must outlive the server. Throws std::runtime_error if it cannot listen, or
    /// the certificate cannot be used.
    using MakeRequestGuard = std::function<std::shared_ptr<RequestGuard>(const std::vector<std::string> &hosts)>;
    Address serveWeb(const ServeConfig &config, const Router &router, const MakeRequestGuard &makeGuard);
    /// From now on, new connections over TLS get the configured certificate, read again; those that are open stay. No effect
    /// unless it serves over TLS. Throws std::runtime_error if the certificate cannot be used; the previous one stays.
    void renewCertificate(const ServeConfig &config);
    /// Serves on a Unix socket, to root and to the user that it runs as; the kernel identifies callers. Replaces a
    /// socket that an earlier process left at `path`. The caller must hold the lock of its folder, which must not be
    /// accessible to others. Throws std::runtime_error.
    void serveLocal(const Router &router, const std::filesystem::path &path);

private:
    class Listener;
    class Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace psa::http

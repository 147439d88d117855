#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/wire.h"

#include <Poco/Net/Context.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace psa::sandbox {

/// An HTTP or HTTPS server on 127.0.0.1, with a thread for each connection; the handler answers through the wire.
class HttpServer
{
public:
    /// Called from many threads at once. What it throws is answered with 500 and its text.
    using Handler = std::function<void(const Request &, Wire &)>;

    struct Options
    {
        std::uint16_t port = 0;        ///< 0: any free one.
        Poco::Net::Context::Ptr tls{}; ///< Null: plain HTTP.
        /// Asked for each new connection: how long it may be idle between two requests; 0: one request a connection.
        std::function<std::chrono::milliseconds()> idle = [] { return std::chrono::seconds(60); };
        int maxConnections = 64;
        std::size_t maxBody = 16 << 20; ///< Bytes; a longer body is answered with 413.
    };

    /// Listens at once. Throws Poco::Net::NetException when the port is taken.
    HttpServer(const Options &options, Handler handler);
    /// Stops: open connections are ended, waits are cut short.
    ~HttpServer();
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;
    std::uint16_t port() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace psa::sandbox

#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/wire.h"

#include <Poco/Net/Context.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace psa::sandbox {

/// An HTTP or HTTPS server on 127.0.0.1, with one thread per connection; the handler responds through the wire.
class HttpServer
{
public:
    /// Called concurrently from many threads. Its exceptions are answered with 500 and their text.
    using Handler = std::function<void(const Request &, Wire &)>;

    struct Options
    {
        std::uint16_t port = 0;        ///< 0: any free one.
        Poco::Net::Context::Ptr tls{}; ///< Null: plain HTTP.
        /// Called for each new connection: its maximum idle time between two requests; 0: one request per connection.
        std::function<std::chrono::milliseconds()> idle = [] { return std::chrono::seconds(60); };
        int maxConnections = 64;
        std::size_t maxBody = 16 << 20; ///< In bytes; a longer body is answered with 413.
    };

    /// Listens immediately. Throws Poco::Net::NetException if the port is in use.
    HttpServer(const Options &options, Handler handler);
    /// Stops: closes open connections and cuts waits short.
    ~HttpServer();
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;
    std::uint16_t port() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace psa::sandbox

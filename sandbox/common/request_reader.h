#pragma once

#include "sandbox/common/http_message.h"

#include <Poco/Net/StreamSocket.h>

#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

namespace psa::sandbox {

/// An unacceptable request: answered with `status`, and its connection is closed.
struct BadRequest : std::runtime_error
{
    BadRequest(int theStatus, const std::string &what) : std::runtime_error(what), status(theStatus) {}

    int status;
};

/// Parses the requests of one connection from its bytes: Poco's server treats the byte 0xFF as the end of a stream.
/// Ambiguous requests are rejected.
class RequestReader
{
public:
    /// `maxBody`: maximum size of each request's body, in bytes.
    RequestReader(const Poco::Net::StreamSocket &socket, std::size_t maxBody) : socket_(socket), maxBody_(maxBody) {}

    /// Waits for the next request; nullopt once the client has closed the connection. Throws BadRequest, and
    /// Poco::Exception if the connection fails.
    std::optional<Request> next();
    /// The last request leaves the connection open.
    bool keepsConnection() const { return keepAlive_; }
    /// Part of the next request was received.
    bool hasMore() const { return !bytes_.empty(); }

private:
    std::optional<std::string> readHead();
    void readBody(Request &request);
    void readChunks(std::string &body);
    void askForBody(const Request &request);
    std::string takeLine();
    void takeInto(std::string &body, std::size_t size);
    bool receive();
    void need();

    Poco::Net::StreamSocket socket_;
    const std::size_t maxBody_;
    std::string bytes_; ///< Received but not parsed yet.
    std::array<char, 16 << 10> part_{};
    bool keepAlive_ = false;
};

} // namespace psa::sandbox

#pragma once

#include "sandbox/common/http_message.h"

#include <Poco/Net/StreamSocket.h>

#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

namespace psa::sandbox {

/// A request that cannot be taken: refused with `status`, and its connection ends.
struct BadRequest : std::runtime_error
{
    BadRequest(int theStatus, const std::string &what) : std::runtime_error(what), status(theStatus) {}

    int status;
};

/// Reads the requests of one connection, one after the other, from the bytes themselves: Poco's server takes the byte 0xFF
/// for the end of a stream. What could be read in two ways is refused.
class RequestReader
{
public:
    /// `maxBody`: of each request, in bytes.
    RequestReader(const Poco::Net::StreamSocket &socket, std::size_t maxBody) : socket_(socket), maxBody_(maxBody) {}

    /// Waits for the next request; nothing once the client has closed the connection. Throws BadRequest, and
    /// Poco::Exception where the connection fails.
    std::optional<Request> next();
    /// The last request leaves the connection open.
    bool keepsConnection() const { return keeps_; }
    /// Some of the next request has come.
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
    std::string bytes_; ///< Came, and not taken yet.
    std::array<char, 16 << 10> part_{};
    bool keeps_ = false;
};

} // namespace psa::sandbox

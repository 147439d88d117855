#pragma once

#include <Poco/Net/MessageHeader.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace psa::test {

/// One HTTP/1.1 request as received by a test server.
struct ReceivedRequest
{
    std::string method;
    std::string target; ///< Path and query as sent.
    Poco::Net::MessageHeader headers;
    std::string body;
    std::string raw;            ///< All its bytes.
    std::size_t connection = 0; ///< Index of the connection it came on.
    std::size_t sequence = 0;   ///< How many requests preceded it on that connection.
};

/// The length of the first request in `bytes`, head and body; nullopt as long as it is incomplete. Throws
/// std::runtime_error if it is not a request or has no plain Content-Length (chunked requests are not supported).
std::optional<std::size_t> wholeRequest(std::string_view bytes);

/// The request in `raw`, whose length is that of wholeRequest().
ReceivedRequest parseRequest(std::string raw);

} // namespace psa::test

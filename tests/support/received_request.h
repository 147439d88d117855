#pragma once

#include <Poco/Net/MessageHeader.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace psa::test {

/// One HTTP/1.1 request as a test server got it.
struct ReceivedRequest
{
    std::string method;
    std::string target; ///< Path and query as sent.
    Poco::Net::MessageHeader headers;
    std::string body;
    std::string raw;            ///< Every byte of it.
    std::size_t connection = 0; ///< Index of the connection it came on.
    std::size_t sequence = 0;   ///< How many requests came before it on that connection.
};

/// Bytes of the first request in `bytes`, head and body; nothing as long as it is not whole. Throws std::runtime_error
/// for what is not a request or has no plain Content-Length (chunked requests are not understood).
std::optional<std::size_t> wholeRequest(std::string_view bytes);

/// The request in `raw`, which wholeRequest() has measured.
ReceivedRequest parseRequest(std::string raw);

} // namespace psa::test

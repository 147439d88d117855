#include "tests/support/received_request.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/NumberParser.h>

#include <sstream>
#include <stdexcept>

namespace psa::test {
namespace {

constexpr std::size_t maxHeadBytes = 256 * 1024;

Poco::Net::HTTPRequest parseHead(std::string_view head)
{
    try
    {
        Poco::Net::HTTPRequest request;
        std::istringstream in{std::string(head)};
        request.read(in);
        return request;
    }
    catch (const Poco::Exception &error)
    {
        throw std::runtime_error("not an HTTP request: " + error.displayText());
    }
}

} // namespace

std::optional<std::size_t> wholeRequest(std::string_view bytes)
{
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos && bytes.size() > maxHeadBytes)
        throw std::runtime_error("a request head of more than " + std::to_string(maxHeadBytes) + " bytes");
    if (end == std::string_view::npos)
        return std::nullopt;
    const Poco::Net::HTTPRequest head = parseHead(bytes.substr(0, end + 4));
    if (head.has("Transfer-Encoding"))
        throw std::runtime_error("a request with Transfer-Encoding, which the test server does not understand");
    Poco::UInt64 length = 0;
    if (head.has("Content-Length") && !Poco::NumberParser::tryParseUnsigned64(head.get("Content-Length"), length))
        throw std::runtime_error("Content-Length '" + head.get("Content-Length") + "' is not a number");
    const std::size_t headBytes = end + 4;
    return bytes.size() - headBytes >= length ? std::optional(headBytes + length) : std::nullopt;
}

ReceivedRequest parseRequest(std::string raw)
{
    const std::size_t body = raw.find("\r\n\r\n") + 4;
    const Poco::Net::HTTPRequest head = parseHead(std::string_view(raw).substr(0, body));
    ReceivedRequest request;
    request.method = head.getMethod();
    request.target = head.getURI();
    request.headers = head;
    request.body = raw.substr(body);
    request.raw = std::move(raw);
    return request;
}

} // namespace psa::test

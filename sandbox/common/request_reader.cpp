#include "sandbox/common/request_reader.h"

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace psa::sandbox {
namespace {

constexpr std::size_t maxHead = 64 << 10;
constexpr std::size_t maxLine = 1 << 10; ///< Maximum length of the line with a chunk's size.

bool isText(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= ' ' && byte != 0x7F) || c == '\t';
    });
}

bool isName(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

std::size_t sizeIn(const std::string &text, int base)
{
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        throw BadRequest(400, "The length of the body is not a number: \"" + text + "\".");
    return size;
}

void takeRequestLine(const std::string &line, Request &request, bool &isHttp11)
{
    const std::size_t one = line.find(' ');
    const std::size_t two = line.find(' ', one + 1);
    const std::string version = two == std::string::npos ? "" : line.substr(two + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        throw BadRequest(400, "The first line is not METHOD TARGET HTTP/1.1.");
    isHttp11 = version == "HTTP/1.1";
    request.method = line.substr(0, one);
    request.target = line.substr(one + 1, two - one - 1);
    if (!isName(request.method) || request.target.empty())
        throw BadRequest(400, "The first line has no method or no target.");
    try
    {
        const Poco::URI uri(request.target);
        request.path = uri.getPath();
        for (const auto &[name, value] : uri.getQueryParameters())
            request.query[Poco::toLower(name)] = value;
    }
    catch (const Poco::SyntaxException &error)
    {
        throw BadRequest(400, "The target cannot be read: " + error.displayText());
    }
}

void takeHeader(const std::string &line, Request &request)
{
    const std::size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    if (colon == std::string::npos || !isName(name))
        throw BadRequest(400, "A line of the head is not NAME: VALUE.");
    for (const char *once : {"Content-Length", "Transfer-Encoding", "Host"})
        if (Poco::icompare(name, std::string(once)) == 0 && request.headers.has(name))
            throw BadRequest(400, name + " stands twice.");
    request.headers.add(name, Poco::trim(line.substr(colon + 1)));
}

} // namespace

std::optional<Request> RequestReader::next()
{
    const auto head = readHead();
    if (!head)
        return std::nullopt;
    Request request;
    bool isHttp11 = false;
    for (std::size_t begin = 0; begin < head->size();)
    {
        const std::size_t end = head->find("\r\n", begin);
        const std::string line = head->substr(begin, end - begin);
        if (!isText(line))
            throw BadRequest(400, "The head has a control character.");
        begin == 0 ? takeRequestLine(line, request, isHttp11) : takeHeader(line, request);
        begin = end + 2;
    }
    keepAlive_ = isHttp11 && Poco::icompare(request.header("Connection"), std::string("close")) != 0;
    readBody(request);
    return request;
}

/// Up to the empty line, which is not included.
std::optional<std::string> RequestReader::readHead()
{
    std::size_t end = 0;
    while ((end = bytes_.find("\r\n\r\n")) == std::string::npos)
    {
        if (bytes_.size() > maxHead)
            throw BadRequest(431, "The head is too long.");
        if (!bytes_.empty())
            need();
        else if (!receive())
            return std::nullopt;
    }
    std::string head = bytes_.substr(0, end + 2);
    bytes_.erase(0, end + 4);
    return head;
}

void RequestReader::readBody(Request &request)
{
    const bool hasCoding = request.headers.has("Transfer-Encoding");
    const bool hasLength = request.headers.has("Content-Length");
    if (hasCoding && (hasLength || Poco::icompare(request.header("Transfer-Encoding"), std::string("chunked")) != 0))
        throw BadRequest(400, "Transfer-Encoding can be chunked, without a Content-Length.");
    if (!hasCoding && !hasLength)
        return;
    if (Poco::icompare(request.header("Expect"), std::string("100-continue")) == 0 && bytes_.empty())
        socket_.sendBytes("HTTP/1.1 100 Continue\r\n\r\n", 25);
    hasCoding ? readChunks(request.body) : takeInto(request.body, sizeIn(request.header("Content-Length"), 10));
}

void RequestReader::readChunks(std::string &body)
{
    for (;;)
    {
        const std::size_t size = sizeIn(takeLine(), 16);
        takeInto(body, size);
        if (!takeLine().empty())
            throw BadRequest(400, "A chunk does not end where it should, or there are trailers.");
        if (size == 0)
            return;
    }
}

std::string RequestReader::takeLine()
{
    std::size_t end = 0;
    while ((end = bytes_.find("\r\n")) == std::string::npos)
    {
        if (bytes_.size() > maxLine)
            throw BadRequest(400, "The size of a chunk is too long.");
        need();
    }
    std::string line = bytes_.substr(0, end);
    bytes_.erase(0, end + 2);
    return line;
}

void RequestReader::takeInto(std::string &body, std::size_t size)
{
    if (size > maxBody_ - std::min(maxBody_, body.size()))
        throw BadRequest(413, "The body is too long.");
    while (size > 0)
    {
        if (bytes_.empty())
            need();
        const std::size_t count = std::min(size, bytes_.size());
        body.append(bytes_, 0, count);
        bytes_.erase(0, count);
        size -= count;
    }
}

void RequestReader::need()
{
    if (!receive())
        throw BadRequest(400, "The connection ended before the request.");
}

bool RequestReader::receive()
{
    const int count = socket_.receiveBytes(part_.data(), static_cast<int>(part_.size()));
    if (count > 0)
        bytes_.append(part_.data(), static_cast<std::size_t>(count));
    return count > 0;
}

} // namespace psa::sandbox

#include "host/http/response_text.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DeflatingStream.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <sstream>

namespace psa::http {
namespace {

/// Compressing smaller bodies costs more than it gains.
constexpr std::size_t compressFrom = 4 << 10;
constexpr int compressionLevel = 5;

/// The current time as an HTTP date; updated once a second.
const std::string &dateNow()
{
    thread_local std::time_t made = 0;
    thread_local std::string text;
    if (const std::time_t now = std::time(nullptr); now != made)
    {
        made = now;
        text = Poco::DateTimeFormatter::format(Poco::Timestamp::fromEpochTime(now), Poco::DateTimeFormat::HTTP_FORMAT);
    }
    return text;
}

void addLine(std::string &head, std::string_view name, std::string_view value)
{
    head.append(name).append(": ").append(value).append("\r\n");
}

/// "gzip", unless it is excluded with q=0.
bool takesGzip(const std::string &acceptEncoding)
{
    const std::string all = Poco::toLower(acceptEncoding);
    for (std::size_t begin = 0; begin < all.size();)
    {
        const std::size_t end = std::min(all.find(',', begin), all.size());
        const std::string one = all.substr(begin, end - begin);
        const std::size_t semicolon = std::min(one.find(';'), one.size());
        if (Poco::trim(one.substr(0, semicolon)) == "gzip")
        {
            const std::size_t q = one.find("q=", semicolon);
            return q == std::string::npos || one.find_first_of("123456789", q) != std::string::npos;
        }
        begin = end + 1;
    }
    return false;
}

bool isText(const std::string &contentType)
{
    return contentType.starts_with("text/") || contentType.find("json") != std::string::npos ||
           contentType.find("xml") != std::string::npos || contentType.find("javascript") != std::string::npos;
}

} // namespace

std::string headText(const ApiResponse &response, BodyEnd end, bool keeps)
{
    const bool mayHaveBody = response.status >= 200 && response.status != 204 && response.status != 304;
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head.reserve(512);
    head +=
        Poco::Net::HTTPResponse::getReasonForStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status));
    head += "\r\n";
    addLine(head, "Date", dateNow());
    for (const auto &[name, value] : response.headers)
        addLine(head, name, value);
    addLine(head, "Cache-Control", "no-store");
    addLine(head, "X-Content-Type-Options", "nosniff");
    if (mayHaveBody && !(response.body.empty() && end == BodyEnd::length))
        addLine(head, "Content-Type", response.contentType);
    if (end == BodyEnd::chunks)
        addLine(head, "Transfer-Encoding", "chunked");
    else if (mayHaveBody && end == BodyEnd::length)
        addLine(head, "Content-Length", std::to_string(response.body.size()));
    if (!keeps)
        addLine(head, "Connection", "close");
    return head + "\r\n";
}

std::string chunkText(std::string_view bytes)
{
    std::array<char, 16> size{};
    const auto [end, error] = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16);
    std::string chunk(size.data(), end);
    chunk.append("\r\n").append(bytes).append("\r\n");
    return chunk;
}

bool shouldCompress(const ApiRequest &request, const ApiResponse &response)
{
    return response.body.size() >= compressFrom && isText(response.contentType) &&
           takesGzip(request.header("accept-encoding"));
}

void compress(ApiResponse &response)
{
    std::ostringstream packed;
    Poco::DeflatingOutputStream deflate(packed, Poco::DeflatingStreamBuf::STREAM_GZIP, compressionLevel);
    deflate << response.body;
    deflate.close();
    response.body = packed.str();
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.headers.emplace_back("Vary", "Accept-Encoding");
}

} // namespace psa::http

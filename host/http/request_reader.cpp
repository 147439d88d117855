#include "host/http/request_reader.h"

#include "host/http/problem.h"
#include "host/json/utf8.h"

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <stdexcept>
#include <utility>

namespace psa::http {
namespace {

/// Headers that are lists may be repeated and are joined; these may occur only once, otherwise it is ambiguous which
/// one counts.
const std::set<std::string, std::less<>> singleHeaders = {"authorization",
                                                          "content-encoding",
                                                          "content-length",
                                                          "content-location",
                                                          "content-range",
                                                          "content-type",
                                                          "date",
                                                          "expect",
                                                          "from",
                                                          "host",
                                                          "idempotency-key",
                                                          "if-modified-since",
                                                          "if-range",
                                                          "if-unmodified-since",
                                                          "max-forwards",
                                                          "origin",
                                                          "proxy-authorization",
                                                          "range",
                                                          "referer",
                                                          "sec-fetch-dest",
                                                          "sec-fetch-mode",
                                                          "sec-fetch-site",
                                                          "traceparent",
                                                          "transfer-encoding",
                                                          "user-agent",
                                                          "x-csrf-token"};

Problem malformed(const std::string &detail)
{
    return {400, "bad-request", "Not an HTTP/1.1 request", detail};
}

Problem badHeader(const std::string &detail)
{
    return {400, "bad-header", "Invalid header", detail};
}

void addHeader(ApiRequest &request, std::string name, std::string value)
{
    const auto at = request.headers.find(name);
    if (at == request.headers.end())
        request.headers.emplace(std::move(name), std::move(value));
    else if (singleHeaders.contains(name))
        throw Problem(400, "header-twice", "Duplicate header", name + " occurs twice.");
    else
        at->second += (name == "cookie" ? "; " : ", ") + value;
}

/// A single host[:port] as in a URI.
bool isAuthority(const std::string &text)
{
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("-._~%[]:").find(static_cast<char>(c)) != std::string_view::npos;
    });
}

/// The path of a target: the target itself, or what follows "http://HOST" if that is the host of the request.
std::string pathOf(const std::string &target, const ApiRequest &request)
{
    if (target.starts_with('/') || (target == "*" && request.method == "OPTIONS"))
        return target;
    const std::string host = request.header("host");
    const std::string lower = Poco::toLower(target);
    for (const std::string scheme : {"http://", "https://"})
    {
        const std::string begin = scheme + Poco::toLower(host);
        if (host.empty() || !lower.starts_with(begin))
            continue;
        const std::string rest = target.substr(begin.size());
        if (rest.empty() || rest.starts_with('?'))
            return "/" + rest;
        if (rest.starts_with('/'))
            return rest;
    }
    throw malformed("The target must be a path, or a URL with the same host as the header Host.");
}

std::size_t lengthIn(const std::string &text)
{
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || (text[0] == '0' && text.size() > 1))
        throw badHeader("Content-Length must be a single number of bytes, not \"" + text + "\".");
    return length;
}

bool lists(const std::string &header, std::string_view word)
{
    for (std::size_t begin = 0; begin <= header.size();)
    {
        const std::size_t end = std::min(header.find(',', begin), header.size());
        if (Poco::icompare(Poco::trim(header.substr(begin, end - begin)), std::string(word)) == 0)
            return true;
        begin = end + 1;
    }
    return false;
}

/// Parsed by a second parser: a request on which both disagree is not served.
RequestHead parsed(std::string_view bytes, std::size_t headerCount)
try
{
    RequestHead head = parseHead(bytes);
    if (head.headers.size() != headerCount)
        throw std::runtime_error("it has another number of headers");
    return head;
}
catch (const std::runtime_error &error)
{
    throw malformed(std::string("Its head cannot be read: ") + error.what() + ".");
}

bool isReadable(const std::string &text)
{
    return json::isValidUtf8(text) && text.find('\0') == std::string::npos;
}

} // namespace

std::optional<ApiRequest> RequestReader::readHead()
{
    switch (scan_.take(bytes_))
    {
    case HeadScan::Result::more:
        return std::nullopt;
    case HeadScan::Result::malformed:
        throw malformed(scan_.problem());
    case HeadScan::Result::tooLarge:
        throw Problem(431, "head-too-large", "Request head too large", scan_.problem());
    case HeadScan::Result::whole:
        break;
    }
    const std::size_t size = scan_.size();
    take(std::string_view(bytes_).substr(0, size), scan_.headers());
    bytes_.erase(0, size);
    scan_ = HeadScan();
    return std::exchange(known_, {});
}

void RequestReader::take(std::string_view bytes, std::size_t headerCount)
{
    if (bytes.starts_with("\r\n"))
        bytes.remove_prefix(2);
    RequestHead head = parsed(bytes, headerCount);
    known_.method = std::move(head.method);
    known_.path = head.target.substr(0, head.target.find('?'));
    for (auto &[name, value] : head.headers)
        addHeader(known_, std::move(name), std::move(value));
    http10_ = head.http10;
    chooseFraming(known_);
    known_.path = pathOf(head.target, known_);
}

void RequestReader::chooseFraming(const ApiRequest &head)
{
    const bool hasLength = head.headers.contains("content-length");
    const bool hasCoding = head.headers.contains("transfer-encoding");
    chunked_.reset();
    left_ = hasLength ? lengthIn(head.header("content-length")) : 0;
    if (hasCoding && (hasLength || http10_ || Poco::icompare(head.header("transfer-encoding"), "chunked") != 0))
        throw badHeader("Transfer-Encoding must be \"chunked\", in HTTP/1.1 and without a Content-Length.");
    if (hasCoding)
        chunked_.emplace();
    if ((!http10_ && !head.headers.contains("host")) || !isAuthority(head.header("host")))
        throw badHeader("Host must contain exactly one host, and the port if it is not the default one.");
    expectsContinue_ = !http10_ && head.headers.contains("expect");
    if (expectsContinue_ && Poco::icompare(head.header("expect"), "100-continue") != 0)
        throw badHeader("Expect must be 100-continue.");
    keepsConnection_ = !http10_ && !lists(head.header("connection"), "close");
}

std::optional<std::size_t> RequestReader::lengthLeft() const
{
    return chunked_ ? std::nullopt : std::optional(left_);
}

bool RequestReader::readBody(std::string &body, std::size_t most)
{
    std::size_t used = 0;
    if (chunked_)
        used = chunked_->take(bytes_, body, most);
    else
    {
        if (left_ > most - std::min(most, body.size()))
            throw tooLarge(most);
        used = std::min(left_, bytes_.size());
        body.append(bytes_, 0, used);
        left_ -= used;
    }
    bytes_.erase(0, used);
    return chunked_ ? chunked_->isWhole() : left_ == 0;
}

void takeQuery(ApiRequest &request)
try
{
    const std::size_t question = request.path.find('?');
    if (question == std::string::npos)
        return;
    Poco::URI uri;
    uri.setRawQuery(request.path.substr(question + 1));
    request.path.erase(question);
    for (auto &[name, value] : uri.getQueryParameters())
        if (isReadable(name) && isReadable(value))
            request.query.emplace(std::move(name), std::move(value));
        else
            throw badQuery("A name or value in the query is not UTF-8 text.");
}
catch (const Poco::Exception &)
{
    throw badQuery("The query is not percent-encoded correctly.");
}

} // namespace psa::http

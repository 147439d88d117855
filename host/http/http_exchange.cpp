#include "host/http/http_exchange.h"

#include "host/http/problem.h"
#include "host/json/utf8.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <istream>

namespace psa::host {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;
using PartsFor = std::function<ExchangeParts(HTTPServerRequest &)>;

/// Of a request that is refused by its head so much is read and thrown away, so that the answer is not lost with it.
constexpr std::size_t mostThrownAway = 64 << 10;

Problem badHeader(const std::string &detail)
{
    return {400, "bad-header", "A header cannot be read", detail};
}

/// Poco takes for a name whatever stands before a colon: "Content-Length " would be none to us, and one to a proxy.
bool isHeaderName(const std::string &name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
    });
}

bool isHeaderValue(const std::string &value)
{
    return std::none_of(value.begin(), value.end(),
                        [](unsigned char c) { return (c < ' ' && c != '\t') || c == 0x7f; });
}

/// Of the body, in bytes. What has no clear length is refused, and nothing after it is read from its connection.
std::size_t lengthOf(const HTTPServerRequest &request)
{
    // Poco finds "chunked" anywhere in the field, and takes a chunk that is cut short for the last one.
    if (request.has("Transfer-Encoding"))
        throw Problem(411, "no-length", "The length of the body is not said",
                      "Send the body with Content-Length; Transfer-Encoding is not taken.");
    const std::string text = request.get("Content-Length", "0");
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || error != std::errc() || end != text.data() + text.size())
        throw badHeader("Content-Length must be a number of bytes.");
    return length;
}

std::string bodyOf(HTTPServerRequest &request, std::size_t length, std::size_t most)
{
    if (length == 0)
        return {}; // Poco would read until the connection ends
    if (length > most)
        throw Problem(413, "too-large", "The request is too large",
                      "This body holds at most " + std::to_string(most) + " bytes.");
    if (Poco::toLower(request.get("Content-Encoding", "identity")) != "identity")
        throw Problem(415, "compressed", "The body is compressed", "Send it without Content-Encoding.");
    std::string body(length, '\0');
    request.stream().read(body.data(), static_cast<std::streamsize>(length));
    const auto got = static_cast<std::size_t>(request.stream().gcount());
    if (got != length)
        throw Problem(400, "cut-short", "The body ends too early",
                      "It has " + std::to_string(got) + " bytes, and Content-Length says " + std::to_string(length) +
                          ".");
    return body;
}

/// True if the connection is at the end of the request then.
bool throwAway(HTTPServerRequest &request, std::size_t length)
{
    return length == 0 ||
           (length <= mostThrownAway &&
            static_cast<std::size_t>(request.stream().ignore(static_cast<std::streamsize>(length)).gcount()) == length);
}

Problem badQuery(const std::string &detail)
{
    return {400, "bad-query", "The query cannot be read", detail};
}

bool isReadable(const std::string &text)
{
    return isValidUtf8(text) && text.find('\0') == std::string::npos;
}

void readTarget(const std::string &target, ApiRequest &request)
try
{
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question == std::string::npos)
        return;
    Poco::URI uri;
    uri.setRawQuery(target.substr(question + 1));
    for (auto &[name, value] : uri.getQueryParameters())
        if (isReadable(name) && isReadable(value))
            request.query.emplace(std::move(name), std::move(value));
        else
            throw badQuery("A name or value in it is not UTF-8 text.");
}
catch (const Poco::Exception &)
{
    throw badQuery("Something in it is not percent-encoded as it should.");
}

/// Reads the headers into `head`. Throws Problem; then it is not known where the request ends.
void readHeaders(const HTTPServerRequest &request, ApiRequest &head)
{
    if (request.getVersion() != HTTPServerRequest::HTTP_1_1 && request.getVersion() != HTTPServerRequest::HTTP_1_0)
        throw Problem(400, "http-version", "The version of HTTP is not known", "Send HTTP/1.1 or HTTP/1.0.");
    for (const auto &[name, value] : request)
    {
        if (!isHeaderName(name) || !isHeaderValue(value))
            throw badHeader("The name or the value of one has characters that may not stand there.");
        if (!head.headers.emplace(Poco::toLower(name), value).second)
            throw Problem(400, "header-twice", "A header stands twice", name + " stands twice.");
    }
}

void sendResponse(const ApiResponse &answer, bool wholeRequestRead, const HTTPServerRequest &request,
                  HTTPServerResponse &response)
{
    response.setVersion(HTTPServerResponse::HTTP_1_1); // Poco would repeat whatever the request has
    response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
    response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
    for (const auto &[name, value] : answer.headers)
        response.set(name, value);
    response.set("Cache-Control", "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (!wholeRequestRead)
        response.setKeepAlive(false);
    if (answer.body.empty())
    {
        if (answer.status != 204)
            response.setContentLength(0);
        response.send().flush();
        return;
    }
    response.setContentType(answer.contentType);
    response.setContentLength64(static_cast<Poco::Int64>(answer.body.size()));
    std::ostream &out = response.send();
    if (request.getMethod() != Poco::Net::HTTPRequest::HTTP_HEAD)
        out << answer.body;
    out.flush();
}

/// The answer to a request that is let in; `atEnd` is set once the connection is at the end of the request.
ApiResponse answerTo(HTTPServerRequest &request, const ExchangeParts &parts, bool &atEnd)
{
    ApiRequest made;
    made.method = request.getMethod();
    made.path = request.getURI().substr(0, request.getURI().find('?'));
    bool isOurs = true; // what is refused now is refused by us
    try
    {
        readHeaders(request, made);
        const std::size_t length = lengthOf(request);
        std::size_t most = 0;
        try
        {
            readTarget(request.getURI(), made);
            isOurs = false;
            most = parts.admit(made);
            isOurs = true;
        }
        catch (const Problem &)
        {
            atEnd = throwAway(request, length);
            throw;
        }
        made.body = bodyOf(request, length, most);
        atEnd = true;
        parts.entering(ConnectionPhase::work);
        isOurs = false;
        return parts.answer(std::move(made));
    }
    catch (const Problem &problem)
    {
        if (isOurs)
            parts.refused(made, problem);
        return problem.toResponse();
    }
}

void exchange(HTTPServerRequest &request, HTTPServerResponse &response, const ExchangeParts &parts)
{
    parts.entering(ConnectionPhase::body);
    bool atEnd = false;
    const ApiResponse answer = answerTo(request, parts, atEnd);
    parts.entering(ConnectionPhase::answer);
    sendResponse(answer, atEnd, request, response);
    parts.entering(ConnectionPhase::head);
}

class ExchangeHandler : public Poco::Net::HTTPRequestHandler
{
public:
    explicit ExchangeHandler(const PartsFor &parts) : parts_(parts) {}
    void handleRequest(HTTPServerRequest &request, HTTPServerResponse &response) override
    {
        exchange(request, response, parts_(request));
    }

private:
    const PartsFor &parts_;
};

class ExchangeHandlerFactory : public Poco::Net::HTTPRequestHandlerFactory
{
public:
    explicit ExchangeHandlerFactory(PartsFor parts) : parts_(std::move(parts)) {}
    Poco::Net::HTTPRequestHandler *createRequestHandler(const HTTPServerRequest &) override
    {
        return new ExchangeHandler(parts_);
    }

private:
    PartsFor parts_;
};

} // namespace

Poco::Net::HTTPRequestHandlerFactory::Ptr exchangeHandlers(PartsFor parts)
{
    return new ExchangeHandlerFactory(std::move(parts));
}

Poco::Net::SocketImpl &socketOf(HTTPServerRequest &request)
{
    return *dynamic_cast<Poco::Net::HTTPServerRequestImpl &>(request).socket().impl();
}

} // namespace psa::host

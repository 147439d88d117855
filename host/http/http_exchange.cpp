#include "host/http/http_exchange.h"

#include "host/api/problem.h"
#include "host/json/utf8.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <istream>

namespace psa::host {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;
using PartsFor = std::function<ExchangeParts(HTTPServerRequest &)>;

Problem tooLarge()
{
    return {413, "too-large", "The request is too large",
            "A body holds at most " + std::to_string(largestRequestBody) + " bytes."};
}

std::string bodyOf(HTTPServerRequest &request)
{
    if (request.getChunkedTransferEncoding() && request.hasContentLength())
        throw Problem(400, "two-lengths", "The length of the body is not clear",
                      "Send Content-Length or Transfer-Encoding, not both.");
    if (!request.getChunkedTransferEncoding() && !request.hasContentLength())
        return {}; // Poco would read until the connection ends
    if (request.hasContentLength() && request.getContentLength64() > static_cast<Poco::Int64>(largestRequestBody))
        throw tooLarge();
    if (Poco::toLower(request.get("Content-Encoding", "identity")) != "identity")
        throw Problem(415, "compressed", "The body is compressed", "Send it without Content-Encoding.");
    std::string body;
    std::string part(16 << 10, '\0');
    std::istream &in = request.stream();
    while (in.read(part.data(), static_cast<std::streamsize>(part.size())) || in.gcount() > 0)
    {
        body.append(part, 0, static_cast<std::size_t>(in.gcount()));
        if (body.size() > largestRequestBody)
            throw tooLarge();
    }
    if (request.hasContentLength() && body.size() != static_cast<std::size_t>(request.getContentLength64()))
        throw Problem(400, "cut-short", "The body ends too early",
                      "It has " + std::to_string(body.size()) + " bytes, and Content-Length says " +
                          std::to_string(request.getContentLength64()) + ".");
    return body;
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

ApiRequest readRequest(HTTPServerRequest &request, const Caller &caller)
{
    if (request.getVersion() != HTTPServerRequest::HTTP_1_1 && request.getVersion() != HTTPServerRequest::HTTP_1_0)
        throw Problem(400, "http-version", "The version of HTTP is not known", "Send HTTP/1.1 or HTTP/1.0.");
    ApiRequest made;
    made.method = request.getMethod();
    made.caller = caller;
    readTarget(request.getURI(), made);
    for (const auto &[name, value] : request)
        if (!made.headers.emplace(Poco::toLower(name), value).second)
            throw Problem(400, "header-twice", "A header stands twice", name + " stands twice.");
    made.body = bodyOf(request);
    return made;
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

void exchange(HTTPServerRequest &request, HTTPServerResponse &response, const ExchangeParts &parts)
{
    parts.entering(ConnectionPhase::body);
    bool read = false;
    ApiResponse answer;
    try
    {
        ApiRequest made = readRequest(request, parts.caller());
        read = true;
        parts.entering(ConnectionPhase::work);
        answer = parts.answer(std::move(made));
    }
    catch (const Problem &problem)
    {
        answer = problem.toResponse();
    }
    parts.entering(ConnectionPhase::answer);
    sendResponse(answer, read, request, response);
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

#include "bench/bare_https.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

#include <stdexcept>

namespace psa::bench {

using namespace Poco::Net;

BareHttps::BareHttps(std::uint16_t port, const Context::Ptr &tls) : session_("127.0.0.1", port, tls)
{
    session_.setKeepAlive(true);
}

std::string BareHttps::post(const std::string &path, const std::vector<net::HttpHeader> &headers,
                            const std::string &body)
{
    HTTPRequest request(HTTPRequest::HTTP_POST, path, HTTPMessage::HTTP_1_1);
    for (const net::HttpHeader &header : headers)
        request.set(header.name, header.value);
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    session_.sendRequest(request) << body << std::flush;
    HTTPResponse response;
    std::string answer;
    Poco::StreamCopier::copyToString(session_.receiveResponse(response), answer);
    if (response.getStatus() != HTTPResponse::HTTP_OK)
        throw std::runtime_error("POST " + path + " is answered with " + std::to_string(response.getStatus()) + ": " +
                                 answer);
    return answer;
}

} // namespace psa::bench

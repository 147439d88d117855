#include "host/http/local_client.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

namespace psa::host {
namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

std::string targetOf(const ApiRequest &request)
{
    std::string target = request.path;
    for (const auto &[name, value] : request.query)
    {
        target += target.find('?') == std::string::npos ? '?' : '&';
        Poco::URI::encode(name, "&=+#%", target);
        target += '=';
        Poco::URI::encode(value, "&=+#%", target);
    }
    return target;
}

Poco::Net::StreamSocket connectTo(const std::filesystem::path &path)
{
    Poco::Net::StreamSocket socket;
    socket.connect(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path.string()));
    return socket;
}

/// Throws unless the whole request is with the kernel, which hands it on.
void send(Poco::Net::HTTPClientSession &session, const ApiRequest &request)
{
    HTTPRequest message(request.method, targetOf(request), HTTPRequest::HTTP_1_1);
    message.setHost("psa-host");
    for (const auto &[name, value] : request.headers)
        message.set(name, value);
    if (!request.body.empty())
        message.setContentType("application/json");
    message.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
    session.sendRequest(message) << request.body;
    session.flushRequest();
}

ApiResponse receive(Poco::Net::HTTPClientSession &session)
{
    HTTPResponse response;
    std::istream &in = session.receiveResponse(response);
    ApiResponse answer;
    answer.status = response.getStatus();
    answer.contentType = response.getContentType();
    Poco::StreamCopier::copyToString(in, answer.body);
    if (response.hasContentLength() && static_cast<Poco::Int64>(answer.body.size()) < response.getContentLength64())
        throw Poco::Net::NetException("the answer was cut short");
    for (const auto &[name, value] : response)
        answer.headers.emplace_back(name, value);
    return answer;
}

bool changesSomething(const ApiRequest &request)
{
    return request.method != "GET" && request.method != "HEAD";
}

HostUnreachable unreachable(const std::filesystem::path &path, const std::string &why, bool mayBeDone)
{
    return {mayBeDone, mayBeDone
                           ? "The psa-host at " + path.string() + " was asked, and its answer did not come: " + why +
                                 ". It may have done what it was asked for, or do it still. See whether it is "
                                 "still running, and what there is now, before you ask again."
                           : "The psa-host that has the store open does not answer at " + path.string() + ": " + why +
                                 ". Nothing was changed. See whether it is still running, and its log."};
}

} // namespace

ApiResponse askLocal(const std::filesystem::path &path, const ApiRequest &request)
{
    bool sent = false;
    try
    {
        Poco::Net::HTTPClientSession session(connectTo(path));
        session.setTimeout(Poco::Timespan(600, 0)); // a call into a plugin may take as long
        send(session, request);
        sent = true;
        return receive(session);
    }
    catch (const Poco::Exception &error)
    {
        throw unreachable(path, error.displayText(), sent && changesSomething(request));
    }
}

} // namespace psa::host

#include "tests/sandbox/http_client.h"

#include <Poco/Base64Encoder.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <sstream>

using namespace psa::sandbox;

namespace {

/// Null with plain HTTP.
Poco::Net::Context::Ptr clientContext(const Simulator &simulator)
{
    if (simulator.caFile().empty())
        return {};
    Poco::Net::Context::Params params;
    params.caLocation = simulator.caFile().string();
    params.loadDefaultCAs = false;
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    return new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
}

} // namespace

HttpClient::HttpClient(const Simulator &simulator, std::map<std::string, std::string> headers)
    : standard(std::move(headers)), port_(simulator.port()), tls_(clientContext(simulator))
{
}

std::unique_ptr<Poco::Net::HTTPClientSession> HttpClient::session() const
{
    std::unique_ptr<Poco::Net::HTTPClientSession> session;
    if (tls_)
        session = std::make_unique<Poco::Net::HTTPSClientSession>("127.0.0.1", port_, tls_);
    else
        session = std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", port_);
    session->setTimeout(Poco::Timespan(30, 0));
    return session;
}

HttpReply HttpClient::exchange(const std::string &method, const std::string &path, const std::string &body,
                               const std::map<std::string, std::string> &headers) const
{
    Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
    if (!body.empty())
    {
        request.setContentType("application/json");
        request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    }
    auto all = standard;
    for (const auto &[name, value] : headers)
        all[name] = value;
    for (const auto &[name, value] : all)
        if (!value.empty())
            request.set(name, value);
    const auto connection = session();
    connection->sendRequest(request) << body << std::flush;
    Poco::Net::HTTPResponse response;
    std::istream &in = connection->receiveResponse(response);
    HttpReply reply;
    Poco::StreamCopier::copyToString(in, reply.body);
    reply.status = response.getStatus();
    reply.contentType = response.getContentType();
    for (const auto &[name, value] : response)
        reply.headers[Poco::toLower(name)] = value;
    if (response.hasContentLength() && reply.body.size() != static_cast<std::size_t>(response.getContentLength64()))
        throw Poco::Net::MessageException("the body was cut");
    return reply;
}

bool certificateHolds(const Simulator &simulator, const std::string &name)
{
    Poco::Net::StreamSocket plain(Poco::Net::SocketAddress("127.0.0.1", simulator.port()));
    auto socket = Poco::Net::SecureStreamSocket::attach(plain, name, clientContext(simulator));
    try
    {
        socket.verifyPeerCertificate(name);
        return true;
    }
    catch (const Poco::Net::CertificateValidationException &)
    {
        return false;
    }
}

HttpReply control(const Simulator &simulator, const std::string &method, const std::string &path,
                  const std::string &body, const std::string &host)
{
    Poco::Net::HTTPClientSession session("127.0.0.1", simulator.controlPort());
    Poco::Net::HTTPRequest request(method, path, "HTTP/1.1");
    request.setHost(host);
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    HttpReply reply;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), reply.body);
    reply.status = response.getStatus();
    return reply;
}

void change(Object &object, const std::string &changes)
{
    Object::Ptr changed = parseObject(changes);
    for (const auto &[name, value] : *changed)
    {
        if (value.isEmpty())
            object.remove(name);
        else
            object.set(name, value);
    }
}

std::string basicHeader(const std::string &login)
{
    std::ostringstream out;
    Poco::Base64Encoder encoder(out);
    encoder.rdbuf()->setLineLength(0);
    encoder << login;
    encoder.close();
    return "Basic " + out.str();
}

std::string encoded(const std::string &text)
{
    std::string result;
    Poco::URI::encode(text, "{}[]\":,&=+#?@", result);
    return result;
}

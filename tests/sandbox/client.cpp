#include "tests/sandbox/client.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/URI.h>

using namespace psa::sandbox;

Client::Client(const AutotaskSandbox &sandbox)
    : standard{{"ApiIntegrationCode", sandbox.integrationCode()},
               {"UserName", sandbox.user()},
               {"Secret", sandbox.secret()},
               {"Host", "webservices5.autotask.net"}},
      port_(sandbox.port())
{
    if (sandbox.caFile().empty())
        return;
    Poco::Net::Context::Params params;
    params.caLocation = sandbox.caFile().string();
    params.loadDefaultCAs = false;
    params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
    tls_ = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
}

std::unique_ptr<Poco::Net::HTTPClientSession> Client::session() const
{
    std::unique_ptr<Poco::Net::HTTPClientSession> session;
    if (tls_)
        session = std::make_unique<Poco::Net::HTTPSClientSession>("127.0.0.1", port_, tls_);
    else
        session = std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", port_);
    session->setTimeout(Poco::Timespan(30, 0));
    return session;
}

Reply Client::call(const std::string &method, const std::string &path, const std::string &body,
                   const std::map<std::string, std::string> &headers) const
{
    auto all = standard;
    for (const auto &[name, value] : headers)
        all[name] = value;
    Poco::Net::HTTPRequest request(method, path, Poco::Net::HTTPMessage::HTTP_1_1);
    for (const auto &[name, value] : all)
        if (!value.empty())
            request.set(name, value);
    if (!body.empty())
    {
        request.setContentType("application/json");
        request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    }
    const auto connection = session();
    connection->sendRequest(request) << body << std::flush;
    Poco::Net::HTTPResponse response;
    std::istream &in = connection->receiveResponse(response);
    Reply reply;
    Poco::StreamCopier::copyToString(in, reply.body);
    reply.status = response.getStatus();
    reply.contentType = response.getContentType();
    for (const auto &[name, value] : response)
        reply.headers[Poco::toLower(name)] = value;
    if (response.hasContentLength() && reply.body.size() != static_cast<std::size_t>(response.getContentLength64()))
        throw Poco::Net::MessageException("the body was cut");
    return reply;
}

Reply Client::create(const std::string &changes) const
{
    Object::Ptr ticket = parseObject(R"({"companyID": 174, "title": "Disk full", "status": 1, "priority": 2})");
    Object::Ptr changed = parseObject(changes);
    for (const auto &[name, value] : *changed)
    {
        if (value.isEmpty())
            ticket->remove(name);
        else
            ticket->set(name, value);
    }
    return post(base + "Tickets", toText(ticket));
}

std::int64_t Client::count(const std::string &filter) const
{
    const Reply reply = post(base + "Tickets/query/count", "{\"filter\":[" + filter + "]}");
    return reply.json()->getValue<std::int64_t>("queryCount");
}

std::string encoded(const std::string &text)
{
    std::string result;
    Poco::URI::encode(text, "{}[]\":,&=+#?@", result);
    return result;
}

#pragma once

#include "sandbox/common/simulator.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>

#include <map>
#include <memory>
#include <string>

/// A service's answer.
struct HttpReply
{
    int status = 0;
    std::string body;
    std::string contentType;
    std::map<std::string, std::string> headers; ///< Names in lower case.

    psa::sandbox::Object::Ptr json() const { return psa::sandbox::parseObject(body); }
};

/// A client of one simulator; each call opens a new connection. A call without a complete answer throws a
/// Poco::Exception. May be called from any thread.
class HttpClient
{
public:
    HttpClient(const psa::sandbox::Simulator &simulator, std::map<std::string, std::string> headers);

    /// A body is JSON unless `headers` name another Content-Type.
    HttpReply exchange(const std::string &method, const std::string &path, const std::string &body = "",
                       const std::map<std::string, std::string> &headers = {}) const;
    std::unique_ptr<Poco::Net::HTTPClientSession> session() const;

    std::map<std::string, std::string> standard; ///< Headers of every call; empty values are not sent.

private:
    std::uint16_t port_;
    Poco::Net::Context::Ptr tls_; ///< Null with plain HTTP.
};

/// The simulator's certificate is valid for the host `name`, under its own CA alone.
bool certificateHolds(const psa::sandbox::Simulator &simulator, const std::string &name);

/// One request to the control endpoint of a simulator.
HttpReply control(const psa::sandbox::Simulator &simulator, const std::string &method, const std::string &path,
                  const std::string &body = "", const std::string &host = "localhost");

/// Sets the members of the JSON object `changes`; one that is null is removed.
void change(psa::sandbox::Object &object, const std::string &changes);

/// "Basic ..." of "user:password", for the header Authorization.
std::string basicHeader(const std::string &login);

/// Options of a simulator with a control endpoint.
template <class Options>
Options withControl()
{
    Options options;
    options.controlPort = 0;
    return options;
}

/// Percent-encoded for a URL.
std::string encoded(const std::string &text);

#pragma once

#include "sandbox/autotask/autotask_sandbox.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>

#include <map>
#include <memory>
#include <string>

/// What the service answered.
struct Reply
{
    int status = 0;
    std::string body;
    std::string contentType;
    std::map<std::string, std::string> headers; ///< Names in lower case.

    psa::sandbox::Object::Ptr json() const { return psa::sandbox::parseObject(body); }
    /// The first of "errors".
    std::string error() const { return json()->getArray("errors")->getElement<std::string>(0); }
    std::int64_t itemId() const { return json()->getValue<std::int64_t>("itemId"); }
    psa::sandbox::Object::Ptr item() const { return json()->getObject("item"); }
    psa::sandbox::Array::Ptr items() const { return json()->getArray("items"); }
};

/// A client of one sandbox with good credentials; each call opens a connection of its own. A call that gets no whole
/// answer throws a Poco::Exception. May be called from any thread.
class Client
{
public:
    explicit Client(const psa::sandbox::AutotaskSandbox &sandbox);

    Reply call(const std::string &method, const std::string &path, const std::string &body = "",
               const std::map<std::string, std::string> &headers = {}) const;
    Reply get(const std::string &path) const { return call("GET", path); }
    Reply post(const std::string &path, const std::string &body) const { return call("POST", path, body); }
    /// A ticket that the default tenant takes, with these members added or put in place of others; null removes.
    Reply create(const std::string &changes = "{}") const;
    std::int64_t count(const std::string &filter) const;
    std::unique_ptr<Poco::Net::HTTPClientSession> session() const;

    std::map<std::string, std::string> standard; ///< Headers of every call; empty values are not sent.

private:
    std::uint16_t port_;
    Poco::Net::Context::Ptr tls_; ///< Null with plain HTTP.
};

/// Percent-encoded for a URL.
std::string encoded(const std::string &text);

/// A sandbox and its client.
struct Running
{
    psa::sandbox::AutotaskSandbox sandbox;
    Client client{sandbox};

    explicit Running(const psa::sandbox::AutotaskOptions &options = {}) : sandbox(options) {}
};

const std::string base = "/ATServicesRest/V1.0/";

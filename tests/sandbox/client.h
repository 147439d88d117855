#pragma once

#include "sandbox/autotask/autotask_sandbox.h"
#include "tests/sandbox/http_client.h"

/// The service's answer.
struct Reply : HttpReply
{
    /// The first of "errors".
    std::string error() const { return json()->getArray("errors")->getElement<std::string>(0); }
    std::int64_t itemId() const { return json()->getValue<std::int64_t>("itemId"); }
    psa::sandbox::Object::Ptr item() const { return json()->getObject("item"); }
    psa::sandbox::Array::Ptr items() const { return json()->getArray("items"); }
};

/// A client of one sandbox with valid credentials.
class Client : public HttpClient
{
public:
    explicit Client(const psa::sandbox::autotask::AutotaskSandbox &sandbox);

    Reply call(const std::string &method, const std::string &path, const std::string &body = "",
               const std::map<std::string, std::string> &headers = {}) const
    {
        return {exchange(method, path, body, headers)};
    }
    Reply get(const std::string &path) const { return call("GET", path); }
    Reply post(const std::string &path, const std::string &body) const { return call("POST", path, body); }
    /// A ticket that the default tenant accepts, with these members added or replaced; null removes one.
    Reply create(const std::string &changes = "{}") const;
    std::int64_t count(const std::string &filter) const;
};

/// A sandbox and its client.
struct Running
{
    psa::sandbox::autotask::AutotaskSandbox sandbox;
    Client client{sandbox};

    explicit Running(const psa::sandbox::autotask::AutotaskOptions &options = {}) : sandbox(options) {}
};

const std::string base = "/ATServicesRest/V1.0/";

#pragma once

#include "sandbox/connectwise/connectwise_sandbox.h"
#include "tests/sandbox/http_client.h"

#include <vector>

namespace psa::sandbox::test {

/// Where v4_6_release is redirected.
const std::string api = "/v4_6_release/apis/3.0/";

/// The service's answer.
struct CwReply : HttpReply
{
    Array::Ptr rows() const { return asArray(parseJson(body)); }
    std::string code() const { return json()->optValue<std::string>("code", ""); }
    std::string message() const { return json()->optValue<std::string>("message", ""); }
    /// "code|message|resource|field" of each of "errors".
    std::vector<std::string> errors() const;
    std::int64_t id() const { return json()->getValue<std::int64_t>("id"); }
    /// The text at a path such as "status/name"; empty if it is missing.
    std::string at(const std::string &path) const;
};

/// A client of one ConnectWise sandbox with valid credentials.
class CwClient : public ::HttpClient
{
public:
    explicit CwClient(const connectwise::ConnectWiseSandbox &sandbox);

    CwReply call(const std::string &method, const std::string &path, const std::string &body = "",
                 const std::map<std::string, std::string> &headers = {}) const
    {
        return {exchange(method, path, body, headers)};
    }
    /// Of the API: "service/tickets/5".
    CwReply get(const std::string &path, const std::map<std::string, std::string> &headers = {}) const
    {
        return call("GET", api + path, "", headers);
    }
    CwReply post(const std::string &path, const std::string &body) const { return call("POST", api + path, body); }
    CwReply patch(std::int64_t ticket, const std::string &operations) const
    {
        return call("PATCH", api + "service/tickets/" + std::to_string(ticket), operations);
    }
    /// A ticket that the default tenant accepts, with these members added or replaced; null removes one.
    CwReply create(const std::string &changes = "{}") const;
    /// The entries that match the conditions, such as find("service/tickets", "id=5").
    CwReply find(const std::string &list, const std::string &conditions, const std::string &more = "") const;
    /// Their ids, as "1 2 3".
    std::string ids(const std::string &list, const std::string &conditions, const std::string &more = "") const;
};

/// The header Authorization.
std::string basic(const std::string &company, const std::string &publicKey, const std::string &privateKey);

/// A sandbox and its client.
struct CwRunning
{
    connectwise::ConnectWiseSandbox sandbox;
    CwClient client{sandbox};

    explicit CwRunning(const connectwise::ConnectWiseOptions &options = {}) : sandbox(options) {}
};

} // namespace psa::sandbox::test

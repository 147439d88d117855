#pragma once

#include "sandbox/common/json_tools.h"

#include <Poco/Net/NameValueCollection.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace psa::sandbox {

struct Request
{
    std::string method;
    std::string target;                       ///< Path and query as received.
    std::string path;                         ///< Percent-decoded, without the query.
    std::map<std::string, std::string> query; ///< Decoded; names in lower case.
    Poco::Net::NameValueCollection headers;   ///< Names ignore case.
    std::string body;
    unsigned long long number = 0; ///< Number in the request log, from 1.

    std::string header(const std::string &name) const { return headers.get(name, ""); }
    std::string parameter(const std::string &name) const
    {
        const auto found = query.find(name);
        return found == query.end() ? "" : found->second;
    }
};

struct Answer
{
    int status = 200;
    std::string body;
    std::string contentType = "application/json; charset=utf-8"; ///< Not sent if the body is empty.
    std::vector<std::pair<std::string, std::string>> headers{};
};

/// "user:password" of a login by HTTP Basic; empty if the request has none.
std::string basicLogin(const Request &request);

Answer json(int status, const Var &body);
/// An error page of the web server in front of a service.
Answer htmlError(int status, const std::string &title);

} // namespace psa::sandbox

#pragma once

#include <map>
#include <string>
#include <vector>

namespace psa::host {

/// Who asks.
struct Caller
{
    std::string name;         ///< For the audit: "uid 1000", a token's name.
    std::string address = ""; ///< Over the network: where it comes from.
    std::string token = "";   ///< Over the network: the id of the API token that it shows, whether it holds or not.
};

/// One request to the API, whichever way it came.
struct ApiRequest
{
    std::string method; ///< In capitals.
    std::string path;   ///< Decoded only where the router takes it apart; without the query.
    std::multimap<std::string, std::string> query;
    std::map<std::string, std::string> headers; ///< Names in lower case.
    std::string body;
    Caller caller;
    std::map<std::string, std::string> parameters; ///< What stands in the route's braces; the router fills it in.

    /// The first value of `name` in the query; empty if there is none.
    std::string queryValue(const std::string &name) const
    {
        const auto at = query.find(name);
        return at == query.end() ? std::string() : at->second;
    }
    /// The header `name`, given in lower case; empty if there is none.
    std::string header(const std::string &name) const
    {
        const auto at = headers.find(name);
        return at == headers.end() ? std::string() : at->second;
    }
};

struct ApiResponse
{
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
};

} // namespace psa::host

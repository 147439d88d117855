#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::http {

/// Who asks.
struct Caller
{
    std::string name;         ///< For the audit: "uid 1000", a token's name.
    std::string address = ""; ///< Over the network: where it comes from.
    std::string token = "";   ///< Over the network: the id of the API token that was sent, valid or not.
};

/// One request to the API, from the network or the socket.
struct ApiRequest
{
    std::string method; ///< In capitals.
    std::string path;   ///< Decoded only where the router takes it apart; without the query.
    std::multimap<std::string, std::string> query;
    std::map<std::string, std::string> headers; ///< Names in lower case.
    std::string body;
    Caller caller;
    std::map<std::string, std::string> parameters; ///< Values of the route's parameters in braces; set by the router.

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

class PendingAnswer;

struct ApiResponse
{
    int status = 200;
    std::string contentType = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    /// If set, the answer itself comes from it; the members above say nothing.
    std::shared_ptr<PendingAnswer> pending = nullptr;
    /// If set, the body is a stream: called repeatedly, on the server's own thread, for what is to be sent next; "" =
    /// nothing now. It waits for nothing and throws nothing. The connection's end ends it.
    std::function<std::string()> events = nullptr;
};

/// A pending response, for which no thread waits. Its owner keeps it until the response is there, or drops it earlier
/// if it is not needed any more.
class PendingAnswer
{
public:
    /// Makes the answer, or throws what a handler may.
    using Make = std::function<ApiResponse()>;
    using Take = std::function<void(Make)>;

    virtual ~PendingAnswer() = default;

    /// Called once. `take` is called once, from any thread, perhaps before this returns; it is quick and throws
    /// nothing.
    virtual void start(Take take) = 0;
    /// Stops waiting: gives the response with what is known now. Called after start(), possibly when the response was
    /// already given. Thread-safe.
    virtual void hurry() {}
    /// How long the client wants to wait before hurry() is called; 0 = the response comes on its own.
    virtual std::chrono::milliseconds patience() const { return {}; }
};

} // namespace psa::http

#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::http {

/// Who sent a request.
struct Caller
{
    std::string name;         ///< For the audit log: "uid 1000", a token's name.
    std::string address = ""; ///< Over the network: the client's address.
    std::string token = "";   ///< Over the network: the id of the API token that was sent, valid or not.
    /// The connections that it may use; all others do not exist for it. nullopt = it may use all.
    std::optional<std::set<std::string>> connections = {};
    bool isAdmin = false; ///< May do everything, for routes that show an admin more.

    bool mayUse(const std::string &connection) const { return !connections || connections->contains(connection); }
};

/// One request to the API, from the network or the socket.
struct ApiRequest
{
    std::string method; ///< In upper case.
    std::string path;   ///< Percent-encoded until the router splits it; without the query.
    std::multimap<std::string, std::string> query;
    std::map<std::string, std::string> headers; ///< Names in lower case.
    std::string body;
    Caller caller;
    std::map<std::string, std::string> parameters; ///< Values of the route's parameters in braces; set by the router.
    /// Set by the server: before the request is refused for what this host does not know, see AskAgain.
    bool mayAskAgain = false;

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
    /// If set, the response comes from it, and the members above are ignored.
    std::shared_ptr<PendingAnswer> pending = nullptr;
    /// If set, the body is a stream: called repeatedly, on the server's own thread, for the next bytes to send; "" =
    /// nothing now. Must not block or throw. Ends with the connection.
    std::function<std::string()> events = nullptr;
    /// If set, there is no response: see AskAgain.
    bool askAgain = false;
};

/// A pending response, for which no thread waits. Its owner keeps it until the response is there, or drops it earlier
/// if it is not needed any more.
class PendingAnswer
{
public:
    /// Creates the response, or throws what a handler may throw.
    using Make = std::function<ApiResponse()>;
    using Take = std::function<void(Make)>;

    virtual ~PendingAnswer() = default;

    /// Called once. `take` is called once, from any thread, possibly before this returns; it must be quick and must not
    /// throw.
    virtual void start(Take take) = 0;
    /// Stops waiting: gives the response with what is known now. Called after start(), possibly when the response was
    /// already given. Thread-safe.
    virtual void respondNow() {}
    /// How long the client wants to wait before respondNow() is called; 0 = the response comes on its own.
    virtual std::chrono::milliseconds patience() const { return {}; }
};

} // namespace psa::http

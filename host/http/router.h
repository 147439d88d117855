#pragma once

#include "host/http/message.h"
#include "host/http/problem.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace psa::http {

/// The permission that a route requires.
enum class Scope
{
    anybody, ///< Needs no token.
    submit,  ///< Submit tickets.
    read,    ///< Read everything except secrets.
    operate, ///< Decide on tickets, and add notes and changes to them.
    admin    ///< Everything, also change connections and tokens.
};

/// The only table of the API's routes, for all ways in. Immutable once it is filled; thread-safe.
class Router
{
public:
    using Handler = std::function<ApiResponse(const ApiRequest &)>;
    using LogError = std::function<void(const std::string &)>;
    using Refused = std::function<void(const ApiRequest &, const Problem &)>;
    struct Route;
    /// Makes this host know what other hosts had stored before the call, then calls the function, from any thread: with true,
    /// or with false if that is not possible now.
    using CatchUp = std::function<void(std::function<void(bool known)>)>;
    using Check = std::function<void(const Route &, const ApiRequest &)>;

    /// Maximum size of a body, in bytes, unless its route or scope sets another one.
    static constexpr std::size_t largestBody = 1 << 20;

    /// What a handler may block on, apart from a pending response.
    enum class Waits
    {
        never,    ///< It is called on the thread that serves all connections.
        forStore, ///< Or for anything else that is brief.
        forPsa    ///< It may call a plugin, or take seconds for other reasons.
    };

    struct Route
    {
        std::string method;
        std::string path; ///< "/v1/tickets/{id}"; a name in braces stands for one segment.
        Scope scope;
        Handler handler;
        Waits waits = Waits::forStore;
        Waits (*waitsOf)(const ApiRequest &) = nullptr; ///< Used instead of `waits` if it depends on the request.
        /// Names of its query parameters. "state*" may be repeated; "dependsOn." stands for all names that begin so, "*"
        /// for any, repeated or not.
        std::vector<std::string> query = {};
        std::size_t maxBody = largestBody; ///< Of a request that was authenticated, in bytes.
        /// Authenticates a request to a route whose callers have credentials of their own instead of an API token; its
        /// handler still checks them, for callers on the socket. From the head only, before the body is read; on the
        /// server's thread. Completes the caller; throws Problem to reject it, or AskAgain.
        std::function<void(ApiRequest &)> admit = nullptr;
        std::vector<std::string> segments = {}; ///< Of the path; set by add().
    };

    /// `logError` gets exceptions of handlers that are not Problems: the caller is only told that something went wrong.
    /// `refused`, if set, is called for each request that is answered with a problem. `toProblem`, if set, is called in
    /// a catch block and converts exceptions that it knows to problems. `check`, if set, is called before the handler of
    /// each route, and throws what it may throw to reject the request.
    explicit Router(LogError logError, Refused refused = nullptr, std::function<void()> toProblem = nullptr,
                    Check check = nullptr)
        : logError_(std::move(logError)), refused_(std::move(refused)), toProblem_(std::move(toProblem)),
          check_(std::move(check))
    {
    }

    void add(Route route);
    /// The handler is a member function of `handlers`, which is owned by the route.
    template <class Handlers, class Verb>
    void add(const char *method, const char *path, Scope scope, std::shared_ptr<Handlers> handlers, Verb verb,
             Waits waits = Waits::forStore, std::vector<std::string> query = {})
    {
        add({method, path, scope,
             [handlers = std::move(handlers), verb](const ApiRequest &request) { return (*handlers.*verb)(request); },
             waits, nullptr, std::move(query)});
    }
    const std::vector<Route> &routes() const { return routes_; }

    /// Several hosts serve one store: a request is refused for what this host does not know only after `catchUp`.
    void catchUpBy(CatchUp catchUp) { catchUp_ = std::move(catchUp); }
    /// nullptr = this host knows everything.
    const CatchUp &catchUp() const { return catchUp_; }

    /// The route for `request`, whose parameters are set; nullptr if there is none. HEAD uses the route of GET. Throws
    /// Problem for an invalid path, or one that exists only with other methods.
    const Route *find(ApiRequest &request) const;

    /// Must be called for a request that is rejected before begin(), with as much of it as is known.
    void refused(const ApiRequest &request, const Problem &problem) const
    {
        if (refused_)
            refused_(request, problem);
    }

    /// The response to `request` after an exception other than Problem; `what` goes only to the log.
    ApiResponse failed(const ApiRequest &request, const std::string &what) const;

    /// The response of `route`, which find() returned for `request`; a problem document for any error, also in a
    /// pending response, and for a query that a route below /v1/ does not take. Does not check scopes. If the request may be
    /// asked again, and is refused for something that another host may have changed, ApiResponse::askAgain.
    ApiResponse begin(const Route *route, const ApiRequest &request) const;
    /// Like find() and begin(); blocks until the response is there.
    ApiResponse handle(ApiRequest request) const;

private:
    class MappedAnswer;
    ApiResponse guarded(const ApiRequest &request, const std::function<ApiResponse()> &make,
                        bool mayAskAgain = false) const;

    LogError logError_;
    Refused refused_;
    std::function<void()> toProblem_;
    Check check_;
    CatchUp catchUp_;
    std::vector<Route> routes_;
};

/// The path of a request for people to read: without what follows the name of a webhook, which may be a secret,
/// wherever in the path and however encoded that is.
std::string shownPath(const std::string &path);

/// An admitted request.
struct Admitted
{
    const Router::Route *route = nullptr; ///< As returned by Router::find().
    std::size_t maxBody = 0;              ///< Maximum size of its body, in bytes.
};

/// Decides which requests are admitted. Runs on the server's thread, so it must not block.
class RequestGuard
{
public:
    virtual ~RequestGuard() = default;

    /// Decides from the request head only, before the body is read; completes the caller, whose address is set. Throws
    /// Problem to reject it, or AskAgain.
    virtual Admitted admit(ApiRequest &head) = 0;
    /// Called for a request that the server itself rejects, such as one that is too large, with as much of it as is
    /// known.
    virtual void refused(ApiRequest request, const Problem &problem) const = 0;
};

/// A file that was compiled into the program.
struct EmbeddedFile
{
    const char *type; ///< Value of Content-Type.
    const char *content;
};

/// By name; generated by the build from the files in a folder.
using EmbeddedFiles = std::map<std::string, EmbeddedFile>;

} // namespace psa::http

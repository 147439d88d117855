#pragma once

#include "host/http/message.h"
#include "host/http/problem.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::http {

/// What a caller must be allowed to do.
enum class Scope
{
    anybody, ///< Needs no token.
    submit,  ///< Submit tickets and follow their state.
    read,    ///< Read everything except secrets.
    admin    ///< Change connections and decide on tickets.
};

/// The only table of the API's routes, for all ways in. Immutable once it is filled; thread-safe.
class Router
{
public:
    using Handler = std::function<ApiResponse(const ApiRequest &)>;
    using LogError = std::function<void(const std::string &)>;
    using Refused = std::function<void(const ApiRequest &, const Problem &)>;

    /// What a handler may block on, apart from a pending response.
    enum class Waits
    {
        never,    ///< It is called on the thread that serves every connection.
        forStore, ///< Or for anything else that takes a moment.
        forPsa    ///< It may call a plugin, or take seconds for another reason.
    };

    struct Route
    {
        std::string method;
        std::string path; ///< "/v1/tickets/{id}"; a name in braces stands for one segment.
        Scope scope;
        Handler handler;
        Waits waits = Waits::forStore;
        Waits (*waitsOf)(const ApiRequest &) = nullptr; ///< In place of `waits` where it depends on the request.
        std::vector<std::string> segments = {};         ///< Of the path; add() fills it in.
    };

    /// `logError` gets what a handler threw that is no Problem: the caller only reads that something went wrong.
    /// `refused`, if set, is called for each request that is answered with a problem. `toProblem`, if set, is called in
    /// a catch block and converts exceptions that it knows to problems.
    explicit Router(LogError logError, Refused refused = nullptr, std::function<void()> toProblem = nullptr)
        : logError_(std::move(logError)), refused_(std::move(refused)), toProblem_(std::move(toProblem))
    {
    }

    void add(Route route);
    /// The handler is a member function of `handlers`, which the route keeps.
    template <class Handlers, class Verb>
    void add(const char *method, const char *path, Scope scope, std::shared_ptr<Handlers> handlers, Verb verb,
             Waits waits = Waits::forStore)
    {
        add({method, path, scope,
             [handlers = std::move(handlers), verb](const ApiRequest &request) { return (*handlers.*verb)(request); },
             waits});
    }
    const std::vector<Route> &routes() const { return routes_; }

    /// The route that `request` means, with the parameters filled in; nullptr if there is none. HEAD means that of GET.
    /// Throws Problem for a path with another method, or that is no path.
    const Route *find(ApiRequest &request) const;

    /// To be called by whoever refuses a request before it gets to begin(), with as much of it as is known.
    void refused(const ApiRequest &request, const Problem &problem) const
    {
        if (refused_)
            refused_(request, problem);
    }

    /// What `request` is answered where something else than a Problem was thrown for it; `what` goes to the log alone.
    ApiResponse failed(const ApiRequest &request, const std::string &what) const;

    /// The response of `route`, which find() returned for `request`; a problem document for any error, also in a
    /// pending response. Does not check scopes.
    ApiResponse begin(const Route *route, const ApiRequest &request) const;
    /// What the route of `request` answers; waits for it.
    ApiResponse handle(ApiRequest request) const;

    /// What every body may have that no route or scope sets a smaller limit for.
    static constexpr std::size_t largestBody = 1 << 20;

private:
    class MappedAnswer;
    ApiResponse guarded(const ApiRequest &request, const std::function<ApiResponse()> &make) const;

    LogError logError_;
    Refused refused_;
    std::function<void()> toProblem_;
    std::vector<Route> routes_;
};

/// An admitted request.
struct Admitted
{
    const Router::Route *route = nullptr; ///< As Router::find() gave it.
    std::size_t mostBody = 0;             ///< How many bytes its body may have.
};

/// Decides which requests are admitted. Runs on the server's thread, so it must not block.
class RequestGuard
{
public:
    virtual ~RequestGuard() = default;

    /// Decides from the request head only, before the body is read; completes the caller, whose address is set. Throws
    /// Problem to reject it.
    virtual Admitted admit(ApiRequest &head) = 0;
    /// Called for a request that the server itself rejects, such as one that is too large, with as much of it as is
    /// known.
    virtual void refused(ApiRequest request, const Problem &problem) const = 0;
};

} // namespace psa::http

#pragma once

#include "host/http/message.h"
#include "host/http/problem.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace psa::host {

/// What a caller must be allowed to do.
enum class Scope
{
    anybody, ///< Needs no token.
    submit,  ///< Hand tickets in and see what became of them.
    read,    ///< See everything but secrets.
    admin    ///< Change connections and decide on tickets.
};

/// The one table of what the API can do, whichever way a request comes. Constant once it is filled; from any thread.
class Router
{
public:
    using Handler = std::function<ApiResponse(const ApiRequest &)>;
    using LogError = std::function<void(const std::string &)>;
    using Refused = std::function<void(const ApiRequest &, const Problem &)>;

    struct Route
    {
        std::string method;
        std::string path; ///< "/v1/tickets/{id}"; a name in braces stands for one segment.
        Scope scope;
        Handler handler;
    };

    /// `logError` gets what a handler threw that is no Problem: the caller only reads that something went wrong.
    /// `refused`, if there is one, is told of each request that is answered with a problem. `toProblem`, if there is one,
    /// is called in a catch block, and throws what it knows a problem for as that.
    explicit Router(LogError logError, Refused refused = nullptr, std::function<void()> toProblem = nullptr)
        : logError_(std::move(logError)), refused_(std::move(refused)), toProblem_(std::move(toProblem))
    {
    }

    void add(Route route) { routes_.push_back(std::move(route)); }
    /// The handler is a member function of `handlers`, which the route keeps.
    template <class Handlers, class Verb>
    void add(const char *method, const char *path, Scope scope, std::shared_ptr<Handlers> handlers, Verb verb)
    {
        add({method, path, scope,
             [handlers = std::move(handlers), verb](const ApiRequest &request) { return (*handlers.*verb)(request); }});
    }
    const std::vector<Route> &routes() const { return routes_; }

    /// The route that `request` means, with the parameters filled in; nullptr if there is none. Throws Problem for a
    /// path with another method, or that is no path.
    const Route *find(ApiRequest &request) const;

    /// To be called by whoever refuses a request before it gets to handle(), with as much of it as is known.
    void refused(const ApiRequest &request, const Problem &problem) const
    {
        if (refused_)
            refused_(request, problem);
    }

    /// What the route answers; a problem document for whatever goes wrong. Does not look at scopes.
    ApiResponse handle(ApiRequest request) const;

private:
    ApiResponse run(ApiRequest &request) const;
    ApiResponse failed(const ApiRequest &request, const std::string &what) const;

    LogError logError_;
    Refused refused_;
    std::function<void()> toProblem_;
    std::vector<Route> routes_;
};

} // namespace psa::host

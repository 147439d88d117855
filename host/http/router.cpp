#include "host/http/router.h"

#include "host/json/utf8.h"

#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <future>
#include <map>
#include <optional>
#include <set>

namespace psa::http {
namespace {

/// "/a/b" as {"a", "b"}, decoded.
std::vector<std::string> segmentsOf(const std::string &path)
{
    std::vector<std::string> segments;
    for (std::size_t begin = 1; begin <= path.size();)
    {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        std::string decoded;
        Poco::URI::decode(path.substr(begin, end - begin), decoded);
        segments.push_back(std::move(decoded));
        begin = end + 1;
    }
    return segments;
}

/// The values of the names in braces, if `segments` match `pattern`.
std::optional<std::map<std::string, std::string>> match(const std::vector<std::string> &pattern,
                                                        const std::vector<std::string> &segments)
{
    if (pattern.size() != segments.size())
        return std::nullopt;
    std::map<std::string, std::string> parameters;
    for (std::size_t i = 0; i < pattern.size(); ++i)
    {
        if (pattern[i].starts_with('{'))
            parameters[pattern[i].substr(1, pattern[i].size() - 2)] = segments[i];
        else if (pattern[i] != segments[i])
            return std::nullopt;
    }
    return parameters;
}

/// A sentence with the names of the query parameters of `route`.
std::string knownParameters(const Router::Route &route)
{
    std::string names;
    for (const std::string &name : route.query)
        names += (names.empty() ? "" : ", ") + name.substr(0, name.find('*')) + (name.ends_with('.') ? "NAME" : "");
    return names.empty() ? "It has none." : "It has: " + names + ".";
}

std::vector<std::string> pathOf(const ApiRequest &request)
try
{
    std::vector<std::string> segments = segmentsOf(request.path);
    for (const std::string &segment : segments)
        if (!json::isValidUtf8(segment) || segment.find('\0') != std::string::npos)
            throw Problem(400, "bad-path", "Invalid path", "A segment of the path is not UTF-8 text.");
    return segments;
}
catch (const Poco::Exception &)
{
    throw Problem(400, "bad-path", "Invalid path", "A percent sign in the path is not followed by two hex digits.");
}

/// Whether `known`, an entry of Route::query, stands for the parameter `name`.
bool standsFor(const std::string &known, const std::string &name)
{
    return known == "*" || known == name || known == name + "*" || (known.ends_with('.') && name.starts_with(known));
}

/// Rejects a query with a parameter that `route` does not have, or has once: ignored, it would make the request do
/// something else than its sender believes.
void checkQuery(const Router::Route &route, const ApiRequest &request)
{
    const std::string operation = route.method + " " + route.path;
    for (const auto &[name, value] : request.query)
    {
        const auto known = std::find_if(route.query.begin(), route.query.end(),
                                        [&name = name](const std::string &each) { return standsFor(each, name); });
        const std::string shown = json::printable(json::cutUtf8(name, 100));
        if (known == route.query.end())
            throw badQuery(operation + " has no query parameter \"" + shown + "\". " + knownParameters(route));
        if (!known->ends_with('*') && request.query.count(name) > 1)
            throw badQuery("The query has \"" + shown + "\" more than once, but " + operation + " takes one value.");
    }
}

} // namespace

std::string shownPath(const std::string &path)
{
    bool isHook = false;
    for (std::size_t begin = 0; begin < path.size();)
    {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        if (isHook) // this is its name
            return end + 1 < path.size() ? path.substr(0, end + 1) + "…" : path;
        std::string segment = path.substr(begin, end - begin);
        try
        {
            std::string decoded;
            Poco::URI::decode(segment, decoded);
            segment = std::move(decoded);
        }
        catch (const Poco::Exception &) // not a segment of ours
        {
        }
        isHook = isHook || Poco::icompare(segment, "hooks") == 0;
        begin = end + 1;
    }
    return path;
}

namespace {

/// What another host has just stored, or removed, may be why a request is refused so.
bool isForWhatIsStored(const Problem &problem)
{
    constexpr std::array statuses = {401, 403, 404, 409, 410, 422};
    return std::find(statuses.begin(), statuses.end(), problem.status()) != statuses.end();
}

} // namespace

void Router::add(Route route)
{
    route.segments = segmentsOf(route.path);
    routes_.push_back(std::move(route));
}

const Router::Route *Router::find(ApiRequest &request) const
{
    const std::vector<std::string> segments = pathOf(request);
    const std::string method = request.method == "HEAD" ? "GET" : request.method;
    std::set<std::string> others;
    for (const Route &route : routes_)
    {
        auto parameters = match(route.segments, segments);
        if (!parameters)
            continue;
        if (route.method == method)
        {
            request.parameters = std::move(*parameters);
            return &route;
        }
        others.insert(route.method); // only once, though several patterns may match
    }
    if (others.empty())
        return nullptr;
    if (others.contains("GET"))
        others.insert("HEAD");
    const std::string list = Poco::cat(std::string(", "), others.begin(), others.end());
    throw Problem(405, "method-not-allowed", "Method not allowed",
                  shownPath(request.path) + " takes " + list + ", not " + request.method + ".")
        .header("Allow", list);
}

ApiResponse Router::failed(const ApiRequest &request, const std::string &what) const
{
    logError_(request.method + " " + shownPath(request.path) + ": " + what);
    const Problem problem(500, "internal", "Internal error",
                          "The log of psa-host says what went wrong; nothing was lost.");
    refused(request, problem);
    return problem.toResponse();
}

/// The result of `make` for `request`, or the problem that it throws.
ApiResponse Router::guarded(const ApiRequest &request, const std::function<ApiResponse()> &make, bool mayAskAgain) const
try
{
    try
    {
        ApiResponse response = make();
        // A damaged row may contain such bytes, and no client can read a response with them.
        if (response.contentType == "application/json" && !json::isValidUtf8(response.body))
            response.body = json::replaceInvalidUtf8(response.body);
        return response;
    }
    catch (...)
    {
        if (toProblem_)
            toProblem_();
        throw;
    }
}
catch (const AskAgain &)
{
    ApiResponse response;
    response.askAgain = true;
    return response;
}
catch (const Problem &problem)
{
    ApiResponse response = problem.toResponse();
    response.askAgain = mayAskAgain && isForWhatIsStored(problem);
    if (!response.askAgain)
        refused(request, problem);
    return response;
}
catch (const Poco::Exception &error)
{
    return failed(request, error.displayText());
}
catch (const std::exception &error)
{
    return failed(request, error.what());
}

/// Its response is a problem document if the wrapped one throws.
class Router::MappedAnswer : public PendingAnswer
{
public:
    MappedAnswer(const Router &router, const ApiRequest &request, std::shared_ptr<PendingAnswer> pending)
        : router_(router), pending_(std::move(pending))
    {
        about_.method = request.method;
        about_.path = request.path;
        about_.caller = request.caller;
    }

    void start(Take take) override
    {
        pending_->start([take = std::move(take), &router = router_, about = about_](Make make) {
            take([make = std::move(make), &router, about] { return router.guarded(about, make); });
        });
    }
    void respondNow() override { pending_->respondNow(); }
    std::chrono::milliseconds patience() const override { return pending_->patience(); }

private:
    const Router &router_;
    ApiRequest about_; ///< What is needed to report a problem.
    std::shared_ptr<PendingAnswer> pending_;
};

ApiResponse Router::begin(const Route *route, const ApiRequest &request) const
{
    ApiResponse response = guarded(
        request,
        [&] {
            if (route == nullptr)
                throw Problem(404, "not-found", "Not found",
                              "The API has no " + shownPath(request.path) + "; /openapi.json lists all operations.");
            if (route->path.starts_with("/v1/"))
                checkQuery(*route, request);
            if (check_)
                check_(*route, request);
            return route->handler(request);
        },
        request.mayAskAgain && route != nullptr && route->path.starts_with("/v1/"));
    if (response.pending)
        response.pending = std::make_shared<MappedAnswer>(*this, request, std::move(response.pending));
    return response;
}

ApiResponse Router::handle(ApiRequest request) const
{
    const Route *route = nullptr;
    try
    {
        route = find(request);
    }
    catch (const Problem &problem)
    {
        refused(request, problem);
        return problem.toResponse();
    }
    const ApiResponse response = begin(route, request);
    if (!response.pending)
        return response;
    std::promise<PendingAnswer::Make> made;
    std::future<PendingAnswer::Make> future = made.get_future();
    response.pending->start([&](PendingAnswer::Make make) { made.set_value(std::move(make)); });
    const auto patience = response.pending->patience();
    if (patience.count() > 0 && future.wait_for(patience) == std::future_status::timeout)
        response.pending->respondNow();
    return future.get()();
}

} // namespace psa::http

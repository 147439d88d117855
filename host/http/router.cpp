#include "host/http/router.h"

#include "host/json/utf8.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <map>
#include <optional>
#include <set>

namespace psa::host {
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

/// The values of the names in braces, if `segments` fit `pattern`.
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

std::vector<std::string> pathOf(const ApiRequest &request)
try
{
    std::vector<std::string> segments = segmentsOf(request.path);
    for (const std::string &segment : segments)
        if (!isValidUtf8(segment) || segment.find('\0') != std::string::npos)
            throw Problem(400, "bad-path", "The path is not readable", "A segment of the path is not UTF-8 text.");
    return segments;
}
catch (const Poco::Exception &)
{
    throw Problem(400, "bad-path", "The path is not readable", "A percent sign in the path begins no byte.");
}

} // namespace

const Router::Route *Router::find(ApiRequest &request) const
{
    const std::vector<std::string> segments = pathOf(request);
    std::set<std::string> others;
    for (const Route &route : routes_)
    {
        auto parameters = match(segmentsOf(route.path), segments);
        if (!parameters)
            continue;
        if (route.method == request.method)
        {
            request.parameters = std::move(*parameters);
            return &route;
        }
        others.insert(route.method); // once, though several patterns may fit
    }
    if (others.empty())
        return nullptr;
    std::string list;
    for (const std::string &method : others)
        list += (list.empty() ? "" : ", ") + method;
    throw Problem(405, "method-not-allowed", "There is no such method here",
                  request.path + " takes " + list + ", not " + request.method + ".")
        .header("Allow", list);
}

ApiResponse Router::run(ApiRequest &request) const
{
    const Route *route = find(request);
    if (route == nullptr)
        throw Problem(404, "not-found", "There is nothing here",
                      "The API has no " + request.path + "; /openapi.json lists what it has.");
    try
    {
        ApiResponse response = route->handler(request);
        // A damaged row may hold such bytes, and no client reads an answer that has them.
        if (!isValidUtf8(response.body) && response.contentType == "application/json")
            response.body = replaceInvalidUtf8(response.body);
        return response;
    }
    catch (...)
    {
        if (toProblem_)
            toProblem_();
        throw;
    }
}

ApiResponse Router::failed(const ApiRequest &request, const std::string &what) const
{
    logError_(request.method + " " + request.path + ": " + what);
    const Problem problem(500, "internal", "Something went wrong in psa-host", "The log says what; nothing was lost.");
    refused(request, problem);
    return problem.toResponse();
}

ApiResponse Router::handle(ApiRequest request) const
try
{
    return run(request);
}
catch (const Problem &problem)
{
    refused(request, problem);
    return problem.toResponse();
}
catch (const Poco::Exception &error)
{
    return failed(request, error.displayText());
}
catch (const std::exception &error)
{
    return failed(request, error.what());
}

} // namespace psa::host

#include "sandbox/connectwise/page_links.h"

#include <Poco/URI.h>

#include <map>

namespace psa::sandbox::connectwise {
namespace {

/// The request's own URL with other parameters.
std::string linkTo(const Core &core, const Request &request, const std::map<std::string, std::string> &parameters)
{
    const std::string host = core.url.substr(0, core.url.find('/', core.url.find("//") + 2));
    Poco::URI uri(host + request.target);
    Poco::URI::QueryParameters all;
    for (const auto &[name, value] : uri.getQueryParameters())
        if (!equalNoCase(name, "page") && !equalNoCase(name, "pageId") && !equalNoCase(name, "pageSize"))
            all.emplace_back(name, value);
    for (const auto &[name, value] : parameters)
        all.emplace_back(name, value);
    uri.setQueryParameters(all);
    return "<" + uri.toString() + ">";
}

} // namespace

std::string pageLinks(const Core &core, const Request &request, std::int64_t page, std::int64_t size, std::int64_t last)
{
    std::string links;
    const auto add = [&](std::int64_t to, const char *relation) {
        links += (links.empty() ? "" : ", ") +
                 linkTo(core, request, {{"pageSize", std::to_string(size)}, {"page", std::to_string(to)}}) +
                 "; rel=\"" + relation + "\"";
    };
    if (page < last)
    {
        add(page + 1, "next");
        add(last, "last");
    }
    if (page > 1)
    {
        add(page - 1, "prev");
        add(1, "first");
    }
    return links;
}

std::string nextLink(const Core &core, const Request &request, std::int64_t size, std::int64_t id)
{
    return linkTo(core, request, {{"pageSize", std::to_string(size)}, {"pageId", std::to_string(id)}}) +
           "; rel=\"next\"";
}

} // namespace psa::sandbox::connectwise

#include "sandbox/common/path_pattern.h"

#include "sandbox/common/json_tools.h"

#include <Poco/StringTokenizer.h>

namespace psa::sandbox {

std::vector<std::string> pathSegments(const std::string &path)
{
    const Poco::StringTokenizer parts(path, "/", Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    return {parts.begin(), parts.end()};
}

std::optional<PathValues> matchPath(const std::string &pattern, const std::vector<std::string> &path)
{
    const std::vector<std::string> wanted = pathSegments(pattern);
    if (wanted.size() != path.size())
        return {};
    PathValues values;
    for (std::size_t i = 0; i < path.size(); ++i)
    {
        if (wanted[i].front() == '{')
            values.emplace_back(wanted[i].substr(1, wanted[i].size() - 2), path[i]);
        else if (!equalNoCase(wanted[i], path[i]))
            return {};
    }
    return values;
}

} // namespace psa::sandbox

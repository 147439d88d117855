#include "sandbox/connectwise/api_version.h"

namespace psa::sandbox::connectwise {

void addVersion(const Request &request, const Tenant &tenant, Answer &answer)
{
    std::string version = tenant.version();
    const std::string type = "application/vnd.connectwise.com+json";
    const std::string accepted = request.header("Accept");
    if (accepted.find(type) != std::string::npos)
    {
        const std::string mark = "version=";
        if (const std::size_t at = accepted.find(mark); at != std::string::npos)
        {
            const std::size_t begin = at + mark.size();
            version = accepted.substr(begin, accepted.find_first_of(",; ", begin) - begin);
        }
        answer.contentType = type + "; version=" + version;
    }
    answer.headers.emplace_back("api-current-version", version);
}

} // namespace psa::sandbox::connectwise

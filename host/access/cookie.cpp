#include "host/access/cookie.h"

#include <algorithm>

namespace psa::access {
namespace {

constexpr std::string_view cookieName = "__Host-psa-session";

} // namespace

std::string sessionIn(const http::ApiRequest &request)
{
    const std::string all = request.header("cookie");
    for (std::size_t begin = 0; begin < all.size();)
    {
        const std::size_t end = std::min(all.find(';', begin), all.size());
        std::string_view one = std::string_view(all).substr(begin, end - begin);
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        if (one.starts_with(cookieName) && one.size() > cookieName.size() && one[cookieName.size()] == '=')
            return std::string(one.substr(cookieName.size() + 1));
        begin = end + 1;
    }
    return {};
}

std::string sessionCookie(const std::string &session)
{
    return std::string(cookieName) + "=" + session + "; Path=/; Secure; HttpOnly; SameSite=Strict" +
           (session.empty() ? "; Max-Age=0" : "");
}

} // namespace psa::access

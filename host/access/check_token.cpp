#include "host/access/access.h"
#include "host/api/problem.h"

#include <algorithm>

namespace psa::host {
namespace {

void refuseIfTooMany(Access &access, const std::vector<std::string> &keys)
{
    std::chrono::seconds wait{0};
    for (const std::string &key : keys)
        wait = std::max(wait, access.attempts.waitOf(key));
    if (wait.count() > 0)
        throw Problem(429, "too-many-attempts", "Too many attempts",
                      "Too many wrong tokens came from this address or for this token. Try again later.")
            .header("Retry-After", std::to_string(wait.count()));
}

} // namespace

AccessToken checkToken(Access &access, const std::string &text, const std::string &address)
{
    // Nobody guesses 256 bits: the limit is for those who try, and keeps no right token out.
    if (auto token = access.tokens.check(text))
        return std::move(*token);
    std::vector<std::string> keys{"address " + address};
    if (const std::string id = TokenBook::idIn(text); !id.empty())
        keys.push_back("token " + id);
    refuseIfTooMany(access, keys);
    for (const std::string &key : keys)
        access.attempts.failed(key);
    throw Problem(
        401, "bad-token", "The token is not accepted",
        "It is wrong, was removed, or has expired. Whoever has a token of the scope admin makes another one on "
        "the page, under Tokens; so does psa-host token add NAME --scope SCOPE on the machine of psa-host.")
        .header("WWW-Authenticate", "Bearer");
}

} // namespace psa::host

#include "host/access/request_authenticator.h"

#include "host/access/session_store.h"
#include "host/http/problem.h"
#include "host/secrets/crypto.h"

#include <Poco/String.h>

#include <algorithm>

namespace psa::access {
namespace {

constexpr std::string_view bearer = "bearer ";
/// Maximum body of a request without a token, in bytes: a sign-in is smaller.
constexpr std::size_t largestOpenBody = 4 << 10;

/// "" = none was sent.
std::string tokenIn(const http::ApiRequest &request)
{
    const std::string authorization = request.header("authorization");
    return Poco::toLower(authorization.substr(0, bearer.size())) == bearer ? authorization.substr(bearer.size()) : "";
}

bool changesSomething(const http::ApiRequest &request)
{
    return request.method != "GET" && request.method != "HEAD";
}

/// A token in a URL would end up in logs and browser histories.
void refuseTokenInQuery(const http::ApiRequest &request)
{
    for (const auto &[name, value] : request.query)
        if (Poco::icompare(name, "token") == 0 || Poco::icompare(name, "access_token") == 0)
            throw http::Problem(
                400, "token-in-url", "Token in the URL",
                "URLs end up in logs. Send the token as \"Authorization: Bearer …\", and replace this one "
                "with a new one.");
}

/// Only our own pages may cause a browser to send changing requests.
void checkOrigin(const http::ApiRequest &request)
{
    const std::string origin = request.header("origin");
    const std::string site = request.header("sec-fetch-site");
    const std::string host = request.header("host");
    const bool same = origin.empty() || Poco::icompare(origin, "https://" + host) == 0 ||
                      Poco::icompare(origin, "http://" + host) == 0;
    if (!same || !(site.empty() || site == "same-origin" || site == "none"))
        throw http::Problem(403, "other-origin", "Cross-site request",
                            "Only pages of this psa-host may make changes here.");
}

} // namespace

RequestAuthenticator::RequestAuthenticator(const http::Router &router, Access &access, std::vector<std::string> hosts)
    : router_(router), access_(access), hosts_(std::move(hosts))
{
    for (std::string &host : hosts_)
        Poco::toLowerInPlace(host);
}

void RequestAuthenticator::checkHost(const http::ApiRequest &request) const
{
    const std::string host = Poco::toLower(request.header("host"));
    if (std::find(hosts_.begin(), hosts_.end(), host) == hosts_.end())
        throw http::Problem(421, "other-host", "Wrong host name",
                            "This psa-host is not \"" + host +
                                "\". Its host names are set in hosts under [serve] in psa-host.toml.");
}

RequestAuthenticator::Identity RequestAuthenticator::identify(const http::ApiRequest &request)
{
    if (const std::string token = tokenIn(request); !token.empty())
        return {checkToken(access_, token, request), ""};
    const std::string id = sessionIn(request);
    if (const auto session = access_.sessions.find(id))
        if (auto token = access_.tokens.find(session->tokenId))
            return {std::move(*token), session->csrf};
    if (request.mayAskAgain && !id.empty())
        throw http::AskAgain();
    throw http::Problem(
        401, "no-token", "Unauthorized",
        "Send a token as \"Authorization: Bearer …\", or sign in on the page. To create a token, use the "
        "page under Tokens, or run on the machine of psa-host: psa-host token add NAME --scope SCOPE")
        .header("WWW-Authenticate", "Bearer");
}

http::Admitted RequestAuthenticator::admit(http::ApiRequest &head)
try
{
    head.caller.token = TokenStore::idIn(tokenIn(head));
    return letIn(head);
}
catch (const http::Problem &problem)
{
    router_.refused(head, problem);
    throw;
}

void RequestAuthenticator::refused(http::ApiRequest request, const http::Problem &problem) const
{
    if (request.caller.token.empty())
        request.caller.token = TokenStore::idIn(tokenIn(request));
    router_.refused(request, problem);
}

http::Admitted RequestAuthenticator::letIn(http::ApiRequest &request)
{
    checkHost(request);
    const http::Router::Route *route = router_.find(request);
    if (route != nullptr && route->admit)
    {
        route->admit(request);
        return {route, route->maxBody};
    }
    refuseTokenInQuery(request);
    if (changesSomething(request))
        checkOrigin(request);
    if (route == nullptr || route->scope == http::Scope::anybody)
        return {route, largestOpenBody};
    const Identity who = identify(request);
    request.caller.token = who.token.id;
    request.caller.name = "token " + who.token.name;
    request.caller.connections = who.token.connections;
    request.caller.isAdmin = allows(who.token.scopes, http::Scope::admin);
    if (!who.csrf.empty() && changesSomething(request) &&
        !secrets::sameDigest(who.csrf, request.header("x-csrf-token")))
        throw http::Problem(403, "bad-csrf", "The page is outdated", "Reload it and try again.");
    if (!allows(who.token.scopes, route->scope))
        throw http::Problem(403, "scope", "Forbidden",
                            "It needs the scope " + std::string(toText(route->scope)) + ", which the token \"" +
                                who.token.name + "\" does not have.");
    return {route, route->maxBody};
}

} // namespace psa::access

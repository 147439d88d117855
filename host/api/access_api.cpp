#include "host/access/access.h"
#include "host/access/cookie.h"
#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Array::Ptr toJson(const Scopes &scopes)
{
    Array::Ptr names = new Array;
    for (const Scope scope : scopes)
        names->add(std::string(toText(scope)));
    return names;
}

Object::Ptr toView(const AccessToken &token)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("id", token.id);
    view->set("name", token.name);
    view->set("scopes", toJson(token.scopes));
    view->set("created", timeText(token.created));
    if (token.expires)
        view->set("expires", timeText(*token.expires));
    if (token.lastUsed)
        view->set("lastUsed", timeText(*token.lastUsed));
    if (!token.damage.empty())
        view->set("damaged", token.damage);
    return view;
}

Scopes scopesIn(const Object &body)
{
    const Array::Ptr names = body.isArray("scopes") ? body.getArray("scopes") : nullptr;
    Scopes scopes;
    for (unsigned i = 0; !names.isNull() && i < names->size(); ++i)
    {
        const Poco::Dynamic::Var name = names->get(i);
        const auto scope = name.isString() ? scopeFrom(name.toString()) : std::nullopt;
        if (!scope)
            throw Problem(422, "invalid", "Invalid value", "Valid scopes are submit, read and admin.")
                .at("/scopes/" + std::to_string(i), jsonText(name) + " is not a scope");
        scopes.insert(*scope);
    }
    if (scopes.empty())
        throw Problem(422, "invalid", "Invalid value", "Choose at least one scope: submit, read or admin.")
            .at("/scopes", "is missing");
    return scopes;
}

class AccessHandlers
{
public:
    explicit AccessHandlers(Access &access) : access_(access) {}

    ApiResponse list(const ApiRequest &) const
    {
        Array::Ptr all = new Array;
        for (const AccessToken &token : access_.tokens.all())
            all->add(toView(token));
        Object body;
        body.set("tokens", all);
        return toAnswer(body);
    }

    ApiResponse add(const ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"name", "scopes", "expires"});
        const std::string name = textMember(*body, "name");
        if (name.empty() || name.size() > 100)
            throw Problem(422, "invalid", "Invalid value", "The name of a token must have 1 to 100 bytes.")
                .at("/name", "is missing or too long");
        std::optional<Clock::Wall> expires;
        if (const std::string text = textMember(*body, "expires"); !text.empty())
        {
            expires = timeFrom(text);
            if (!expires || *expires <= access_.clock->wallNow())
                throw Problem(
                    422, "invalid", "Invalid value",
                    "expires must be a time in the future, up to the year 2259, such as 2027-01-31T00:00:00Z.")
                    .at("/expires", "\"" + text + "\" is not a time in the future");
        }
        const TokenStore::Made made = access_.tokens.add(name, scopesIn(*body), expires, request.caller.name);
        Object::Ptr view = toView(made.token);
        view->set("token", made.text);
        return toAnswer(*view, 201);
    }

    ApiResponse remove(const ApiRequest &request)
    {
        const std::string &id = request.parameters.at("id");
        if (!access_.tokens.remove(id, request.caller.name))
            throw Problem(404, "unknown-token", "Token not found",
                          "No token has the id \"" + id +
                              "\"; it may have been removed already. The list of tokens shows all existing ones.");
        access_.sessions.closeOf(id);
        return {204, "", "", {}};
    }

    ApiResponse signIn(const ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"token"});
        const AccessToken token = checkToken(access_, textMember(*body, "token"), request.caller.address);
        const SessionStore::Opened opened = access_.sessions.open(token.id);
        ApiResponse answer = sessionView(token, opened.session);
        answer.headers.emplace_back("Set-Cookie", sessionCookie(opened.id));
        return answer;
    }

    ApiResponse session(const ApiRequest &request) const
    {
        const auto session = access_.sessions.find(sessionIn(request));
        const auto token = session ? access_.tokens.find(session->tokenId) : std::nullopt;
        if (!token)
            throw Problem(401, "signed-out", "Not signed in", "Sign in with a token.")
                .header("WWW-Authenticate", "Bearer");
        return sessionView(*token, *session);
    }

    ApiResponse signOut(const ApiRequest &request)
    {
        access_.sessions.close(sessionIn(request));
        return {204, "", "", {{"Set-Cookie", sessionCookie("")}}};
    }

private:
    ApiResponse sessionView(const AccessToken &token, const BrowserSession &session) const
    {
        Object view(Poco::JSON_PRESERVE_KEY_ORDER);
        view.set("name", token.name);
        view.set("scopes", toJson(token.scopes));
        view.set("csrf", session.csrf);
        view.set("expires", timeText(access_.clock->wallNow() + SessionStore::idle));
        return toAnswer(view);
    }

    Access &access_;
};

} // namespace

void addAccessRoutes(Router &router, Access &access)
{
    const auto handlers = std::make_shared<AccessHandlers>(access);
    router.add("GET", "/v1/tokens", Scope::admin, handlers, &AccessHandlers::list);
    router.add("POST", "/v1/tokens", Scope::admin, handlers, &AccessHandlers::add);
    router.add("DELETE", "/v1/tokens/{id}", Scope::admin, handlers, &AccessHandlers::remove);
    router.add("POST", "/v1/session", Scope::anybody, handlers, &AccessHandlers::signIn, Router::Waits::never);
    router.add("GET", "/v1/session", Scope::anybody, handlers, &AccessHandlers::session, Router::Waits::never);
    router.add("DELETE", "/v1/session", Scope::anybody, handlers, &AccessHandlers::signOut, Router::Waits::never);
}

} // namespace psa::host

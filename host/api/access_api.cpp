#include "host/access/access.h"
#include "host/access/session_store.h"
#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

namespace psa::api {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Array::Ptr toJson(const access::Scopes &scopes)
{
    return json::arrayOf(scopes, [](http::Scope scope) { return std::string(access::toText(scope)); });
}

Object::Ptr tokenView(const access::AccessToken &token)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("id", token.id);
    view->set("name", token.name);
    view->set("scopes", toJson(token.scopes));
    if (token.connections)
        view->set("connections", json::arrayOf(*token.connections));
    view->set("created", timeText(token.created));
    if (token.expires)
        view->set("expires", timeText(*token.expires));
    if (token.lastUsed)
        view->set("lastUsed", timeText(*token.lastUsed));
    if (!token.damage.empty())
        view->set("damaged", token.damage);
    return view;
}

access::Scopes scopesIn(const Object &body)
{
    const Array::Ptr names = body.isArray("scopes") ? body.getArray("scopes") : nullptr;
    access::Scopes scopes;
    for (unsigned i = 0; !names.isNull() && i < names->size(); ++i)
    {
        const Poco::Dynamic::Var name = names->get(i);
        const auto scope = name.isString() ? access::scopeFrom(name.toString()) : std::nullopt;
        if (!scope)
            throw http::Problem(422, "invalid", "Invalid value", "Valid scopes are " + access::scopeNames() + ".")
                .at("/scopes/" + std::to_string(i), json::jsonText(name) + " is not a scope");
        scopes.insert(*scope);
    }
    if (scopes.empty())
        throw http::Problem(422, "invalid", "Invalid value",
                            "Choose at least one scope of " + access::scopeNames() + ".")
            .at("/scopes", "is missing");
    return scopes;
}

class AccessHandlers
{
public:
    AccessHandlers(access::Access &access, std::function<bool(const std::string &)> isConnection)
        : access_(access), isConnection_(std::move(isConnection))
    {
    }

    http::ApiResponse list(const http::ApiRequest &) const
    {
        Object body;
        body.set("tokens", json::arrayOf(access_.tokens.all(), tokenView));
        return toAnswer(body);
    }

    http::ApiResponse add(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"name", "scopes", "expires", "connections"});
        const std::string name = textMember(*body, "name");
        if (name.empty() || name.size() > 100)
            throw http::Problem(422, "invalid", "Invalid value", "The name of a token must have 1 to 100 bytes.")
                .at("/name", "is missing or too long");
        std::optional<clock::Clock::Wall> expires;
        if (const std::string text = textMember(*body, "expires"); !text.empty())
        {
            expires = timeFrom(text);
            if (!expires || *expires <= access_.clock->wallNow())
                throw http::Problem(
                    422, "invalid", "Invalid value",
                    "expires must be a time in the future, up to the year 2259, such as 2027-01-31T00:00:00Z.")
                    .at("/expires", "\"" + text + "\" is not a time in the future");
        }
        const access::TokenStore::Made made =
            access_.tokens.add(name, scopesIn(*body), expires, request.caller.name, connectionsIn(*body));
        Object::Ptr view = tokenView(made.token);
        view->set("token", made.text);
        return toAnswer(*view, 201);
    }

    http::ApiResponse remove(const http::ApiRequest &request)
    {
        const std::string &id = request.parameters.at("id");
        if (!access_.tokens.remove(id, request.caller.name))
            throw http::Problem(
                404, "unknown-token", "Token not found",
                "No token has the id \"" + id +
                    "\"; it may have been removed already. The list of tokens shows all existing ones.");
        access_.sessions.closeOf(id);
        return {204, "", "", {}};
    }

    http::ApiResponse signIn(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"token"});
        const access::AccessToken token = access::checkToken(access_, textMember(*body, "token"), request);
        const access::SessionStore::Opened opened = access_.sessions.open(token.id);
        http::ApiResponse answer = sessionView(token, opened.session);
        answer.headers.emplace_back("Set-Cookie", access::sessionCookie(opened.id));
        return answer;
    }

    http::ApiResponse session(const http::ApiRequest &request) const
    {
        const auto session = access_.sessions.find(access::sessionIn(request));
        const auto token = session ? access_.tokens.find(session->tokenId) : std::nullopt;
        if (!token)
            throw http::Problem(401, "signed-out", "Not signed in", "Sign in with a token.")
                .header("WWW-Authenticate", "Bearer");
        return sessionView(*token, *session);
    }

    http::ApiResponse signOut(const http::ApiRequest &request)
    {
        const std::string id = access::sessionIn(request);
        if (request.mayAskAgain && !id.empty() && !access_.sessions.find(id))
            throw http::AskAgain();
        access_.sessions.close(id);
        return {204, "", "", {{"Set-Cookie", access::sessionCookie("")}}};
    }

private:
    http::ApiResponse sessionView(const access::AccessToken &token, const access::BrowserSession &session) const
    {
        Object view(Poco::JSON_PRESERVE_KEY_ORDER);
        view.set("name", token.name);
        view.set("scopes", toJson(token.scopes));
        if (token.connections)
            view.set("connections", json::arrayOf(*token.connections));
        view.set("csrf", session.csrf);
        view.set("expires", timeText(access_.clock->wallNow() + access::SessionStore::idle));
        return toAnswer(view);
    }

    /// A token bound to a misspelt name would work nowhere.
    std::optional<std::set<std::string>> connectionsIn(const Object &body) const
    {
        if (!body.has("connections") || body.isNull("connections"))
            return std::nullopt;
        const Array::Ptr names = body.isArray("connections") ? body.getArray("connections") : nullptr;
        if (names.isNull() || names->size() == 0)
            throw http::Problem(422, "invalid", "Invalid value",
                                "\"connections\" must be a list of at least one name; leave it out for a token that is "
                                "not bound to connections.")
                .at("/connections", "is not a list of names");
        std::set<std::string> connections;
        for (unsigned i = 0; i < names->size(); ++i)
        {
            const Poco::Dynamic::Var name = names->get(i);
            if (!name.isString() || !isConnection_(name.extract<std::string>()))
                throw http::Problem(422, "invalid", "Invalid value",
                                    "There is no connection " + json::jsonText(name) +
                                        ". The list of connections shows all names.")
                    .at("/connections/" + std::to_string(i), "is not a connection");
            connections.insert(name.extract<std::string>());
        }
        return connections;
    }

    access::Access &access_;
    const std::function<bool(const std::string &)> isConnection_;
};

} // namespace

void addAccessRoutes(http::Router &router, access::Access &access,
                     std::function<bool(const std::string &name)> isConnection)
{
    const auto handlers = std::make_shared<AccessHandlers>(access, std::move(isConnection));
    router.add("GET", "/v1/tokens", http::Scope::admin, handlers, &AccessHandlers::list);
    router.add("POST", "/v1/tokens", http::Scope::admin, handlers, &AccessHandlers::add);
    router.add("DELETE", "/v1/tokens/{id}", http::Scope::admin, handlers, &AccessHandlers::remove);
    router.add("POST", "/v1/session", http::Scope::anybody, handlers, &AccessHandlers::signIn,
               http::Router::Waits::never);
    router.add("GET", "/v1/session", http::Scope::anybody, handlers, &AccessHandlers::session,
               http::Router::Waits::never);
    router.add("DELETE", "/v1/session", http::Scope::anybody, handlers, &AccessHandlers::signOut,
               http::Router::Waits::never);
}

} // namespace psa::api

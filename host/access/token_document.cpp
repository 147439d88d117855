#include "host/access/token_document.h"

#include "host/json/json_text.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>

#include <iomanip>
#include <sstream>

namespace psa::access {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::int64_t msOf(clock::Clock::Wall time)
{
    return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

std::optional<clock::Clock::Wall> timeIn(const Object &object, const char *name)
{
    if (!object.has(name))
        return std::nullopt;
    return clock::wallFromUnixMs(object.getValue<std::int64_t>(name));
}

Object::Ptr toJson(const AccessToken &token)
{
    Object::Ptr object = new Object;
    object->set("id", token.id);
    object->set("name", token.name);
    Array::Ptr scopes = new Array;
    for (const http::Scope scope : token.scopes)
        scopes->add(std::string(toText(scope)));
    object->set("scopes", scopes);
    object->set("digest", token.digest);
    object->set("created", msOf(token.created));
    if (token.expires)
        object->set("expires", msOf(*token.expires));
    if (token.lastUsed)
        object->set("lastUsed", msOf(*token.lastUsed));
    return object;
}

/// Throws Poco::Exception.
AccessToken tokenFrom(const Object &object)
{
    AccessToken token;
    token.id = object.getValue<std::string>("id");
    token.name = object.getValue<std::string>("name");
    for (const auto &scope : *object.getArray("scopes"))
        if (const auto known = scopeFrom(scope.convert<std::string>()))
            token.scopes.insert(*known);
    token.digest = object.getValue<std::string>("digest");
    token.created = timeIn(object, "created").value_or(clock::Clock::Wall());
    token.expires = timeIn(object, "expires");
    token.lastUsed = timeIn(object, "lastUsed");
    return token;
}

/// An unreadable one grants no access, and can be listed and removed.
AccessToken keptToken(const Object::Ptr &object, unsigned index)
try
{
    return tokenFrom(*object);
}
catch (const Poco::Exception &error)
{
    AccessToken damaged;
    std::ostringstream id;
    id << std::hex << std::setw(12) << std::setfill('0') << index;
    damaged.id = id.str();
    damaged.name = "damaged";
    damaged.damage = error.displayText();
    return damaged;
}

} // namespace

std::string toDocument(const std::vector<AccessToken> &tokens)
{
    Array::Ptr all = new Array;
    for (const AccessToken &token : tokens)
        all->add(toJson(token));
    Object document;
    document.set("version", 1);
    document.set("tokens", all);
    return json::toText(document);
}

std::vector<AccessToken> tokensFrom(const std::string &document, std::string &damage)
{
    std::vector<AccessToken> tokens;
    const Object::Ptr object = json::parseKept(document, damage);
    const Array::Ptr all = object->getArray("tokens");
    if (all.isNull() && damage.empty() && !document.empty())
        damage = "it contains no list of tokens";
    for (unsigned i = 0; !all.isNull() && i < all->size(); ++i)
        tokens.push_back(keptToken(all->getObject(i), i));
    return tokens;
}

} // namespace psa::access

#include "host/access/token_document.h"

#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

namespace psa::host {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::int64_t msOf(Clock::Wall time)
{
    return duration_cast<milliseconds>(time.time_since_epoch()).count();
}

std::optional<Clock::Wall> timeIn(const Object &object, const char *name)
{
    if (!object.has(name))
        return std::nullopt;
    return Clock::Wall(milliseconds(object.getValue<std::int64_t>(name)));
}

Object::Ptr toJson(const AccessToken &token)
{
    Object::Ptr object = new Object;
    object->set("id", token.id);
    object->set("name", token.name);
    Array::Ptr scopes = new Array;
    for (const Scope scope : token.scopes)
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

AccessToken tokenFrom(const Object &object)
{
    AccessToken token;
    token.id = object.getValue<std::string>("id");
    token.name = object.getValue<std::string>("name");
    for (const auto &scope : *object.getArray("scopes"))
        if (const auto known = scopeFrom(scope.convert<std::string>()))
            token.scopes.insert(*known);
    token.digest = object.getValue<std::string>("digest");
    token.created = timeIn(object, "created").value_or(Clock::Wall());
    token.expires = timeIn(object, "expires");
    token.lastUsed = timeIn(object, "lastUsed");
    return token;
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
    return toText(document);
}

std::vector<AccessToken> tokensFrom(const std::string &document)
{
    std::vector<AccessToken> tokens;
    const Array::Ptr all = parseObject(document)->getArray("tokens");
    for (unsigned i = 0; !all.isNull() && i < all->size(); ++i)
        tokens.push_back(tokenFrom(*all->getObject(i)));
    return tokens;
}

} // namespace psa::host

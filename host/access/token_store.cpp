#include "host/access/token_store.h"

#include "host/json/json_text.h"
#include "host/secrets/crypto.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <algorithm>
#include <array>
#include <iomanip>
#include <sstream>

namespace psa::access {
namespace {

using namespace std::chrono_literals;

constexpr const char *place = "access tokens";
constexpr const char *damagedPlace = "access tokens, damaged";
constexpr std::string_view prefix = "psa_";
constexpr std::size_t idBytes = 6;
constexpr std::size_t secretBytes = 32;
/// Minimum time between two stored uses.
constexpr auto useEvery = 1min;
constexpr std::array grantable = {http::Scope::submit, http::Scope::read, http::Scope::operate, http::Scope::admin};

store::AuditEntry entryOf(const std::string &who, const char *action, const AccessToken &token)
{
    Poco::JSON::Object detail;
    detail.set("token", token.id);
    detail.set("name", token.name);
    if (token.connections)
        detail.set("connections", Poco::cat(std::string(", "), token.connections->begin(), token.connections->end()));
    return store::auditEntry(who, action, "", json::toText(detail));
}

template <class Tokens>
auto findIn(Tokens &tokens, const std::string &id)
{
    return std::find_if(tokens.begin(), tokens.end(), [&](const AccessToken &each) { return each.id == id; });
}

std::string storedIn(store::Store &store)
{
    return store.read([](const store::StoreReader &reader) { return reader.value(place).value_or(std::string()); });
}

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
    object->set("scopes", json::arrayOf(token.scopes, [](http::Scope scope) { return std::string(toText(scope)); }));
    if (token.connections)
        object->set("connections", json::arrayOf(*token.connections));
    object->set("digest", token.digest);
    object->set("created", msOf(token.created));
    if (token.expires)
        object->set("expires", msOf(*token.expires));
    if (token.lastUsed)
        object->set("lastUsed", msOf(*token.lastUsed));
    return object;
}

/// Throws Poco::Exception: a token must not come unbound because its connections cannot be read.
std::set<std::string> namesIn(const Object &object, const char *name)
{
    const Array::Ptr names = object.getArray(name);
    if (names.isNull())
        throw Poco::DataFormatException(std::string("\"") + name + "\" is not a list");
    std::set<std::string> all;
    for (const auto &each : *names)
        all.insert(each.extract<std::string>());
    return all;
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
    if (object.has("connections"))
        token.connections = namesIn(object, "connections");
    token.digest = object.getValue<std::string>("digest");
    token.created = timeIn(object, "created").value_or(clock::Clock::Wall());
    token.expires = timeIn(object, "expires");
    token.lastUsed = timeIn(object, "lastUsed");
    return token;
}

/// An unreadable one grants no access, and can be listed and removed.
AccessToken storedToken(const Object::Ptr &object, unsigned index)
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

TokenStore::TokenStore(store::Store &store, std::shared_ptr<const clock::Clock> clock, secrets::RandomSource random)
    : store_(store), clock_(std::move(clock)), random_(std::move(random)),
      tokens_(tokensFrom(storedIn(store_), damage_))
{
}

void TokenStore::refresh()
{
    const std::lock_guard changing(changing_);
    std::string damage; // keeps what was valid
    auto tokens = tokensFrom(storedIn(store_), damage);
    if (!damage.empty())
        return;
    const std::lock_guard lock(mutex_);
    tokens_ = std::move(tokens);
}

/// Part of a transaction, since another host may have changed them too. Returns what is stored then; nullopt = no change.
std::optional<std::vector<AccessToken>> TokenStore::edited(store::StoreWriter &writer, const Edit &edit)
{
    const std::string found = writer.value(place).value_or("");
    std::string damage;
    std::vector<AccessToken> tokens = tokensFrom(found, damage);
    if (!edit(writer, tokens))
        return std::nullopt;
    if (!damage.empty()) // for later analysis
        writer.putValue(damagedPlace, found);
    writer.putValue(place, toDocument(tokens));
    return tokens;
}

/// Stores it; then it takes effect.
bool TokenStore::change(const Edit &edit)
{
    const std::lock_guard changing(changing_);
    const auto changed = store_.write([&](store::StoreWriter &writer) { return edited(writer, edit); });
    const std::lock_guard lock(mutex_);
    if (changed)
        tokens_ = *changed;
    return changed.has_value();
}

TokenStore::Made TokenStore::add(const std::string &name, const Scopes &scopes,
                                 std::optional<clock::Clock::Wall> expires, const std::string &who,
                                 const std::optional<std::set<std::string>> &connections)
{
    const std::string secret = secrets::randomHex(random_, secretBytes);
    AccessToken token{secrets::randomHex(random_, idBytes),
                      name,
                      scopes,
                      connections,
                      secrets::digestOf(secret),
                      clock_->wallNow(),
                      expires,
                      {},
                      ""};
    change([&](store::StoreWriter &writer, std::vector<AccessToken> &tokens) {
        tokens.push_back(token);
        writer.appendAudit(entryOf(who, "token.add", token));
        return true;
    });
    return {token, std::string(prefix) + token.id + "_" + secret};
}

bool TokenStore::remove(const std::string &id, const std::string &who)
{
    return change([&](store::StoreWriter &writer, std::vector<AccessToken> &tokens) {
        const auto at = findIn(tokens, id);
        if (at == tokens.end())
            return false;
        writer.appendAudit(entryOf(who, "token.remove", *at));
        tokens.erase(at);
        return true;
    });
}

std::vector<AccessToken> TokenStore::all() const
{
    const std::lock_guard lock(mutex_);
    return tokens_;
}

std::string TokenStore::idIn(const std::string &text)
{
    const std::size_t end = prefix.size() + 2 * idBytes;
    if (text.size() <= end || !text.starts_with(prefix) || text[end] != '_')
        return {};
    return text.substr(prefix.size(), 2 * idBytes);
}

bool TokenStore::isValid(const AccessToken &token) const
{
    return token.damage.empty() && (!token.expires || *token.expires > clock_->wallNow());
}

std::optional<AccessToken> TokenStore::check(const std::string &text)
{
    const std::string id = idIn(text);
    const std::lock_guard lock(mutex_);
    const auto at = findIn(tokens_, id);
    if (at == tokens_.end() || !isValid(*at) ||
        !secrets::sameDigest(at->digest, secrets::digestOf(text.substr(prefix.size() + id.size() + 1))))
        return std::nullopt;
    if (!at->lastUsed || clock_->wallNow() - *at->lastUsed >= useEvery)
        noteUse(*at);
    return *at;
}

std::optional<AccessToken> TokenStore::find(const std::string &id) const
{
    const std::lock_guard lock(mutex_);
    const auto at = findIn(tokens_, id);
    return at != tokens_.end() && isValid(*at) ? std::optional(*at) : std::nullopt;
}

/// Requires the lock. A failure to store it does not prevent the use.
void TokenStore::noteUse(AccessToken &token)
{
    const clock::Clock::Wall now = clock_->wallNow();
    token.lastUsed = now;
    store_.writeLater(
        [id = token.id, now](store::StoreWriter &writer) {
            return edited(writer, [&](store::StoreWriter &, std::vector<AccessToken> &tokens) {
                const auto at = findIn(tokens, id);
                if (at == tokens.end() || (at->lastUsed && now - *at->lastUsed < useEvery))
                    return false;
                at->lastUsed = now;
                return true;
            });
        },
        [](const auto &) {});
}

std::optional<http::Scope> scopeFrom(const std::string &text)
{
    for (const http::Scope scope : grantable)
        if (text == toText(scope))
            return scope;
    return std::nullopt;
}

const char *toText(http::Scope scope)
{
    static constexpr std::array names = {"anybody", "submit", "read", "operate", "admin"};
    static_assert(names.size() == static_cast<std::size_t>(http::Scope::admin) + 1);
    return names.at(static_cast<std::size_t>(scope));
}

std::string scopeNames()
{
    std::string names;
    for (const http::Scope scope : grantable)
        names += (names.empty() ? "" : scope == grantable.back() ? " and " : ", ") + std::string(toText(scope));
    return names;
}

std::string toDocument(const std::vector<AccessToken> &tokens)
{
    Object document;
    document.set("version", 1);
    document.set("tokens", json::arrayOf(tokens, toJson));
    return json::toText(document);
}

std::vector<AccessToken> tokensFrom(const std::string &document, std::string &damage)
{
    std::vector<AccessToken> tokens;
    const Object::Ptr object = json::parseStored(document, damage);
    const Array::Ptr all = object->getArray("tokens");
    if (all.isNull() && damage.empty() && !document.empty())
        damage = "it contains no list of tokens";
    for (unsigned i = 0; !all.isNull() && i < all->size(); ++i)
        tokens.push_back(storedToken(all->getObject(i), i));
    return tokens;
}

} // namespace psa::access

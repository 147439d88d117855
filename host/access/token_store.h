#pragma once

#include "host/http/router.h"
#include "host/secrets/crypto.h"
#include "host/store/store.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::access {

/// Permissions: a set of Scope; admin includes everything.
using Scopes = std::set<http::Scope>;

inline bool allows(const Scopes &scopes, http::Scope wanted)
{
    return wanted == http::Scope::anybody || scopes.contains(wanted) || scopes.contains(http::Scope::admin);
}

/// What is stored of an API token: never the token itself.
struct AccessToken
{
    std::string id;   ///< Public; part of the token, and shown in the audit log.
    std::string name; ///< For people.
    Scopes scopes;
    /// The connections that it is bound to; for it no others exist. nullopt = it is not bound.
    std::optional<std::set<std::string>> connections;
    std::string digest; ///< Of its secret part.
    clock::Clock::Wall created;
    std::optional<clock::Clock::Wall> expires;
    std::optional<clock::Clock::Wall> lastUsed; ///< Precision: one minute.
    std::string damage; ///< Why its stored data cannot be read, in which case it grants no access; "" = readable.
};

/// The API tokens: "psa_ID_SECRET", of which only the digest is stored. Several hosts may share them: changes start from
/// what is stored. Thread-safe. Throws StoreError.
class TokenStore
{
public:
    TokenStore(store::Store &store, std::shared_ptr<const clock::Clock> clock, secrets::RandomSource random);

    struct Made
    {
        AccessToken token;
        std::string text; ///< Shown only once, when it is created.
    };
    /// `connections`: see AccessToken; `who`: for the audit log.
    Made add(const std::string &name, const Scopes &scopes, std::optional<clock::Clock::Wall> expires,
             const std::string &who, const std::optional<std::set<std::string>> &connections = std::nullopt);
    /// False if there is no token with this id.
    bool remove(const std::string &id, const std::string &who);
    /// In order of creation.
    std::vector<AccessToken> all() const;

    /// Reads them again, because another host has changed them.
    void refresh();

    /// The token given as `text`; nullopt if it is invalid, expired or removed. Records the use, without waiting for the store.
    std::optional<AccessToken> check(const std::string &text);
    /// Its current data; nullopt if it was removed or has expired.
    std::optional<AccessToken> find(const std::string &id) const;

    /// Why the stored tokens cannot be read at all; then there are none until new ones are created. "" = readable.
    const std::string &damage() const { return damage_; }

    /// The id in a text that looks like a token, valid or not; "" = it does not look like one.
    static std::string idIn(const std::string &text);

private:
    /// What a transaction does to the stored tokens; false = nothing.
    using Edit = std::function<bool(store::StoreWriter &writer, std::vector<AccessToken> &tokens)>;
    static std::optional<std::vector<AccessToken>> edited(store::StoreWriter &writer, const Edit &edit);
    bool change(const Edit &edit);
    bool isValid(const AccessToken &token) const;
    void noteUse(AccessToken &token);

    store::Store &store_;
    std::shared_ptr<const clock::Clock> clock_;
    secrets::RandomSource random_;
    std::string damage_;
    std::mutex changing_;      ///< Held from reading or changing what is stored until it is known here.
    mutable std::mutex mutex_; ///< Guards the next; never held while the store is waited for.
    std::vector<AccessToken> tokens_;
};

/// "admin" and the like; nullopt for any other text.
std::optional<http::Scope> scopeFrom(const std::string &text);
const char *toText(http::Scope scope);
/// All that a token can have, for messages: "submit, read, operate and admin".
std::string scopeNames();

/// All tokens as one document to store.
std::string toDocument(const std::vector<AccessToken> &tokens);

/// A token that cannot be read is included as damaged. For a document that cannot be read at all the result is empty,
/// and `damage` says why; otherwise `damage` is "".
std::vector<AccessToken> tokensFrom(const std::string &document, std::string &damage);

} // namespace psa::access

#pragma once

#include "host/clock/clock.h"
#include "host/http/message.h"
#include "host/secrets/crypto.h"
#include "host/store/store.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::access {

/// A browser that has signed in with a token.
struct BrowserSession
{
    std::string tokenId; ///< Its permissions are those that its token has now.
    std::string csrf;    ///< Required in its changing requests; derived from the id of the session.
};

/// The sessions of browsers. They are stored, so they outlast a restart and are valid on every host that shares the store.
/// Thread-safe. Throws StoreError.
class SessionStore
{
public:
    static constexpr std::chrono::minutes idle{30};
    static constexpr std::chrono::hours longest{8};
    /// Maximum per token. One more replaces the least recently used session of that token: signing in repeatedly signs
    /// out only holders of the same token.
    static constexpr std::size_t maxOfToken = 20;
    static constexpr std::size_t most =
        1000; ///< Total maximum; a session of the token with the most sessions is replaced.

    SessionStore(store::Store &store, std::shared_ptr<const clock::Clock> clock, secrets::RandomSource random);

    struct Opened
    {
        std::string id; ///< For the cookie; only its digest is stored.
        BrowserSession session;
    };
    Opened open(const std::string &tokenId);
    /// nullopt if it does not exist or has expired. Records the use, with a precision of a minute, without waiting for the
    /// store.
    std::optional<BrowserSession> find(const std::string &id);
    void close(const std::string &id);
    /// Ends the sessions of a removed token.
    void closeOf(const std::string &tokenId);
    /// Reads them again, because another host has changed them.
    void refresh();

private:
    using Lock = std::lock_guard<std::mutex>;
    using Sessions = std::map<std::string, store::StoredSession>; ///< By the digest of the id.
    bool isOver(const store::StoredSession &session) const;
    std::vector<std::string> surplus(Sessions sessions, const std::string &tokenId) const;
    Sessions storedIn(const store::StoreReader &reader);
    void replace(Sessions sessions);
    void noteUse(store::StoredSession &session);

    store::Store &store_;
    std::shared_ptr<const clock::Clock> clock_;
    secrets::RandomSource random_;
    std::mutex changing_; ///< Held from reading or changing what is stored until it is known here.
    std::mutex mutex_;    ///< Guards the members below; never held while the store is waited for.
    Sessions sessions_;
    std::map<std::string, clock::Clock::Wall> stored_; ///< When the use of a session was last stored.
};

/// The session in the request's cookie; "" = none.
std::string sessionIn(const http::ApiRequest &request);

/// A Set-Cookie header that stores `session` in the browser; "" deletes it. Other sites cannot cause it to be sent
/// (SameSite), scripts cannot read it (HttpOnly), and no other name or path of the host can set it (__Host-).
std::string sessionCookie(const std::string &session);

} // namespace psa::access

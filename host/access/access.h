#pragma once

#include "host/access/attempt_limit.h"
#include "host/access/session_store.h"
#include "host/access/token_store.h"

namespace psa::access {

/// Who may use the API over the network, and how they authenticate. Thread-safe.
struct Access
{
    Access(store::Store &store, const std::shared_ptr<const clock::Clock> &theClock,
           const secrets::RandomSource &random)
        : clock(theClock), tokens(store, theClock, random), sessions(theClock, random), attempts(theClock)
    {
    }

    std::shared_ptr<const clock::Clock> clock;
    TokenStore tokens;
    SessionStore sessions;
    AttemptLimit attempts;
};

/// The token in `text`. Throws Problem if it is invalid, or if `address` or that token id has failed too often.
AccessToken checkToken(Access &access, const std::string &text, const std::string &address);

} // namespace psa::access

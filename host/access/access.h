#pragma once

#include "host/access/session_store.h"
#include "host/access/token_store.h"
#include "host/clock/clock.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace psa::access {

/// Limits failed authentications per time window, for each address and for each token id. Thread-safe.
class AttemptLimit
{
public:
    static constexpr std::size_t allowed = 10;
    static constexpr std::chrono::minutes stretch{15};
    static constexpr std::size_t maxKeys = 10000; ///< Beyond this number the oldest is evicted.

    explicit AttemptLimit(std::shared_ptr<const clock::Clock> clock) : clock_(std::move(clock)) {}

    /// How long `key`, an address or a token id, has to wait; 0 = not at all.
    std::chrono::seconds waitOf(const std::string &key);
    void failed(const std::string &key);

private:
    using Times = std::deque<clock::Clock::Steady>;
    void forget(Times &times) const;

    std::shared_ptr<const clock::Clock> clock_;
    std::mutex mutex_; ///< Guards the members below.
    std::map<std::string, Times> failures_;
};

/// Who may use the API over the network, and how they authenticate. Thread-safe.
struct Access
{
    Access(store::Store &store, const std::shared_ptr<const clock::Clock> &theClock,
           const secrets::RandomSource &random)
        : clock(theClock), tokens(store, theClock, random), sessions(store, theClock, random), attempts(theClock)
    {
    }

    std::shared_ptr<const clock::Clock> clock;
    TokenStore tokens;
    SessionStore sessions;
    AttemptLimit attempts;
};

/// The token in `text`, which came with `request`. Throws Problem if it is invalid, or if the caller's address or that token
/// id has failed too often; before that, AskAgain.
AccessToken checkToken(Access &access, const std::string &text, const http::ApiRequest &request);

} // namespace psa::access

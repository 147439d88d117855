#pragma once

#include "host/clock/clock.h"
#include "host/secrets/random_source.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace psa::host {

/// A browser that has signed in with a token.
struct BrowserSession
{
    std::string tokenId; ///< What it may do is what its token may do now.
    std::string csrf;    ///< What its requests that change something must show.
    Clock::Steady began;
    Clock::Steady seen;
};

/// The sessions, in memory: a restart signs everybody out. Thread-safe.
class SessionBook
{
public:
    static constexpr std::chrono::minutes idle{30};
    static constexpr std::chrono::hours longest{8};
    /// At most this many of one token. For another, the one of that token that was not seen longest makes room: whoever signs in
    /// repeatedly signs out only the holders of the same token.
    static constexpr std::size_t mostOfToken = 20;
    static constexpr std::size_t most = 1000; ///< In all; the token that has most of them makes room.

    SessionBook(std::shared_ptr<const Clock> clock, RandomSource random);

    struct Opened
    {
        std::string id; ///< For the cookie; only its digest is kept.
        BrowserSession session;
    };
    Opened open(const std::string &tokenId);
    /// Nothing if there is none, or none any more. Notes that it was seen.
    std::optional<BrowserSession> find(const std::string &id);
    void close(const std::string &id);
    /// Those of a token that was removed.
    void closeOf(const std::string &tokenId);

private:
    bool isOver(const BrowserSession &session) const;
    std::string crowdedToken(const std::string &tokenId) const;
    void makeRoom(const std::string &tokenId);

    std::shared_ptr<const Clock> clock_;
    RandomSource random_;
    std::mutex mutex_;                               ///< Guards the members below.
    std::map<std::string, BrowserSession> sessions_; ///< By the digest of the id.
};

} // namespace psa::host

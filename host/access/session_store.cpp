#include "host/access/session_store.h"

#include "host/secrets/crypto.h"

#include <algorithm>

namespace psa::access {
namespace {

constexpr std::size_t sessionBytes = 32;

constexpr std::string_view cookieName = "__Host-psa-session";

} // namespace

SessionStore::SessionStore(std::shared_ptr<const clock::Clock> clock, secrets::RandomSource random)
    : clock_(std::move(clock)), random_(std::move(random))
{
}

bool SessionStore::isOver(const BrowserSession &session) const
{
    const clock::Clock::Steady now = clock_->now();
    return now - session.seen >= idle || now - session.began >= longest;
}

/// The token whose session must be closed before one of `tokenId` can be opened; "" = there is room. Requires the lock.
std::string SessionStore::crowdedToken(const std::string &tokenId) const
{
    std::map<std::string, std::size_t> counts;
    for (const auto &[id, session] : sessions_)
        ++counts[session.tokenId];
    if (counts[tokenId] >= maxOfToken)
        return tokenId;
    if (sessions_.size() < most)
        return "";
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto &one, const auto &other) { return one.second < other.second; })
        ->first;
}

/// Requires the lock.
void SessionStore::makeRoom(const std::string &tokenId)
{
    std::erase_if(sessions_, [this](const auto &each) { return isOver(each.second); });
    const std::string crowded = crowdedToken(tokenId);
    if (crowded.empty())
        return;
    auto oldest = sessions_.end();
    for (auto at = sessions_.begin(); at != sessions_.end(); ++at)
        if (at->second.tokenId == crowded && (oldest == sessions_.end() || at->second.seen < oldest->second.seen))
            oldest = at;
    sessions_.erase(oldest);
}

SessionStore::Opened SessionStore::open(const std::string &tokenId)
{
    Opened opened{secrets::randomHex(random_, sessionBytes),
                  {tokenId, secrets::randomHex(random_, sessionBytes), clock_->now(), clock_->now()}};
    const std::lock_guard lock(mutex_);
    makeRoom(tokenId);
    sessions_[secrets::digestOf(opened.id)] = opened.session;
    return opened;
}

std::optional<BrowserSession> SessionStore::find(const std::string &id)
{
    const std::lock_guard lock(mutex_);
    const auto at = sessions_.find(secrets::digestOf(id));
    if (at == sessions_.end() || isOver(at->second))
        return std::nullopt;
    at->second.seen = clock_->now();
    return at->second;
}

void SessionStore::close(const std::string &id)
{
    const std::lock_guard lock(mutex_);
    sessions_.erase(secrets::digestOf(id));
}

void SessionStore::closeOf(const std::string &tokenId)
{
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [&](const auto &each) { return each.second.tokenId == tokenId; });
}

std::string sessionIn(const http::ApiRequest &request)
{
    const std::string all = request.header("cookie");
    for (std::size_t begin = 0; begin < all.size();)
    {
        const std::size_t end = std::min(all.find(';', begin), all.size());
        std::string_view one = std::string_view(all).substr(begin, end - begin);
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        if (one.starts_with(cookieName) && one.size() > cookieName.size() && one[cookieName.size()] == '=')
            return std::string(one.substr(cookieName.size() + 1));
        begin = end + 1;
    }
    return {};
}

std::string sessionCookie(const std::string &session)
{
    return std::string(cookieName) + "=" + session + "; Path=/; Secure; HttpOnly; SameSite=Strict" +
           (session.empty() ? "; Max-Age=0" : "");
}

} // namespace psa::access

#include "host/access/session_store.h"

#include "host/secrets/crypto.h"

#include <algorithm>

namespace psa::access {
namespace {

constexpr std::size_t sessionBytes = 32;

constexpr std::string_view cookieName = "__Host-psa-session";

using namespace std::chrono_literals;

/// Minimum time between two stored uses.
constexpr auto noteEvery = 1min;

BrowserSession browserSession(const std::string &id, const std::string &tokenId)
{
    return {tokenId, secrets::digestOf("csrf " + id)};
}

} // namespace

SessionStore::SessionStore(store::Store &store, std::shared_ptr<const clock::Clock> clock, secrets::RandomSource random)
    : store_(store), clock_(std::move(clock)), random_(std::move(random))
{
    refresh();
}

bool SessionStore::isOver(const store::StoredSession &session) const
{
    const clock::Clock::Wall now = clock_->wallNow();
    return now - session.seen >= idle || now - session.began >= longest;
}

/// The digests of those that must go before one of `tokenId` can be opened.
std::vector<std::string> SessionStore::surplus(Sessions sessions, const std::string &tokenId) const
{
    std::vector<std::string> gone;
    for (const auto &[digest, session] : sessions)
        if (isOver(session))
            gone.push_back(digest);
    for (const std::string &digest : gone)
        sessions.erase(digest);
    std::map<std::string, std::size_t> counts;
    for (const auto &[digest, session] : sessions)
        ++counts[session.tokenId];
    std::string crowded = counts[tokenId] >= maxOfToken ? tokenId : "";
    if (crowded.empty() && sessions.size() >= most)
        crowded = std::max_element(counts.begin(), counts.end(), [](const auto &one, const auto &other) {
                      return one.second < other.second;
                  })->first;
    const store::StoredSession *oldest = nullptr;
    for (const auto &[digest, session] : sessions)
        if (!crowded.empty() && session.tokenId == crowded && (oldest == nullptr || session.seen < oldest->seen))
            oldest = &session;
    if (oldest != nullptr)
        gone.push_back(oldest->digest);
    return gone;
}

/// Those that are stored, with the uses that are known only here.
SessionStore::Sessions SessionStore::storedIn(const store::StoreReader &reader)
{
    Sessions all;
    for (store::StoredSession &session : reader.sessions())
        all.emplace(session.digest, session);
    const Lock lock(mutex_);
    for (auto &[digest, session] : all)
        if (const auto known = sessions_.find(digest); known != sessions_.end())
            session.seen = std::max(session.seen, known->second.seen);
    return all;
}

/// Those that were used meanwhile stay so.
void SessionStore::replace(Sessions sessions)
{
    const Lock lock(mutex_);
    for (auto &[digest, session] : sessions)
        if (const auto known = sessions_.find(digest); known != sessions_.end())
            session.seen = std::max(session.seen, known->second.seen);
    sessions_ = std::move(sessions);
    std::erase_if(stored_, [this](const auto &each) { return !sessions_.contains(each.first); });
}

void SessionStore::refresh()
{
    const Lock changing(changing_);
    replace(store_.read([this](const store::StoreReader &reader) { return storedIn(reader); }));
}

SessionStore::Opened SessionStore::open(const std::string &tokenId)
{
    const std::string id = secrets::randomHex(random_, sessionBytes);
    const clock::Clock::Wall now = clock_->wallNow();
    const store::StoredSession opened{secrets::digestOf(id), tokenId, now, now};
    const Lock changing(changing_);
    replace(store_.write([&](store::StoreWriter &writer) {
        Sessions all = storedIn(writer);
        for (const std::string &digest : surplus(all, tokenId))
        {
            writer.removeSession(digest);
            all.erase(digest);
        }
        writer.saveSession(opened);
        all.emplace(opened.digest, opened);
        return all;
    }));
    const Lock lock(mutex_);
    stored_[opened.digest] = now;
    return {id, browserSession(id, tokenId)};
}

std::optional<BrowserSession> SessionStore::find(const std::string &id)
{
    const std::string digest = secrets::digestOf(id);
    const Lock lock(mutex_);
    const auto at = sessions_.find(digest);
    if (at == sessions_.end() || isOver(at->second))
        return std::nullopt;
    noteUse(at->second);
    return browserSession(id, at->second.tokenId);
}

/// Requires the lock.
void SessionStore::noteUse(store::StoredSession &session)
{
    const clock::Clock::Wall now = clock_->wallNow();
    session.seen = now;
    clock::Clock::Wall &stored = stored_[session.digest];
    if (now - stored < noteEvery)
        return;
    stored = now;
    // If it fails, the session ends earlier on another host or after a restart.
    store_.writeLater(
        [session](store::StoreWriter &writer) {
            writer.touchSession(session.digest, session.seen);
            return true;
        },
        [](const auto &) {});
}

void SessionStore::close(const std::string &id)
{
    const std::string digest = secrets::digestOf(id);
    const Lock changing(changing_);
    const auto isKnown = [&] {
        const Lock lock(mutex_);
        return sessions_.contains(digest);
    };
    if (!isKnown())
        return;
    store_.write([&](store::StoreWriter &writer) { writer.removeSession(digest); });
    const Lock lock(mutex_);
    sessions_.erase(digest);
}

void SessionStore::closeOf(const std::string &tokenId)
{
    const Lock changing(changing_);
    replace(store_.write([&](store::StoreWriter &writer) {
        Sessions all = storedIn(writer);
        for (const auto &[digest, session] : all)
            if (session.tokenId == tokenId)
                writer.removeSession(digest);
        std::erase_if(all, [&](const auto &each) { return each.second.tokenId == tokenId; });
        return all;
    }));
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

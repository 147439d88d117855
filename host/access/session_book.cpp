#include "host/access/session_book.h"

#include "host/access/digest.h"

#include <algorithm>

namespace psa::host {
namespace {

constexpr std::size_t sessionBytes = 32;

} // namespace

SessionBook::SessionBook(std::shared_ptr<const Clock> clock, RandomSource random)
    : clock_(std::move(clock)), random_(std::move(random))
{
}

bool SessionBook::isOver(const BrowserSession &session) const
{
    const Clock::Steady now = clock_->now();
    return now - session.seen >= idle || now - session.began >= longest;
}

/// Wants the lock held.
void SessionBook::makeRoom()
{
    std::erase_if(sessions_, [this](const auto &each) { return isOver(each.second); });
    if (sessions_.size() >= most)
        sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(), [](const auto &one, const auto &other) {
            return one.second.seen < other.second.seen;
        }));
}

SessionBook::Opened SessionBook::open(const std::string &tokenId)
{
    Opened opened{randomHex(random_, sessionBytes),
                  {tokenId, randomHex(random_, sessionBytes), clock_->now(), clock_->now()}};
    const std::lock_guard lock(mutex_);
    makeRoom();
    sessions_[digestOf(opened.id)] = opened.session;
    return opened;
}

std::optional<BrowserSession> SessionBook::find(const std::string &id)
{
    const std::lock_guard lock(mutex_);
    const auto at = sessions_.find(digestOf(id));
    if (at == sessions_.end() || isOver(at->second))
        return std::nullopt;
    at->second.seen = clock_->now();
    return at->second;
}

void SessionBook::close(const std::string &id)
{
    const std::lock_guard lock(mutex_);
    sessions_.erase(digestOf(id));
}

void SessionBook::closeOf(const std::string &tokenId)
{
    const std::lock_guard lock(mutex_);
    std::erase_if(sessions_, [&](const auto &each) { return each.second.tokenId == tokenId; });
}

} // namespace psa::host

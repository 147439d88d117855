#include "host/access/access.h"

#include "host/http/problem.h"

#include <algorithm>

namespace psa::access {
namespace {

void refuseIfTooMany(Access &access, const std::vector<std::string> &keys)
{
    std::chrono::seconds wait{0};
    for (const std::string &key : keys)
        wait = std::max(wait, access.attempts.waitOf(key));
    if (wait.count() > 0)
        throw http::Problem(
            429, "too-many-attempts", "Too many failed attempts",
            "Too many invalid tokens were sent from this address or with this token id. Try again later.")
            .header("Retry-After", std::to_string(wait.count()));
}

} // namespace

/// Removes times before the window.
void AttemptLimit::forget(Times &times) const
{
    const clock::Clock::Steady since = clock_->now() - stretch;
    while (!times.empty() && times.front() <= since)
        times.pop_front();
}

std::chrono::seconds AttemptLimit::waitOf(const std::string &key)
{
    const std::lock_guard lock(mutex_);
    const auto at = failures_.find(key);
    if (at == failures_.end())
        return std::chrono::seconds(0);
    forget(at->second);
    if (at->second.empty())
        failures_.erase(at);
    else if (at->second.size() >= allowed)
        return std::chrono::ceil<std::chrono::seconds>(at->second.front() + stretch - clock_->now());
    return std::chrono::seconds(0);
}

void AttemptLimit::failed(const std::string &key)
{
    const std::lock_guard lock(mutex_);
    if (failures_.size() >= maxKeys && !failures_.contains(key))
    {
        for (auto &[other, times] : failures_)
            forget(times);
        std::erase_if(failures_, [](const auto &each) { return each.second.empty(); });
        if (failures_.size() >= maxKeys)
            failures_.erase(
                std::min_element(failures_.begin(), failures_.end(), [](const auto &one, const auto &other) {
                    return one.second.back() < other.second.back();
                }));
    }
    Times &times = failures_[key];
    times.push_back(clock_->now());
    if (times.size() > allowed)
        times.pop_front();
}

AccessToken checkToken(Access &access, const std::string &text, const http::ApiRequest &request)
{
    // Nobody guesses 256 bits: the limit is for those who try, and never rejects a valid token.
    if (auto token = access.tokens.check(text))
        return std::move(*token);
    const std::string id = TokenStore::idIn(text);
    if (request.mayAskAgain && !id.empty())
        throw http::AskAgain();
    std::vector<std::string> keys{"address " + request.caller.address};
    if (!id.empty())
        keys.push_back("token " + id);
    refuseIfTooMany(access, keys);
    for (const std::string &key : keys)
        access.attempts.failed(key);
    throw http::Problem(
        401, "bad-token", "Invalid token",
        "The token is wrong, was revoked, or has expired. An admin can create another one on the page under "
        "Tokens, or with psa-host token add NAME --scope SCOPE on the machine that runs psa-host.")
        .header("WWW-Authenticate", "Bearer");
}

} // namespace psa::access

#include "host/net/kept_secrets.h"

#include "host/net/secret_registry.h"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace psa::net {

KeptSecrets::KeptSecrets(std::shared_ptr<const clock::Clock> clock, std::shared_ptr<SecretRegistry> secrets)
    : clock_(std::move(clock)), secrets_(std::move(secrets))
{
}

KeptSecrets::~KeptSecrets()
{
    for (auto at = entries_.begin(); at != entries_.end();)
        at = erase(at);
}

std::optional<std::string> KeptSecrets::get(const std::string &key)
{
    if (!isKey(key.size()))
        throw std::invalid_argument("the key of a secret must have 1 to 200 bytes, not " + std::to_string(key.size()));
    const std::lock_guard lock(mutex_);
    eraseExpired();
    const auto found = entries_.find(key);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.secret);
}

bool KeptSecrets::keep(const std::string &key, const std::string &secret, std::chrono::milliseconds ttl)
{
    if (!canKeep(key.size(), secret.size(), ttl))
        throw std::invalid_argument("a key, a secret or a time is out of range");
    const std::lock_guard lock(mutex_);
    eraseExpired();
    if (const auto old = entries_.find(key); old != entries_.end())
        erase(old);
    if (secret.empty() || ttl.count() == 0)
        return true;
    if (entries_.size() >= maxSecrets)
        return false;
    Entry &entry = entries_[key];
    entry = {secret, possibleTokens(secret), clock_->now() + ttl};
    entry.redacted.push_back(secret);
    secrets_->hold(entry.redacted);
    return true;
}

KeptSecrets::Entries::iterator KeptSecrets::erase(Entries::iterator at)
{
    Entry &entry = at->second;
    secrets_->release(entry.redacted);
    for (std::string &each : entry.redacted)
        explicit_bzero(each.data(), each.size());
    explicit_bzero(entry.secret.data(), entry.secret.size());
    return entries_.erase(at);
}

void KeptSecrets::eraseExpired()
{
    const clock::Clock::Steady now = clock_->now();
    for (auto at = entries_.begin(); at != entries_.end();)
        at = at->second.expires <= now ? erase(at) : std::next(at);
}

} // namespace psa::net

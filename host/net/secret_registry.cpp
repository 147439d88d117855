#include "host/net/secret_registry.h"

#include <algorithm>
#include <cstring>

namespace psa::net {
namespace {

/// A word shorter than this is a scheme or a label rather than a secret.
constexpr std::size_t shortestWord = 8;

void wipeElement(std::string &text)
{
    explicit_bzero(text.data(), text.size()); // destroyed right afterwards
}

void add(Redactor &redactor, std::string_view secret)
{
    redactor.addSecret(std::string(secret));
    for (std::string_view rest = secret; !rest.empty();)
    {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        if (space >= shortestWord)
            redactor.addSecret(std::string(rest.substr(0, space)));
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
}

} // namespace

SecretRegistry::SecretRegistry() : redactor_(std::make_shared<Redactor>()) {}

SecretRegistry::~SecretRegistry()
{
    while (!known_.empty())
        wipeElement(known_.extract(known_.begin()).value()); // an element inside the set could not be changed
    std::for_each(passing_.begin(), passing_.end(), wipeElement);
}

void SecretRegistry::learn(std::string_view secret)
{
    const std::lock_guard lock(mutex_);
    if (secret.empty() || known_.find(secret) != known_.end())
        return;
    known_.emplace(secret);
    makeRedactor();
}

void SecretRegistry::learnPassing(std::string_view secret)
{
    const std::lock_guard lock(mutex_);
    if (secret.empty() || known_.find(secret) != known_.end())
        return;
    const auto before = std::find(passing_.begin(), passing_.end(), secret);
    if (before != passing_.end())
        return passing_.splice(passing_.end(), passing_, before);
    passing_.emplace_back(secret);
    if (passing_.size() > maxPassing)
    {
        wipeElement(passing_.front());
        passing_.pop_front();
    }
    makeRedactor();
}

/// Requires the lock.
void SecretRegistry::makeRedactor()
{
    auto redactor = std::make_shared<Redactor>();
    for (const std::string &each : known_)
        add(*redactor, each);
    for (const std::string &each : passing_)
        add(*redactor, each);
    redactor_ = std::move(redactor);
}

std::shared_ptr<const Redactor> SecretRegistry::current() const
{
    const std::lock_guard lock(mutex_);
    return redactor_;
}

std::string SecretRegistry::redact(std::string_view text) const
{
    return current()->redact(text);
}

} // namespace psa::net

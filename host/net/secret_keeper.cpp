#include "host/net/secret_keeper.h"

#include <cstring>

namespace psa::host {
namespace {

/// A word shorter than this is a scheme or a label rather than a secret.
constexpr std::size_t shortestWord = 8;

} // namespace

SecretKeeper::SecretKeeper() : redactor_(std::make_shared<Redactor>()) {}

SecretKeeper::~SecretKeeper()
{
    while (!known_.empty())
    {
        auto secret = known_.extract(known_.begin());
        explicit_bzero(secret.value().data(), secret.value().size());
    }
}

void SecretKeeper::learn(std::string_view secret)
{
    const std::lock_guard lock(mutex_);
    if (secret.empty() || known_.find(secret) != known_.end())
        return;
    known_.emplace(secret);
    for (std::string_view rest = secret; !rest.empty();)
    {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        if (space >= shortestWord)
            known_.emplace(rest.substr(0, space));
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    auto redactor = std::make_shared<Redactor>();
    for (const std::string &each : known_)
        redactor->addSecret(each);
    redactor_ = std::move(redactor);
}

std::shared_ptr<const Redactor> SecretKeeper::current() const
{
    const std::lock_guard lock(mutex_);
    return redactor_;
}

std::string SecretKeeper::redact(std::string_view text) const
{
    return current()->redact(text);
}

} // namespace psa::host

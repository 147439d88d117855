#pragma once

#include "host/net/redactor.h"

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace psa::host {

/// The secrets of one connection: those of its configuration, and the header values that its plugin marks as secret
/// while it works. Every text that leaves the host passes redact(). From any thread.
class SecretKeeper
{
public:
    SecretKeeper();
    ~SecretKeeper();
    SecretKeeper(const SecretKeeper &) = delete;
    SecretKeeper &operator=(const SecretKeeper &) = delete;

    /// Keeps `secret` from now on. Of a value such as "Basic dXNlcjpwYXNz" the long words are secrets too.
    void learn(std::string_view secret);

    /// `text` with every known secret replaced.
    std::string redact(std::string_view text) const;

private:
    std::shared_ptr<const Redactor> current() const;

    mutable std::mutex mutex_;
    std::set<std::string, std::less<>> known_;
    std::shared_ptr<const Redactor> redactor_;
};

} // namespace psa::host

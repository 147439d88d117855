#pragma once

#include "sandbox/autotask/tenant.h"
#include "sandbox/common/http_message.h"
#include "sandbox/common/switches.h"

#include <optional>
#include <string>

namespace psa::sandbox::autotask {

/// Checks logins, and locks the API user. Not thread-safe.
class Login
{
public:
    Login(const Switches &switches, std::string secret) : switches_(switches), secret_(std::move(secret)) {}

    /// The response that rejects the request; nullopt if it is admitted. Counts failures and locks.
    std::optional<Answer> refuse(const Request &request, const Tenant &tenant);

    const std::string &secret() const { return secret_; }
    void setSecret(const std::string &secret) { secret_ = secret; }
    void setLocked(bool locked);
    bool locked() const { return locked_; }
    std::size_t failures() const { return failures_; }
    void reset();

private:
    const Switches &switches_;
    std::string secret_;
    bool locked_ = false;
    std::int64_t inARow_ = 0;
    std::size_t failures_ = 0;
};

/// The zone that a request was sent to, from its Host header; 0 for webservices.autotask.net, -1 for a host without a
/// zone, such as 127.0.0.1.
std::int64_t zoneOfHost(const Request &request);

} // namespace psa::sandbox::autotask

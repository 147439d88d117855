#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/switches.h"
#include "sandbox/connectwise/tenant.h"

#include <optional>
#include <string>

namespace psa::sandbox::connectwise {

/// The credentials in a request; missing parts are empty.
struct Credentials
{
    std::string company;
    std::string publicKey;
    std::string privateKey;
};

/// From "Basic base64(company+public:private)".
Credentials credentialsIn(const Request &request);

/// Checks logins. Not thread-safe.
class Login
{
public:
    Login(const Switches &switches, std::string privateKey) : switches_(switches), privateKey_(std::move(privateKey)) {}

    /// The response that rejects the request; nullopt if it is admitted. Counts failures.
    std::optional<Answer> refuse(const Request &request, const Tenant &tenant);

    const std::string &privateKey() const { return privateKey_; }
    void setPrivateKey(const std::string &key) { privateKey_ = key; }
    std::size_t failures() const { return failures_; }
    void reset() { failures_ = 0; }

private:
    Answer badClientId() const;
    Answer badKeys() const;

    const Switches &switches_;
    std::string privateKey_;
    std::size_t failures_ = 0;
};

} // namespace psa::sandbox::connectwise

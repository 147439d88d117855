#pragma once

#include "sandbox/common/clock.h"
#include "sandbox/common/http_message.h"
#include "sandbox/common/rights.h"
#include "sandbox/common/switches.h"
#include "sandbox/halopsa/tenant.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace psa::sandbox::halopsa {

/// What an access token allows.
struct Token
{
    SandboxClock::Time until;
    std::set<std::string> scopes;
    Rights rights; ///< Those of the agent when it was issued.
};

/// Whether a token with these scopes may read or write the part of the API; an empty `part` needs no scope.
bool inScope(const std::set<std::string> &scopes, const std::string &part, bool write);

/// The authorization server: OAuth 2 client credentials, and the tokens that it issued. Not thread-safe.
class Login
{
public:
    Login(const Switches &switches, std::string secret) : switches_(switches), secret_(std::move(secret)) {}

    /// The response of the token endpoint. Counts failures.
    Answer issue(const Request &request, const Tenant &tenant, SandboxClock::Time now, const Rights &rights);
    /// The token of a request; null if it has none that is valid.
    const Token *find(const Request &request, SandboxClock::Time now) const;
    /// From now on every token is invalid.
    void revokeTokens() { tokens_.clear(); }

    const std::string &secret() const { return secret_; }
    void setSecret(const std::string &secret) { secret_ = secret; }
    /// What the application may be granted, such as "read:tickets edit:tickets".
    void limitScopes(const std::string &scopes);
    std::size_t failures() const { return failures_; }
    const std::vector<std::string> &issued() const { return issued_; } ///< Oldest first, with the invalid ones.
    void reset();

private:
    Answer refusal(const std::string &error, const std::string &description);
    std::string newToken();

    const Switches &switches_;
    std::string secret_;
    std::set<std::string> allowed_{"all"};
    std::map<std::string, Token> tokens_;
    std::vector<std::string> issued_;
    std::size_t failures_ = 0;
};

/// The client that a request for a token names, in its form or by HTTP Basic; empty for none. Without the secret.
std::string clientIn(const Request &request);

} // namespace psa::sandbox::halopsa

#pragma once

#include "host/access/access.h"
#include "host/http/router.h"

#include <string>
#include <vector>

namespace psa::host {

/// Authenticates and authorizes requests from the network: decides whether a request is meant for this host, who sent
/// it and what they may do. Thread-safe.
class RequestAuthenticator final : public RequestGuard
{
public:
    /// `hosts`: the allowed host names, with a port unless it is the scheme's default. Any other name indicates DNS
    /// rebinding.
    RequestAuthenticator(const Router &router, Access &access, std::vector<std::string> hosts);

    Admitted admit(ApiRequest &head) override;
    void refused(ApiRequest request, const Problem &problem) const override;

private:
    struct Identity
    {
        AccessToken token;
        std::string csrf; ///< What a request that changes something must show; "" = the token itself came.
    };
    Admitted letIn(ApiRequest &request);
    void checkHost(const ApiRequest &request) const;
    Identity identify(const ApiRequest &request);

    const Router &router_;
    Access &access_;
    std::vector<std::string> hosts_; ///< In lower case.
};

} // namespace psa::host

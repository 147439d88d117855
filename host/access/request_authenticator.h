#pragma once

#include "host/access/access.h"
#include "host/http/router.h"

#include <string>
#include <vector>

namespace psa::access {

/// Authenticates and authorizes requests from the network: decides whether a request is meant for this host, who sent
/// it and what they may do. Thread-safe.
class RequestAuthenticator final : public http::RequestGuard
{
public:
    /// `hosts`: the allowed host names, with a port unless it is the scheme's default. Any other name indicates DNS
    /// rebinding.
    RequestAuthenticator(const http::Router &router, Access &access, std::vector<std::string> hosts);

    http::Admitted admit(http::ApiRequest &head) override;
    void refused(http::ApiRequest request, const http::Problem &problem) const override;

private:
    struct Identity
    {
        AccessToken token;
        /// Token that a changing request must send; "" = it was authenticated by the API token itself.
        std::string csrf;
    };
    http::Admitted letIn(http::ApiRequest &request);
    void checkHost(const http::ApiRequest &request) const;
    Identity identify(const http::ApiRequest &request);

    const http::Router &router_;
    Access &access_;
    std::vector<std::string> hosts_; ///< In lower case.
};

} // namespace psa::access

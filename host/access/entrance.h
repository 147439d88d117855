#pragma once

#include "host/access/access.h"
#include "host/http/router.h"

#include <string>
#include <vector>

namespace psa::host {

/// Authenticates and authorizes requests from the network: decides whether a request is meant for this host, who sent
/// it and what they may do. Thread-safe.
class Entrance
{
public:
    /// `hosts`: the allowed host names, with a port unless it is the scheme's default. Any other name indicates DNS
    /// rebinding.
    Entrance(const Router &router, Access &access, std::vector<std::string> hosts);

    /// Whether a request is let in, from its head alone; sets the name of its caller, whose `address` says where it
    /// comes from. Returns what its route needs. Throws Problem.
    Scope admit(ApiRequest &request);
    /// To be called by a server that refuses a request by itself, before or after admit(), such as one that is too
    /// large: with as much of it as is known, and the address of its caller.
    void refused(ApiRequest request, const Problem &problem) const;
    /// What the route of a request that was let in answers.
    ApiResponse answer(ApiRequest request) const { return router_.handle(std::move(request)); }

private:
    struct Identity
    {
        AccessToken token;
        std::string csrf; ///< What a request that changes something must show; "" = the token itself came.
    };
    Scope letIn(ApiRequest &request);
    void checkHost(const ApiRequest &request) const;
    Identity identify(const ApiRequest &request);

    const Router &router_;
    Access &access_;
    std::vector<std::string> hosts_; ///< In lower case.
};

} // namespace psa::host

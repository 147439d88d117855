#pragma once

#include "host/access/access.h"
#include "host/api/router.h"

#include <string>
#include <vector>

namespace psa::host {

/// The way from the network to the routes: decides whether a request was meant for this host, whose it is and what they
/// may do, and only then hands it on. Thread-safe.
class Entrance
{
public:
    /// `hosts`: the names, with a port where it is not the scheme's own, that a request may be addressed to. What
    /// reaches us under another name comes from a page of somebody else whose name was made to lead here.
    Entrance(const Router &router, Access &access, std::vector<std::string> hosts);

    /// Whether a request is let in, from its head alone; sets the name of its caller, whose `address` says where it comes
    /// from. Returns what its route needs. Throws Problem.
    Scope admit(ApiRequest &request);
    /// To be called by a server that refuses a request by itself, before or after admit(), such as one that is too large:
    /// with as much of it as is known, and the address of its caller.
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

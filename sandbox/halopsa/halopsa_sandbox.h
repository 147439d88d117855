#pragma once

#include "sandbox/common/simulator.h"
#include "sandbox/common/switches.h"
#include "sandbox/halopsa/truth.h"

namespace psa::sandbox::halopsa {

/// Every behaviour of the service that is uncertain or differs from tenant to tenant.
std::vector<SwitchInfo> switches();

class HaloPsaService;

struct HaloPsaOptions : SandboxOptions
{
    std::string tenantJson{}; ///< Empty: the built-in one (halopsa/default_tenant.cpp).
    std::string tenant{};     ///< Overrides the tenant's name.
    std::string site{};       ///< The tenant's host, overrides the tenant's; the certificate is also valid for it.
};

/// A running HaloPSA simulator: listens from construction to destruction. Thread-safe. Without options: HTTPS on a free
/// port of 127.0.0.1, temporary files, the tenant acme at acme.halopsa.com.
class HaloPsaSandbox : public Simulator
{
public:
    /// Throws std::invalid_argument, BadJson, std::system_error or a Poco::Exception, for example if the port is in
    /// use.
    explicit HaloPsaSandbox(const HaloPsaOptions &options = {});

    std::string tenant() const;
    std::string site() const; ///< "acme.halopsa.com".
    std::string clientId() const;
    std::string clientSecret() const; ///< The content of secretFile(), until the tenant is changed.
    /// Every token that was issued, oldest first. Each begins with "HaloSandboxToken.".
    std::vector<std::string> tokens() const;

    /// What really happened, whatever clients were told.
    Truth truth() const;

private:
    HaloPsaService *service_; ///< Owned by Simulator.
};

} // namespace psa::sandbox::halopsa

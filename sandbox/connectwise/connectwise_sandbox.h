#pragma once

#include "sandbox/common/simulator.h"
#include "sandbox/common/switches.h"
#include "sandbox/connectwise/truth.h"

namespace psa::sandbox::connectwise {

/// Every behaviour of the service that is uncertain or differs from tenant to tenant.
std::vector<SwitchInfo> switches();

class ConnectWiseService;

struct ConnectWiseOptions : SandboxOptions
{
    std::string tenantJson{}; ///< Empty: the built-in one (connectwise/default_tenant.cpp).
    std::string company{};    ///< Overrides the tenant's: as its users enter it to log in.
    std::string site{};       ///< The API's host, overrides the tenant's; the certificate is also valid for it.
};

/// A running ConnectWise PSA simulator: listens from construction to destruction. Thread-safe. Without options: HTTPS
/// on a free port of 127.0.0.1, temporary files, company sandboxmsp at api-na.myconnectwise.net with the codebase
/// v2025_1.
class ConnectWiseSandbox : public Simulator
{
public:
    /// Throws std::invalid_argument, BadJson, std::system_error or a Poco::Exception, for example if the port is in
    /// use.
    explicit ConnectWiseSandbox(const ConnectWiseOptions &options = {});

    std::string company() const;
    std::string publicKey() const;
    std::string privateKey() const; ///< The content of secretFile(), until the tenant is changed.
    std::string clientId() const;
    std::string site() const;     ///< "api-na.myconnectwise.net".
    std::string codebase() const; ///< "v2025_1".

    /// What really happened, whatever clients were told.
    Truth truth() const;

private:
    ConnectWiseService *service_; ///< Owned by Simulator.
};

} // namespace psa::sandbox::connectwise

#pragma once

#include "sandbox/common/simulator.h"
#include "sandbox/connectwise/truth.h"

namespace psa::sandbox::connectwise {

class ConnectWiseService;

struct ConnectWiseOptions : SandboxOptions
{
    std::string tenantJson{}; ///< Empty: the built-in one (connectwise/default_tenant.cpp).
    std::string company{};    ///< In place of the tenant's: as its users log in to it.
    std::string site{};       ///< The API's host, in place of the tenant's; the certificate holds for it too.
};

/// A running ConnectWise PSA simulator: listens from construction to destruction. Every function may be called from any
/// thread. Without options: HTTPS on a free port of 127.0.0.1, temporary files, company sandboxmsp at
/// api-na.myconnectwise.net with the codebase v2025_1.
class ConnectWiseSandbox : public Simulator
{
public:
    /// Throws std::invalid_argument, BadJson, std::system_error or a Poco::Exception, such as for a port that is taken.
    explicit ConnectWiseSandbox(const ConnectWiseOptions &options = {});

    std::string company() const;
    std::string publicKey() const;
    std::string privateKey() const; ///< What secretFile() holds, until a change of the tenant.
    std::string clientId() const;
    std::string site() const;     ///< "api-na.myconnectwise.net".
    std::string codebase() const; ///< "v2025_1".

    /// What really happened, whatever clients were told.
    Truth truth() const;

private:
    ConnectWiseService *service_; ///< Simulator owns it.
};

} // namespace psa::sandbox::connectwise

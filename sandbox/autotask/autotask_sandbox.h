#pragma once

#include "sandbox/autotask/truth.h"
#include "sandbox/common/simulator.h"
#include "sandbox/common/switches.h"

namespace psa::sandbox::autotask {

/// Every behaviour of the service that is uncertain or differs from tenant to tenant.
std::vector<SwitchInfo> switches();

class AutotaskService;

struct AutotaskOptions : SandboxOptions
{
    std::string tenantJson{}; ///< Empty: the built-in one (autotask/default_tenant.cpp).
    std::string user{};       ///< Overrides the tenant's.
    int zone = 0;             ///< Overrides the tenant's; 0: keep it.
};

/// A running Autotask simulator: listens from construction to destruction. Thread-safe. Without options: HTTPS on a
/// free port of 127.0.0.1, temporary files, user vectis@APIUSER.com in zone 5.
class AutotaskSandbox : public Simulator
{
public:
    /// Throws std::invalid_argument, BadJson, std::system_error or a Poco::Exception, for example if the port is in
    /// use.
    explicit AutotaskSandbox(const AutotaskOptions &options = {});

    std::string user() const;
    std::string secret() const;
    std::string integrationCode() const;
    int zone() const;

    /// What really happened, whatever clients were told.
    Truth truth() const;

private:
    AutotaskService *service_; ///< Owned by Simulator.
};

} // namespace psa::sandbox::autotask

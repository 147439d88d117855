#pragma once

#include "sandbox/common/tenant_service.h"
#include "sandbox/connectwise/login.h"
#include "sandbox/connectwise/routes.h"
#include "sandbox/connectwise/truth.h"

namespace psa::sandbox::connectwise {

/// ConnectWise PSA's REST API for one tenant. Thread-safe.
class ConnectWiseService : public TenantService
{
public:
    struct Setup
    {
        std::string tenantJson;
        std::string company; ///< Overrides the tenant's; empty: keep it.
        std::string site;    ///< Overrides the tenant's; empty: keep it.
        std::string privateKey;
        bool http = false; ///< URLs in responses are plain HTTP with the Host of the request.
    };
    ConnectWiseService(Setup setup, const SandboxClock &clock, const Switches &switches);

    RequestInfo describe(const Request &request) const override;
    std::optional<Answer> enter(const Request &request, std::unique_ptr<Slot> &slot) override;
    Answer answer(const Request &request, std::chrono::milliseconds hideFor) override;
    std::chrono::milliseconds slowness() const override { return std::chrono::milliseconds(0); }
    Answer failure(int status, const std::vector<std::string> &errors) const override;
    Object::Ptr truthJson() const override { return toJson(truth()); }
    std::int64_t act(const HumanAct &act) override;
    void reset() override;

    Truth truth() const;
    std::string company() const;
    std::string publicKey() const;
    std::string privateKey() const;
    std::string clientId() const;
    std::string site() const;
    std::string codebase() const;

private:
    Tenant makeTenant() const;
    Rows makeRows() const;
    Match find(const Request &request) const;
    std::optional<Answer> refuse(const Request &request, const Match &match);
    std::optional<Answer> limited(const Request &request, std::unique_ptr<Slot> &slot);
    Answer refusedForLimit() const;
    Answer run(const Request &request, const Match &match, std::chrono::milliseconds hideFor);
    bool changeOne(const std::string &name, const Var &value) override;
    std::string knownChanges() const override { return "codebase, site, clientId, publicKey, secret, deactivate"; }
    void deactivate(const Object::Ptr &what);
    std::string baseUrl(const Request &request) const;

    const Setup setup_;
    const SandboxClock &clock_;
    const Switches &switches_;
    RollingCount minute_;
    Tenant tenant_;
    Rows rows_;
    Login login_;
    Journal journal_;
};

} // namespace psa::sandbox::connectwise

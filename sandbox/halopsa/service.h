#pragma once

#include "sandbox/common/tenant_service.h"
#include "sandbox/halopsa/login.h"
#include "sandbox/halopsa/routes.h"
#include "sandbox/halopsa/truth.h"

namespace psa::sandbox::halopsa {

/// HaloPSA's REST API and its authorization server for one tenant. Thread-safe.
class HaloPsaService : public TenantService
{
public:
    struct Setup
    {
        std::string tenantJson;
        std::string tenant; ///< Overrides the tenant's name; empty: keep it.
        std::string site;   ///< Overrides the tenant's host; empty: keep it.
        std::string secret;
        bool http = false; ///< URLs in responses are plain HTTP with the Host of the request, which may be any.
    };
    HaloPsaService(Setup setup, const SandboxClock &clock, const Switches &switches);

    RequestInfo describe(const Request &request) const override;
    std::optional<Answer> enter(const Request &request, std::unique_ptr<Slot> &slot) override;
    Answer answer(const Request &request, std::chrono::milliseconds hideFor) override;
    std::chrono::milliseconds slowness() const override { return std::chrono::milliseconds(0); }
    Answer failure(int status, const std::vector<std::string> &errors) const override;
    Object::Ptr truthJson() const override { return toJson(truth()); }
    std::int64_t act(const HumanAct &act) override;
    void reset() override;

    Truth truth() const;
    std::string tenant() const;
    std::string site() const;
    std::string clientId() const;
    std::string clientSecret() const;
    std::vector<std::string> tokens() const;

private:
    Tenant makeTenant() const;
    Rows makeRows() const;
    bool isOwnHost(const Request &request) const;
    std::optional<Answer> refuse(const Request &request, const Match &match);
    std::optional<Answer> unauthorized(const Request &request, const Match &match);
    std::optional<Answer> limited(std::unique_ptr<Slot> &slot);
    Answer answerOpen(const Request &request, const Match &match);
    Answer authInfo(const Request &request) const;
    Answer openIdConfiguration(const Request &request) const;
    std::string authUrl(const Request &request) const;
    Core coreFor(const Rights &rights, const Actor &actor, std::chrono::milliseconds hideFor,
                 unsigned long long request);
    void count(const Request &request, const Match &match, std::size_t ReferenceCount::*counter);
    bool changeOne(const std::string &name, const Var &value) override;
    std::string knownChanges() const override
    {
        return "secret, clientId, tenant, site, scopes, revokeTokens, hideTicket, deactivate";
    }
    void hideTicket(const Var &id);
    void deactivate(const Object::Ptr &what);

    const Setup setup_;
    const SandboxClock &clock_;
    const Switches &switches_;
    RollingCount window_;
    Tenant tenant_;
    Rows rows_;
    Login login_;
    Journal journal_;
    std::size_t refusedTokens_ = 0;
};

} // namespace psa::sandbox::halopsa

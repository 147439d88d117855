#pragma once

#include "sandbox/autotask/core.h"
#include "sandbox/autotask/login.h"
#include "sandbox/autotask/routes.h"
#include "sandbox/autotask/truth.h"
#include "sandbox/common/switches.h"
#include "sandbox/common/tenant_service.h"

namespace psa::sandbox::autotask {

/// Calls in the rolling hour, and the consequences of too many. Thread-safe.
class HourlyCount : public RollingCount
{
public:
    HourlyCount(const SandboxClock &clock, const Switches &switches)
        : RollingCount(clock, std::chrono::hours(1)), switches_(switches)
    {
    }

    bool exceeded() const;
    /// The delay that the service adds to each response at the current use.
    std::chrono::milliseconds slowness() const;

private:
    const Switches &switches_;
};

/// Autotask's REST API for one tenant. Thread-safe.
class AutotaskService : public TenantService
{
public:
    struct Setup
    {
        std::string tenantJson;
        std::string user;      ///< Overrides the tenant's; empty: keep it.
        std::int64_t zone = 0; ///< Overrides the tenant's; 0: keep it.
        std::string secret;
        bool http = false; ///< URLs in responses are plain HTTP with the Host of the request.
    };
    AutotaskService(Setup setup, const SandboxClock &clock, const Switches &switches);

    RequestInfo describe(const Request &request) const override;
    std::optional<Answer> enter(const Request &request, std::unique_ptr<Slot> &slot) override;
    Answer answer(const Request &request, std::chrono::milliseconds hideFor) override;
    std::chrono::milliseconds slowness() const override { return hourly_.slowness(); }
    Answer failure(int status, const std::vector<std::string> &errors) const override;
    Object::Ptr truthJson() const override { return toJson(truth()); }
    std::int64_t act(const HumanAct &act) override;
    void reset() override;

    Truth truth() const;
    std::string user() const;
    std::string secret() const;
    std::string integrationCode() const;
    std::int64_t zone() const;

private:
    Tenant makeTenant() const;
    std::optional<Answer> refuse(const Request &request, const Match &match);
    std::optional<Answer> limited(const Request &request, const Match &match, std::unique_ptr<Slot> &slot);
    Answer refusedForLimit(int status, const std::string &text) const;
    Answer run(const Request &request, const Match &match, std::chrono::milliseconds hideFor);
    Core coreFor(std::string url, const Actor &actor, std::chrono::milliseconds hideFor, unsigned long long request);
    std::vector<NoteTruth> noteTruths() const;
    bool changeOne(const std::string &name, const Var &value) override;
    std::string knownChanges() const override { return "zone, locked, secret, deactivate"; }
    std::string baseUrl(const Request &request) const;
    static std::string referenceIn(const Request &request, const Match &match);

    const Setup setup_;
    const SandboxClock &clock_;
    const Switches &switches_;
    HourlyCount hourly_;
    Tenant tenant_;
    Database database_;
    Login login_;
};

} // namespace psa::sandbox::autotask

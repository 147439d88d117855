#pragma once

#include "sandbox/autotask/truth.h"
#include "sandbox/common/sandbox.h"

#include <memory>

namespace psa::sandbox {

struct AutotaskOptions : SandboxOptions
{
    std::string tenantJson{}; ///< Empty: the built-in one (autotask/default_tenant.cpp).
    std::string user{};       ///< In place of the tenant's.
    int zone = 0;             ///< In place of the tenant's; 0: keep it.
};

/// A running Autotask simulator: listens from construction to destruction. Every function may be called from any
/// thread. Without options: HTTPS on a free port of 127.0.0.1, temporary files, user vectis@APIUSER.com in zone 5.
class AutotaskSandbox
{
public:
    /// Throws std::invalid_argument, BadJson, std::system_error or a Poco::Exception, such as for a port that is taken.
    explicit AutotaskSandbox(const AutotaskOptions &options = {});
    ~AutotaskSandbox();
    AutotaskSandbox(const AutotaskSandbox &) = delete;
    AutotaskSandbox &operator=(const AutotaskSandbox &) = delete;

    std::uint16_t port() const;
    std::uint16_t controlPort() const;    ///< 0: none was asked for.
    std::filesystem::path caFile() const; ///< Empty with plain HTTP.
    std::filesystem::path secretFile() const;
    std::string user() const;
    std::string secret() const;
    std::string integrationCode() const;
    int zone() const;

    /// What really happened, whatever clients were told.
    autotask::Truth truth() const;
    /// How many requests came for "METHOD pattern", such as "POST V1.0/Tickets"; see autotask/routes.cpp.
    std::size_t requests(const std::string &route) const;
    std::size_t requests() const; ///< Of all.
    /// The newest `count` of them, oldest first.
    std::vector<RequestLog::Entry> lastRequests(std::size_t count) const;

    /// Adds a rule as POST /faults takes it, such as
    /// {"match": {"method": "POST", "entity": "Tickets", "nth": 1}, "fault": {"kind": "commit-then-drop"}}.
    void addFault(const std::string &rule);
    void clearFaults();
    /// See docs/sandbox.md. Throws std::invalid_argument.
    void setSwitch(const std::string &name, const std::string &value);
    /// A change at the PSA as POST /tenant takes it, such as {"zone": 6}.
    void changeTenant(const std::string &changes);
    /// Moves the sandbox's clock on: the rolling hour, what is visible late, dates.
    void advance(std::chrono::milliseconds by);
    /// All but the clock as at the start.
    void reset();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace psa::sandbox

#pragma once

#include "sandbox/common/sandbox.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace psa::sandbox {

/// A running simulator of some PSA, as used by tests. Thread-safe.
class Simulator
{
public:
    Simulator(const Simulator &) = delete;
    Simulator &operator=(const Simulator &) = delete;

    std::uint16_t port() const;
    std::uint16_t controlPort() const;    ///< 0: there is none.
    std::filesystem::path caFile() const; ///< Empty with plain HTTP.
    std::filesystem::path secretFile() const { return secretFile_; }

    /// The number of requests for "METHOD pattern", such as "POST V1.0/Tickets"; the PSA's routes.cpp has the patterns.
    std::size_t requests(const std::string &route) const;
    std::size_t requests() const; ///< The number of all requests.
    /// The newest `count` of them, oldest first.
    std::vector<RequestLog::Entry> lastRequests(std::size_t count) const;

    /// Adds a rule in the format of POST /faults, such as {"match": {"method": "POST", "entity": "Tickets", "nth": 1},
    /// "fault": {"kind": "commit-then-drop"}}.
    void addFault(const std::string &rule);
    void clearFaults();
    /// See docs/sandbox.md. Throws std::invalid_argument.
    void setSwitch(const std::string &name, const std::string &value);
    /// A change in the PSA in the format of POST /tenant, such as {"revoke": "Tickets create"}.
    void changeTenant(const std::string &changes);
    /// What a person does in the PSA in the format of POST /human, such as {"ticketId": 7, "action": "note"}. Returns the
    /// id of what was added, otherwise the ticket's. Throws std::invalid_argument.
    std::int64_t act(const std::string &humanAct);
    /// Advances the sandbox's clock: rolling windows, delayed visibility, dates.
    void advance(std::chrono::milliseconds by);
    /// Resets everything except the clock.
    void reset();

protected:
    /// `secretName`: the file in the state folder with the API user's secret; created on first use.
    Simulator(const SandboxOptions &options, const std::string &secretName, std::vector<SwitchInfo> switches);
    ~Simulator();

    /// Starts to listen. `names`: of the certificate, as for makeCertificates().
    void serve(std::unique_ptr<Service> service, const std::vector<std::string> &names);

    const std::string &firstSecret() const { return secret_; }
    const SandboxClock &clock() const { return clock_; }
    const Switches &switches() const { return switches_; }

private:
    Controlled controlled() { return {*service_, faults_, switches_, log_, clock_}; }

    const SandboxOptions options_;
    StateFolder folder_;
    const std::filesystem::path secretFile_;
    const std::string secret_;
    SandboxClock clock_;
    Switches switches_;
    FaultSet faults_;
    RequestLog log_{clock_};
    std::unique_ptr<Service> service_;
    std::unique_ptr<SandboxServers> servers_;
};

} // namespace psa::sandbox

#pragma once

#include "sandbox/autotask/autotask_sandbox.h"
#include "sandbox/common/simulator.h"
#include "sandbox/connectwise/connectwise_sandbox.h"
#include "sandbox/halopsa/halopsa_sandbox.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace psa::sandbox {

/// Parameters of every sub-command, in addition to the options of its simulator.
struct Command
{
    std::filesystem::path tenantFile{};
    std::filesystem::path readyFile{};
    std::vector<std::string> switches{}; ///< "name=value".
    std::ostream &out;                   ///< For the information that a person needs to use the simulator.
    void (*wait)();                      ///< Returns when the simulator is to end.
};

/// The text of the tenant file; empty if none was given.
std::string tenantText(const Command &command);

/// Sets the switches. Throws std::invalid_argument.
void setSwitches(Simulator &simulator, const Command &command);

/// Prints `introduction`, writes `readiness` with the common members (port, controlPort, http, ca, secretFile) as the
/// ready file, and waits.
void serve(const Simulator &simulator, const Command &command, const std::string &introduction, Object::Ptr readiness);

/// "127.0.0.1:8443".
std::string address(std::uint16_t port);

/// The lines for psa-host.toml that redirect these hosts, such as "webservices.autotask.net:443", to the simulator;
/// empty for plain HTTP.
std::string egress(const Simulator &simulator, const std::vector<std::string> &hosts);

/// Runs the simulator until the command's wait() returns. Throws like autotask::AutotaskSandbox.
void runAutotask(const Command &command, autotask::AutotaskOptions options);

/// Runs the simulator until the command's wait() returns. Throws like connectwise::ConnectWiseSandbox.
void runConnectWise(const Command &command, connectwise::ConnectWiseOptions options);

/// Runs the simulator until the command's wait() returns. Throws like halopsa::HaloPsaSandbox.
void runHaloPsa(const Command &command, halopsa::HaloPsaOptions options);

} // namespace psa::sandbox

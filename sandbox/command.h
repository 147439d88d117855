#pragma once

#include "sandbox/common/simulator.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace psa::sandbox {

/// What every sub-command takes beside the options of its simulator.
struct Command
{
    std::filesystem::path tenantFile{};
    std::filesystem::path readyFile{};
    std::vector<std::string> switches{}; ///< "name=value".
    std::ostream &out;                   ///< For what a person needs to use the simulator.
    void (*wait)();                      ///< Returns when the simulator shall end.
};

/// The text of the tenant file; empty if none was named.
std::string tenantText(const Command &command);

/// Sets the switches. Throws std::invalid_argument.
void setSwitches(Simulator &simulator, const Command &command);

/// Says `introduction`, writes `readiness` with what every simulator has (port, controlPort, http, ca, secretFile) as
/// the ready file, and waits.
void serve(const Simulator &simulator, const Command &command, const std::string &introduction, Object::Ptr readiness);

/// "127.0.0.1:8443".
std::string address(std::uint16_t port);

/// The lines of psa-host.toml that lead these hosts, such as "webservices.autotask.net:443", to the simulator; nothing
/// for plain HTTP.
std::string egress(const Simulator &simulator, const std::vector<std::string> &hosts);

} // namespace psa::sandbox

#pragma once

#include "host/net/address_policy.h"

#include <Poco/Net/SocketAddress.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::net {

struct NetRuntime;

/// [egress] of the configuration file: what the operator allows beyond what plugins declare.
struct EgressConfig
{
    std::vector<std::string> allowedHosts;                     ///< "host" or "host:port"; a PSA on premises.
    std::vector<Network> allowedNetworks;                      ///< Private ranges that host names may resolve to.
    std::map<std::string, Poco::Net::SocketAddress> connectTo; ///< "host:port" -> where the socket connects to instead.
    std::optional<std::filesystem::path> caFile;               ///< PEM, in addition to the system's authorities.
};

/// The host's network stack, configured by `config`; one per process. Also ignores SIGPIPE: writing to a closed
/// connection must be an error and must not end the process. Throws std::runtime_error for a CA file that cannot be
/// loaded.
std::shared_ptr<const NetRuntime> makeNetRuntime(const EgressConfig &config);

} // namespace psa::net

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
    std::vector<Network> allowedNetworks;                      ///< Private ranges that names may lead to.
    std::map<std::string, Poco::Net::SocketAddress> connectTo; ///< "host:port" -> where the socket goes instead.
    std::optional<std::filesystem::path> caFile;               ///< PEM, beside the system's authorities.
};

/// The network side of the host as `config` says; for the whole process. Also ignores SIGPIPE: a write to a connection
/// that has ended must be an error and not the end of the process. Throws std::runtime_error for a CA file that cannot
/// be loaded.
std::shared_ptr<const NetRuntime> makeNetRuntime(const EgressConfig &config);

} // namespace psa::net

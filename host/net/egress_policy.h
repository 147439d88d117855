#pragma once

#include "host/net/host_pattern.h"
#include "host/net/http_types.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace psa::net {

class HttpsUrl;

/// What a plugin may send and where, decided before anything is sent. The address that a name resolves to is checked
/// later by AddressPolicy, on the actual connection.
class EgressPolicy
{
public:
    /// `declared`: allowedHosts of the plugin's descriptor. `listed`: host names of [egress] allowed_hosts in the
    /// configuration file, each "host" or "host:port". Throws std::invalid_argument for an invalid pattern or entry.
    EgressPolicy(const std::vector<std::string> &declared, const std::vector<std::string> &listed);

    /// Why nothing may be sent to `url`, with the next step; nullopt = allowed.
    std::optional<std::string> refuse(const HttpsUrl &url) const;

    /// Why the host would not send `request`, judged by method, header names and values. nullopt = it would.
    static std::optional<std::string> refuseMessage(const HttpRequest &request);

private:
    std::vector<HostPattern> declared_;
    std::set<std::string> listed_; ///< As returned by HttpsUrl::endpoint().
};

} // namespace psa::net

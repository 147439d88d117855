#pragma once

#include "host/net/http_types.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace psa::net {

/// A host name pattern of a descriptor's allowedHosts. A '*' stands for one or more letters, digits or hyphens within
/// one label; a leading "*." for one or more whole labels. Everything else is compared literally, label by label, so
/// that no name of another domain ever matches. With a '*' it matches only names of the one domain that it ends with,
/// never those that others have registered below a public suffix such as co.uk or azurewebsites.net.
class HostPattern
{
public:
    /// Throws std::invalid_argument that says why: the last two labels must not contain '*', else the pattern would
    /// allow a whole top-level domain; and what follows the last '*' must not be a public suffix.
    explicit HostPattern(std::string_view text);

    /// `host`: as returned by canonicalHost().
    bool matches(std::string_view host) const;

private:
    std::vector<std::string> labels_; ///< From last to first, without a leading "*.".
    bool anyBefore_;                  ///< The pattern started with "*.".
    std::string tail_;                ///< The labels after the last '*'; "" = there is no '*'.
};

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

#pragma once

#include "configuration.h"

#include <psa/call.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::autotask {

/// The location of a tenant's API. A tenant belongs to one of many zones and can be moved to another.
struct Zone
{
    std::string url;         ///< "https://webservices5.autotask.net/ATServicesRest/", without a version.
    std::string webUrl;      ///< "https://ww5.autotask.net/", for people; empty = not known.
    std::string name;        ///< "America West"; empty = not known.
    bool fromCache = false;  ///< It was looked up earlier, so the tenant may have moved since.
    bool configured = false; ///< It was configured by the operator: never looked up.

    std::string host() const; ///< "webservices5.autotask.net"
    /// `path` under version 1.0. The version is pinned: the service also lists a V2.0, which has other routes.
    std::string api(const std::string &path) const { return url + "V1.0/" + path; }
};

/// `given` with a trailing slash and without a version; nullopt if it is not an address of Autotask's API. Zones are
/// recognized by the pattern of their name, because a list of them would become outdated.
std::optional<std::string> normalizeZoneUrl(std::string_view given);

/// The configured zone, otherwise the cached one, otherwise looked up.
Zone findZone(psa::Host host, psa::Call &call, const Configuration &configuration);

/// Looks the zone up by the API user and caches it for 12 hours. The request has no credentials, because the lookup
/// host needs none. Throws psa::Error.
Zone lookUpZone(psa::Host host, psa::Call &call, const Configuration &configuration);

/// Drops the zone from the cache, so that the next call looks it up.
void forgetZone(psa::Host host, psa::Call &call);

/// The URL at which a person opens the ticket `id`; empty if the zone has no web URL.
std::string ticketUrl(const Zone &zone, const std::string &id);

} // namespace psa::plugins::autotask

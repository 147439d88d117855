#pragma once

#include "configuration.h"

#include <psa/call.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::autotask {

/// Where a tenant's API is. A tenant lives in one of many zones and can be moved to another.
struct Zone
{
    std::string url;         ///< "https://webservices5.autotask.net/ATServicesRest/", without a version.
    std::string webUrl;      ///< "https://ww5.autotask.net/", for people; empty = not known.
    std::string name;        ///< "America West"; empty = not known.
    bool fromCache = false;  ///< It was looked up earlier, so the tenant may have moved since.
    bool configured = false; ///< The operator gave it: never looked up.

    std::string host() const; ///< "webservices5.autotask.net"
    /// `path` under version 1.0. The version is pinned: the service lists a V2.0 too, which has other routes.
    std::string api(const std::string &path) const { return url + "V1.0/" + path; }
};

/// `given` with a slash at its end and without a version; nothing if it is not an address of Autotask's API. Zones are
/// known by the pattern of their name: every list of them was out of date one day.
std::optional<std::string> normalizeZoneUrl(std::string_view given);

/// The configured zone, or the one in the cache, or else looked up.
Zone findZone(psa::Host host, psa::Call &call, const Configuration &configuration);

/// Looks the zone up by the API user and keeps it in the cache for 12 hours. The request carries no credentials: the
/// lookup host needs none. Throws psa::Error.
Zone lookUpZone(psa::Host host, psa::Call &call, const Configuration &configuration);

/// Drops the zone from the cache, so that the next call looks it up.
void forgetZone(psa::Host host, psa::Call &call);

/// The address at which a person opens the ticket `id`; empty if the zone does not tell where.
std::string ticketUrl(const Zone &zone, const std::string &id);

} // namespace psa::plugins::autotask

#include "configuration.h"

#include "zone.h"

#include "common/configured_plugin.h"
#include "common/text.h"

namespace psa::plugins::autotask {
namespace {

constexpr std::string_view apiUserDomain = "@apiuser.com";

std::string apiUser(const Object &values)
{
    std::string user(trim(requiredValue(values, "userName", "API User")));
    const std::string folded = lower(user);
    const std::size_t at = folded.find('@');
    if (at == 0 || at == std::string::npos || folded.substr(at) != apiUserDomain ||
        folded.find_first_of(" \t") != std::string::npos)
        throw invalidConfiguration(
            "userName", "\"" + oneLine(user) + "\" is not an API user: it must end in @APIUSER.com.",
            "Create an API-only user in Autotask under Admin → Resources/Users (HR) and use its email here.");
    return user;
}

std::string zoneUrl(const Object &values)
{
    const std::string given(trim(textOf(values, "zoneUrl")));
    if (given.empty())
        return {};
    const auto normalized = normalizeZoneUrl(given);
    if (!normalized)
        throw invalidConfiguration("zoneUrl", "\"" + oneLine(given) + "\" is not a Zone URL of Autotask.",
                                   "It looks like https://webservices5.autotask.net/ATServicesRest/. Leave it blank to "
                                   "have it detected from the API user.");
    return *normalized;
}

} // namespace

Configuration parseConfiguration(std::string_view json)
{
    const Object::Ptr values = configurationValues(json, "Integration Code, API User and API Secret");
    return {std::string(trim(requiredValue(*values, "integrationCode", "Integration Code"))), apiUser(*values),
            requiredValue(*values, "secret", "API Secret"), zoneUrl(*values)};
}

} // namespace psa::plugins::autotask

#include "configuration.h"

#include "common/configured_plugin.h"
#include "common/pasted_address.h"
#include "common/text.h"

namespace psa::plugins::halopsa {
namespace {

std::string hostOf(const Object &values)
{
    const std::string given(trim(requiredValue(values, "tenantUrl", "Tenant URL")));
    const auto address = parsePastedAddress(given);
    if (!address)
        throw invalidConfiguration("tenantUrl", "\"" + oneLine(given) + "\" is not the address of a HaloPSA tenant.",
                                   "It looks like https://acme.halopsa.com: the address at which you log in.");
    return address->authority();
}

/// The value of an optional field, on one line.
std::string optionalValue(const Object &values, const std::string &name)
{
    return oneLine(textOf(values, name));
}

} // namespace

Configuration parseConfiguration(std::string_view json)
{
    constexpr const char *everything = "all";
    const Object::Ptr values = configurationValues(json, configurationFields);
    Configuration configuration;
    configuration.host = hostOf(*values);
    configuration.clientId = trim(requiredValue(*values, "clientId", "Client ID"));
    configuration.clientSecret = trim(requiredValue(*values, "clientSecret", "Client secret"));
    configuration.tenant = optionalValue(*values, "tenant");
    configuration.scope = optionalValue(*values, "scope");
    if (configuration.scope.empty())
        configuration.scope = everything;
    configuration.outcome = optionalValue(*values, "outcome");
    configuration.publicOutcome = optionalValue(*values, "publicOutcome");
    configuration.runRules = flagOf(*values, "runRules");
    configuration.automation = namesIn(textOf(*values, "automation"));
    return configuration;
}

} // namespace psa::plugins::halopsa

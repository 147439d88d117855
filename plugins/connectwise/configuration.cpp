#include "configuration.h"

#include "common/configuration_values.h"
#include "common/text.h"

namespace psa::plugins::connectwise {
namespace {

Site siteOf(const Object &values)
{
    const std::string given(trim(requiredValue(values, "siteUrl", "Site URL")));
    const auto site = parseSite(given);
    if (!site)
        throw invalidConfiguration("siteUrl", "\"" + oneLine(given) + "\" is not the address of a ConnectWise site.",
                                   "It looks like https://na.myconnectwise.net: the address at which you log in.");
    return *site;
}

/// The login is written companyId+publicKey:privateKey, so a part must not contain the separators.
std::string loginPart(const Object &values, const std::string &name, const std::string &title, const char *forbidden)
{
    std::string value(trim(requiredValue(values, name, title)));
    if (const std::size_t at = value.find_first_of(forbidden); at != std::string::npos)
        throw invalidConfiguration(name, title + " contains \"" + value[at] + "\", which no ConnectWise value does.",
                                   "Enter " + title + " alone: company, public and private key have a field each.");
    return value;
}

} // namespace

Configuration parseConfiguration(std::string_view json)
{
    const Object::Ptr values = configurationValues(json, "Site URL, Company ID, Public Key, Private Key and Client ID");
    return {siteOf(*values), loginPart(*values, "companyId", "Company ID", "+:/\\ "),
            loginPart(*values, "publicKey", "Public Key", ": "),
            std::string(trim(requiredValue(*values, "privateKey", "Private Key"))),
            std::string(trim(requiredValue(*values, "clientId", "Client ID")))};
}

} // namespace psa::plugins::connectwise

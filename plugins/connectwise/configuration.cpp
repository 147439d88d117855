#include "configuration.h"

#include "common/configured_plugin.h"
#include "common/pasted_address.h"
#include "common/text.h"

namespace psa::plugins::connectwise {
namespace {

constexpr std::string_view apiPrefix = "api-";
constexpr std::string_view cloudDomain = ".myconnectwise.net";
constexpr std::string_view stagingHost = "staging.connectwisedev.com";

/// One of ConnectWise's own sites, a name with one label below its domain: na, eu, au and future ones.
bool isCloudHost(std::string_view host)
{
    if (host == stagingHost)
        return true;
    return host.size() > cloudDomain.size() && host.substr(host.size() - cloudDomain.size()) == cloudDomain &&
           host.find('.') == host.size() - cloudDomain.size();
}

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

std::optional<Site> parseSite(std::string_view given)
{
    const auto address = parsePastedAddress(given);
    if (!address)
        return std::nullopt;
    const std::string &host = address->host;
    const bool api = host.substr(0, apiPrefix.size()) == apiPrefix;
    const std::string plain = api ? host.substr(apiPrefix.size()) : host;
    if (!isCloudHost(plain))
        return Site{address->authority(), address->authority(), false};
    if (!address->port.empty())
        return std::nullopt;
    return Site{plain, std::string(apiPrefix) + plain, true};
}

Configuration parseConfiguration(std::string_view json)
{
    const Object::Ptr values = configurationValues(json, "Site URL, Company ID, Public Key, Private Key and Client ID");
    return {siteOf(*values),
            loginPart(*values, "companyId", "Company ID", "+:/\\ "),
            loginPart(*values, "publicKey", "Public Key", ": "),
            std::string(trim(requiredValue(*values, "privateKey", "Private Key"))),
            std::string(trim(requiredValue(*values, "clientId", "Client ID"))),
            namesIn(textOf(*values, "automationMembers"))};
}

} // namespace psa::plugins::connectwise

#include "configuration.h"

#include "common/configured_plugin.h"
#include "common/text.h"

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

constexpr std::string_view https = "https://";
constexpr std::string_view apiPrefix = "api-";
constexpr std::string_view cloudDomain = ".myconnectwise.net";
constexpr std::string_view stagingHost = "staging.connectwisedev.com";

bool isHostName(std::string_view host)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    const std::size_t dot = host.rfind('.');
    return !host.empty() && host.size() <= 253 && host.find_first_not_of(letters) == std::string_view::npos &&
           dot != std::string_view::npos && dot > 0 && host.find("..") == std::string_view::npos &&
           // The last label of an IP address is a number, that of a name never is.
           host.substr(dot + 1).find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string_view::npos;
}

bool isPort(std::string_view port)
{
    return !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos &&
           std::stoul(std::string(port)) >= 1 && std::stoul(std::string(port)) <= 65535;
}

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

/// The names in a list that is separated by commas or lines.
std::vector<std::string> namesIn(const std::string &list)
{
    std::vector<std::string> names;
    for (std::size_t at = 0; at <= list.size();)
    {
        const std::size_t end = std::min(list.find_first_of(",;\r\n", at), list.size());
        if (std::string name = lower(oneLine(list.substr(at, end - at))); !name.empty())
            names.push_back(std::move(name));
        at = end + 1;
    }
    return names;
}

} // namespace

std::optional<Site> parseSite(std::string_view given)
{
    std::string url = lower(trim(given));
    if (url.substr(0, https.size()) == https)
        url.erase(0, https.size());
    else if (url.find("://") != std::string::npos)
        return std::nullopt;
    std::string host = url.substr(0, url.find_first_of("/?#"));
    std::string port;
    if (const std::size_t colon = host.find(':'); colon != std::string::npos)
    {
        port = host.substr(colon + 1);
        host.resize(colon);
        if (!isPort(port))
            return std::nullopt;
    }
    if (!isHostName(host))
        return std::nullopt;
    port = port.empty() || std::stoul(port) == 443 ? "" : ":" + port;
    const bool api = host.substr(0, apiPrefix.size()) == apiPrefix;
    const std::string plain = api ? host.substr(apiPrefix.size()) : host;
    if (!isCloudHost(plain))
        return Site{host + port, host + port, false};
    if (!port.empty())
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

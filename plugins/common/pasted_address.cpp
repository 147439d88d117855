#include "common/pasted_address.h"

#include "common/text.h"

namespace psa::plugins {
namespace {

constexpr std::string_view https = "https://";
constexpr unsigned long httpsPort = 443;

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

} // namespace

std::optional<PastedAddress> parsePastedAddress(std::string_view given)
{
    std::string url = lower(trim(given));
    if (url.substr(0, https.size()) == https)
        url.erase(0, https.size());
    else if (url.find("://") != std::string::npos)
        return std::nullopt;
    PastedAddress address{url.substr(0, url.find_first_of("/?#"))};
    if (const std::size_t colon = address.host.find(':'); colon != std::string::npos)
    {
        address.port = address.host.substr(colon + 1);
        address.host.resize(colon);
        if (!isPort(address.port))
            return std::nullopt;
        address.port = std::stoul(address.port) == httpsPort ? "" : address.port;
    }
    return isHostName(address.host) ? std::optional(address) : std::nullopt;
}

} // namespace psa::plugins

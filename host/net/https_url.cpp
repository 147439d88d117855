#include "host/net/https_url.h"

#include <Poco/Ascii.h>
#include <Poco/String.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace psa::net {
namespace {

/// Characters that RFC 3986 allows in a path or a query.
bool isTargetCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-._~!$&'()*+,;=:@/?%").find(c) != std::string_view::npos;
}

void checkLabel(std::string_view label)
{
    if (label.empty() || label.size() > 63)
        throw InvalidUrl("the host name has a part that is empty or longer than 63 characters");
    if (label.front() == '-' || label.back() == '-')
        throw InvalidUrl("a part of the host name begins or ends with '-'");
    for (const char c : label)
        if (!Poco::Ascii::isDigit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '_')
            throw InvalidUrl("the host name has a character that is not a letter, digit, '-', '_' or '.'");
    if (label.substr(0, 4) == "xn--")
        throw InvalidUrl("internationalised host names are not accepted");
}

/// 127.1, 0x7f000001, 2130706433 and the like: parsers treat a name whose last label is a number as an address.
void refuseAddress(std::string_view lastLabel)
{
    const bool decimal = std::all_of(lastLabel.begin(), lastLabel.end(), Poco::Ascii::isDigit);
    const bool hex =
        lastLabel.substr(0, 2) == "0x" && std::all_of(lastLabel.begin() + 2, lastLabel.end(), Poco::Ascii::isHexDigit);
    if (decimal || hex)
        throw InvalidUrl("an IP address is used instead of a host name");
}

std::uint16_t parsePort(std::string_view text)
{
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535 || text.front() == '0')
        throw InvalidUrl("the port is not a number from 1 to 65535");
    return static_cast<std::uint16_t>(port);
}

void checkTarget(std::string_view target)
{
    for (std::size_t i = 0; i < target.size(); ++i)
    {
        if (!isTargetCharacter(target[i]))
            throw InvalidUrl(target[i] == '#' ? "fragments are not accepted"
                                              : "path or query has a character that must be percent-encoded");
        if (target[i] == '%' && (i + 2 >= target.size() || !Poco::Ascii::isHexDigit(target[i + 1]) ||
                                 !Poco::Ascii::isHexDigit(target[i + 2])))
            throw InvalidUrl("a '%' is not followed by two hex digits");
    }
}

} // namespace

std::string canonicalHost(std::string_view name)
{
    std::string host = Poco::toLower(std::string(name));
    if (!host.empty() && host.back() == '.')
        host.pop_back();
    if (host.empty() || host.size() > 253)
        throw InvalidUrl("the host name is empty or longer than 253 characters");
    std::string_view last;
    for (std::string_view rest = host;;)
    {
        const std::size_t dot = rest.find('.');
        last = rest.substr(0, dot);
        checkLabel(last);
        if (dot == std::string_view::npos)
            break;
        rest.remove_prefix(dot + 1);
    }
    refuseAddress(last);
    return host;
}

HttpsUrl HttpsUrl::parse(std::string_view text)
{
    constexpr std::string_view scheme = "https://";
    if (text.size() > maxBytes)
        throw InvalidUrl("it is longer than " + std::to_string(maxBytes) + " bytes");
    if (Poco::toLower(std::string(text.substr(0, scheme.size()))) != scheme)
        throw InvalidUrl("it does not begin with https://");
    text.remove_prefix(scheme.size());
    const std::size_t authorityEnd = std::min(text.find_first_of("/?#"), text.size());
    const std::string_view authority = text.substr(0, authorityEnd);
    const std::string_view target = text.substr(authorityEnd);
    if (authority.find('@') != std::string_view::npos)
        throw InvalidUrl("user information before the host name is not accepted");
    if (authority.find('[') != std::string_view::npos)
        throw InvalidUrl("an IP address is used instead of a host name");
    const std::size_t colon = authority.find(':');
    HttpsUrl url;
    url.host_ = canonicalHost(authority.substr(0, colon));
    if (colon != std::string_view::npos)
        url.port_ = parsePort(authority.substr(colon + 1));
    checkTarget(target);
    url.target_ = (target.empty() || target.front() != '/' ? "/" : "") + std::string(target);
    return url;
}

} // namespace psa::net

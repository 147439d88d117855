#include "host/net/address_policy.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace psa::net {
namespace {

using Poco::Net::IPAddress;

/// IANA's special-purpose registry for IPv4: none of these is a PSA in the cloud.
const std::vector<Network> &closedV4()
{
    static const std::vector<Network> networks = [] {
        std::vector<Network> made;
        for (const char *text : {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                                 "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
                                 "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"})
            made.emplace_back(text);
        return made;
    }();
    return networks;
}

/// Of IPv6 only 2000::/3 is the public internet, and of that not what embeds IPv4 addresses or is documentation.
bool isPublicV6(const IPAddress &address)
{
    static const Network internet("2000::/3");
    static const std::vector<Network> closed = [] {
        std::vector<Network> made;
        for (const char *text : {"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"})
            made.emplace_back(text);
        return made;
    }();
    return internet.contains(address) && std::none_of(closed.begin(), closed.end(), [&](const Network &network) {
               return network.contains(address);
           });
}

const unsigned char *bytesOf(const IPAddress &address)
{
    return static_cast<const unsigned char *>(address.addr());
}

bool equalBits(const unsigned char *left, const unsigned char *right, unsigned bits)
{
    for (unsigned i = 0; i < bits; ++i)
        if (((left[i / 8] ^ right[i / 8]) >> (7 - i % 8) & 1U) != 0)
            return false;
    return true;
}

} // namespace

std::string Network::toString() const
{
    return base_.toString() + "/" + std::to_string(prefix_);
}

Network::Network(std::string_view text)
try
{
    const std::size_t slash = text.find('/');
    const std::string_view bits = slash == std::string_view::npos ? "" : text.substr(slash + 1);
    base_ = IPAddress(std::string(text.substr(0, slash)));
    const auto most = static_cast<unsigned>(base_.length() * 8);
    const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix_);
    if (bits.empty() || error != std::errc() || end != bits.data() + bits.size() || prefix_ > most)
        throw std::invalid_argument("\"" + std::string(text) + "\" has no prefix length of 0 to " +
                                    std::to_string(most) + " after a '/'");
    for (unsigned i = prefix_; i < most; ++i)
        if ((bytesOf(base_)[i / 8] >> (7 - i % 8) & 1U) != 0)
            throw std::invalid_argument("\"" + std::string(text) + "\" has bits set beyond its prefix");
}
catch (const Poco::Exception &)
{
    throw std::invalid_argument("\"" + std::string(text) + "\" is not a network such as 10.20.0.0/16 or fd00:1::/32");
}

bool Network::contains(const IPAddress &address) const
{
    return address.family() == base_.family() && equalBits(bytesOf(address), bytesOf(base_), prefix_);
}

bool AddressPolicy::allows(const IPAddress &address) const
{
    const auto holds = [&](const Network &network) { return network.contains(address); };
    if (std::any_of(opened_.begin(), opened_.end(), holds))
        return true;
    if (address.family() == IPAddress::IPv6)
        return isPublicV6(address);
    return std::none_of(closedV4().begin(), closedV4().end(), holds);
}

} // namespace psa::net

#include "host/http/serve_config.h"

namespace psa::http {

std::vector<std::string> hostNames(const ServeConfig &config, std::uint16_t port)
{
    std::vector<std::string> names = config.hosts;
    const auto address = config.listen.host();
    if (!address.isWildcard())
        names.push_back(address.family() == Poco::Net::AddressFamily::IPv6 ? "[" + address.toString() + "]"
                                                                           : address.toString());
    if (address.isLoopback() || address.isWildcard())
        names.insert(names.end(), {"localhost", "127.0.0.1", "[::1]"});
    std::vector<std::string> all;
    for (const std::string &name : names)
        all.insert(all.end(), {name, name + ":" + std::to_string(port)});
    return all;
}

} // namespace psa::http

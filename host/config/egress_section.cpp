#include "host/config/sections.h"

#include "host/net/egress_policy.h"
#include "host/net/https_url.h"

#include <Poco/Exception.h>

#include <algorithm>

namespace psa::config {
namespace {

void readHosts(TomlReader &reader, const toml::table &egress, net::EgressConfig &config)
{
    const toml::array *hosts = reader.list(egress, "allowed_hosts", "[\"psa.example.com\", \"psa.example.com:8443\"]");
    for (std::size_t i = 0; hosts != nullptr && i < hosts->size(); ++i)
        try
        {
            const std::string host = hosts->get(i)->value_or(std::string());
            const net::EgressPolicy checked({}, {host});
            config.allowedHosts.push_back(host);
        }
        catch (const std::invalid_argument &error)
        {
            reader.mistake(*hosts->get(i), "allowed_hosts: " + std::string(error.what()));
        }
}

void readNetworks(TomlReader &reader, const toml::table &egress, net::EgressConfig &config)
{
    const toml::array *networks = reader.list(egress, "allowed_networks", "[\"10.20.0.0/16\"]");
    for (std::size_t i = 0; networks != nullptr && i < networks->size(); ++i)
        try
        {
            config.allowedNetworks.emplace_back(networks->get(i)->value_or(std::string()));
        }
        catch (const std::invalid_argument &error)
        {
            reader.mistake(*networks->get(i), "allowed_networks: " + std::string(error.what()));
        }
}

/// "host:port" as returned by a URL's endpoint(); empty if `text` is invalid.
std::string endpointOf(const std::string &text)
try
{
    const bool hasPort = text.find(':') != std::string::npos && text.find('/') == std::string::npos;
    return hasPort ? net::HttpsUrl::parse("https://" + text).endpoint() : std::string();
}
catch (const net::InvalidUrl &)
{
    return {};
}

/// An IP address and a port: a name would have to be resolved and checked again.
std::optional<Poco::Net::SocketAddress> addressOf(const std::string &text)
try
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos)
        return std::nullopt;
    std::string ip = text.substr(0, colon);
    if (ip.size() > 1 && ip.front() == '[' && ip.back() == ']')
        ip = ip.substr(1, ip.size() - 2);
    const std::string port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 ||
        !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }) || std::stoi(port) < 1 ||
        std::stoi(port) > 65535)
        return std::nullopt;
    return Poco::Net::SocketAddress(Poco::Net::IPAddress(ip), static_cast<Poco::UInt16>(std::stoi(port)));
}
catch (const Poco::Exception &)
{
    return std::nullopt;
}

void readConnectTo(TomlReader &reader, const toml::table &egress, net::EgressConfig &config)
{
    const toml::table *table = reader.table(egress, "connect_to");
    if (table == nullptr)
        return;
    for (const auto &[key, value] : *table)
    {
        const std::string endpoint = endpointOf(std::string(key.str()));
        if (endpoint.empty())
            reader.mistake(value, "connect_to: \"" + std::string(key.str()) +
                                      "\" must be host:port, such as \"psa.example.com:443\"");
        const std::string to = value.value_or(std::string());
        const auto address = addressOf(to);
        if (!address)
            reader.mistake(value, "connect_to: \"" + to + "\" must be address:port, such as \"127.0.0.1:8443\"");
        if (address && !endpoint.empty())
            config.connectTo.insert_or_assign(endpoint, *address);
    }
}

} // namespace

net::EgressConfig readEgress(TomlReader &reader)
{
    net::EgressConfig config;
    const toml::table *egress = reader.table(reader.root(), "egress");
    if (egress == nullptr)
        return config;
    if (const toml::node *proxy = egress->get("proxy"))
        reader.mistake(*proxy,
                       "\"proxy\": psa-host does not support outbound proxies, because it could no longer tell what "
                       "was sent; allow this machine to reach the PSA's hosts on port 443 and remove the key");
    reader.refuseUnknown(*egress, "[egress]", {"allowed_hosts", "allowed_networks", "connect_to", "ca_file", "proxy"});
    readHosts(reader, *egress, config);
    readNetworks(reader, *egress, config);
    readConnectTo(reader, *egress, config);
    config.caFile = reader.path(*egress, "ca_file");
    if (config.caFile && !std::filesystem::is_regular_file(*config.caFile))
        reader.mistake(*egress->get("ca_file"), "ca_file: there is no file " + config.caFile->string());
    return config;
}

} // namespace psa::config

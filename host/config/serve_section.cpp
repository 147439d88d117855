#include "host/config/sections.h"

#include <Poco/Net/NetException.h>

namespace psa::config {
namespace {

bool flag(TomlReader &reader, const toml::table &table, const char *key)
{
    const toml::node *node = table.get(key);
    if (node == nullptr)
        return false;
    if (!node->is_boolean())
        reader.mistake(*node, "\"" + std::string(key) + "\" must be true or false");
    return node->value_or(false);
}

void readListen(TomlReader &reader, const toml::table &serve, http::ServeConfig &config)
{
    const auto text = reader.text(serve, "listen");
    if (!text)
        return;
    try
    {
        config.listen = Poco::Net::SocketAddress(*text);
    }
    catch (const Poco::Exception &)
    {
        reader.mistake(*serve.get("listen"),
                       "\"listen\" must be an address with a port, such as \"127.0.0.1:8480\", not \"" + *text + "\"");
    }
}

void readHosts(TomlReader &reader, const toml::table &serve, http::ServeConfig &config)
{
    const toml::array *hosts = reader.list(serve, "hosts", "[\"psa.example.com\"]");
    if (hosts == nullptr)
        return;
    for (const toml::node &host : *hosts)
    {
        config.hosts.push_back(host.value_or(std::string()));
        if (config.hosts.back().empty() || config.hosts.back().find('/') != std::string::npos)
            reader.mistake(host, "each of \"hosts\" must be a name, such as \"psa.example.com\", without https://");
    }
}

} // namespace

http::ServeConfig readServe(TomlReader &reader)
{
    http::ServeConfig config;
    const toml::table *serve = reader.table(reader.root(), "serve");
    if (serve == nullptr)
        return config;
    reader.refuseUnknown(
        *serve, "[serve]",
        {"listen", "certificate", "key", "behind_proxy", "hosts", "max_connections", "max_connections_per_peer"});
    readListen(reader, *serve, config);
    config.certificate = reader.pathBeside(*serve, "certificate");
    config.key = reader.pathBeside(*serve, "key");
    config.behindProxy = flag(reader, *serve, "behind_proxy");
    readHosts(reader, *serve, config);
    constexpr int most = 10000;
    const auto number = [&](const char *key, std::size_t &value) {
        value = static_cast<std::size_t>(reader.number(*serve, key, 4, most).value_or(static_cast<int>(value)));
    };
    number("max_connections", config.connections);
    number("max_connections_per_peer", config.connectionsPerPeer);
    if (config.certificate.has_value() != config.key.has_value())
        reader.mistake(*serve, "\"certificate\" and \"key\" under [serve] must be set together");
    if (!config.listen.host().isLoopback() && !config.tls() && !config.behindProxy)
        reader.mistake(*serve,
                       "\"listen\" is not a loopback address: without TLS, tokens could be read on the network. Set a "
                       "certificate and a key, or behind_proxy = true if a reverse proxy terminates TLS");
    return config;
}

} // namespace psa::config

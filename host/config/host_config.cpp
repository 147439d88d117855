#include "host/config/host_config.h"

#include "host/net/egress_policy.h"
#include "host/net/https_url.h"
#include "host/secrets/master_key.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/String.h>

#include <algorithm>

namespace psa::config {
namespace {

void readPins(TomlReader &reader, const toml::table &plugins, plugin::LoaderPolicy &policy)
{
    const toml::table *pins = reader.table(plugins, "pins");
    if (pins == nullptr)
        return;
    for (const auto &[key, value] : *pins)
    {
        const std::string digest = Poco::toLower(value.value_or(std::string()));
        if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
            reader.mistake(value, "the pin of \"" + std::string(key.str()) +
                                      "\" must be a SHA-256 in 64 hex digits; get it with: sha256sum FILE");
        policy.pins[std::string(key.str())] = digest;
    }
}

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

net::EgressConfig readEgress(TomlReader &reader)
{
    net::EgressConfig config;
    const toml::table *egress =
        reader.section("egress", {"allowed_hosts", "allowed_networks", "connect_to", "ca_file", "proxy"});
    if (egress == nullptr)
        return config;
    if (const toml::node *proxy = egress->get("proxy"))
        reader.mistake(*proxy,
                       "\"proxy\": psa-host does not support outbound proxies, because it could no longer tell what "
                       "was sent; allow this machine to reach the PSA's hosts on port 443 and remove the key");
    readHosts(reader, *egress, config);
    readNetworks(reader, *egress, config);
    readConnectTo(reader, *egress, config);
    config.caFile = reader.path(*egress, "ca_file");
    if (config.caFile && !std::filesystem::is_regular_file(*config.caFile))
        reader.mistake(*egress->get("ca_file"), "ca_file: there is no file " + config.caFile->string());
    return config;
}

/// Whether the value is a key instead of the name of its file. No error may repeat it.
bool holdsKey(const toml::node &node)
{
    if (const toml::array *items = node.as_array())
        return std::any_of(items->begin(), items->end(), holdsKey);
    return node.value_or(std::string()).rfind(secrets::MasterKey::format, 0) == 0;
}

secrets::SecretsConfig readSecrets(TomlReader &reader)
{
    secrets::SecretsConfig config;
    const toml::table *secrets = reader.section("secrets", {"master_key_file", "old_key_files"});
    if (secrets == nullptr)
        return config;
    for (const auto &[key, value] : *secrets)
        if (holdsKey(value))
        {
            reader.mistake(value, "\"" + std::string(key.str()) +
                                      "\" contains a key itself, which must not be in this file: put the line into a "
                                      "file of mode 0600 and name that file");
            return config;
        }
    config.masterKeyFile = reader.path(*secrets, "master_key_file");
    config.oldKeyFiles = reader.paths(*secrets, "old_key_files", "[\"/etc/psa-host/master-2025.key\"]");
    return config;
}

observe::LogConfig readLog(TomlReader &reader)
{
    observe::LogConfig config;
    const toml::table *log = reader.section("log", {"format", "level"});
    if (log == nullptr)
        return config;
    const std::string format = reader.text(*log, "format").value_or("text");
    if (format != "text" && format != "json")
        reader.mistake(*log->get("format"), "\"format\" must be \"text\" or \"json\", not \"" + format + "\"");
    config.format = format == "json" ? observe::LogFormat::json : observe::LogFormat::text;
    const std::string level = reader.text(*log, "level").value_or(observe::logLevelName(config.level));
    const auto found = observe::logLevelNamed(level);
    if (!found)
        reader.mistake(*log->get("level"),
                       "\"level\" must be \"debug\", \"info\", \"warning\" or \"error\", not \"" + level + "\"");
    config.level = found.value_or(config.level);
    return config;
}

std::string readDatabase(TomlReader &reader, const toml::table &store, const char *key)
{
    const std::string uri = reader.text(store, key).value_or("");
    if (uri.empty())
        return "";
    if (const std::string mistake = mistakeInDatabase(uri); !mistake.empty())
        reader.mistake(*store.get(key), "\"" + std::string(key) + "\" " + mistake);
    return uri;
}

void readPostgres(TomlReader &reader, const toml::table &store, store::StoreConfig &config)
{
    config.postgres = readDatabase(reader, store, "postgres");
    config.postgresListen = readDatabase(reader, store, "postgres_listen");
    config.postgresPasswordFile = reader.pathBeside(store, "postgres_password_file");
    config.postgresSynchronousCommit = reader.text(store, "postgres_synchronous_commit").value_or("");
    const std::vector<std::string> waits = {"", "local", "on", "remote_apply", "remote_write"};
    if (std::find(waits.begin(), waits.end(), config.postgresSynchronousCommit) == waits.end())
        reader.mistake(*store.get("postgres_synchronous_commit"),
                       R"("postgres_synchronous_commit" must be "on", "remote_apply", "remote_write" or "local")");
    for (const char *key : {"postgres_listen", "postgres_password_file", "postgres_synchronous_commit"})
        if (store.contains(key) && !store.contains("postgres"))
            reader.mistake(*store.get(key), "\"" + std::string(key) + "\" needs \"postgres\", the URI of the database");
}

store::StoreConfig readStore(TomlReader &reader)
{
    store::StoreConfig config;
    const toml::table *store = reader.section(
        "store", {"folder", "postgres", "postgres_password_file", "postgres_listen", "postgres_synchronous_commit",
                  "keep_tickets_days", "keep_audit_days", "keep_events_days", "keep_bodies_days", "max_bodies_mib"});
    if (store == nullptr)
        return config;
    readPostgres(reader, *store, config);
    constexpr int most = 3650;
    config.folder = reader.path(*store, "folder").value_or(config.folder);
    // A key must remain known for a month after its ticket, and is deleted with it.
    config.keepTickets =
        std::chrono::days(reader.number(*store, "keep_tickets_days", 30, most).value_or(config.keepTickets.count()));
    config.keepAudit =
        std::chrono::days(reader.number(*store, "keep_audit_days", 1, most).value_or(config.keepAudit.count()));
    // A new rule is tried out on the events of the last seven days.
    config.keepEvents =
        std::chrono::days(reader.number(*store, "keep_events_days", 7, most).value_or(config.keepEvents.count()));
    config.keepBodies =
        std::chrono::days(reader.number(*store, "keep_bodies_days", 1, most).value_or(config.keepBodies.count()));
    constexpr std::int64_t mebibyte = 1024 * 1024;
    if (const auto mebibytes = reader.number(*store, "max_bodies_mib", 16, 1024 * 1024))
        config.maxBodyBytes = *mebibytes * mebibyte;
    return config;
}

delivery::DeliveryConfig readDelivery(TomlReader &reader)
{
    delivery::DeliveryConfig config;
    const toml::table *delivery = reader.section(
        "delivery", {"call_seconds", "give_up_hours", "quiet_seconds", "quota_percent", "retry_seconds"});
    if (delivery == nullptr)
        return config;
    if (const auto seconds = reader.number(*delivery, "call_seconds", 5, 600))
        config.policy.callTime = std::chrono::seconds(*seconds);
    if (const auto hours = reader.number(*delivery, "give_up_hours", 1, 720))
        config.policy.giveUpAfter = std::chrono::hours(*hours);
    if (const auto seconds = reader.number(*delivery, "quiet_seconds", 1, 86400))
        config.quietPeriod = std::chrono::seconds(*seconds);
    if (const auto percent = reader.number(*delivery, "quota_percent", 1, 100))
        config.quotaPercent = static_cast<int>(*percent);
    if (const auto seconds = reader.number(*delivery, "retry_seconds", 1, 3600))
        config.policy.retryBase = std::chrono::seconds(*seconds);
    return config;
}

notify::NotifyConfig readNotify(TomlReader &reader)
{
    notify::NotifyConfig config;
    const toml::table *notify = reader.section("notify", {"webhook", "command"});
    if (notify == nullptr)
        return config;
    config.webhook = reader.text(*notify, "webhook").value_or("");
    try
    {
        if (!config.webhook.empty())
            net::HttpsUrl::parse(config.webhook);
    }
    catch (const net::InvalidUrl &error)
    {
        reader.mistake(*notify->get("webhook"), std::string("\"webhook\" must be an https URL: ") + error.what());
    }
    if (const toml::array *words = reader.list(*notify, "command", "[\"/usr/local/bin/tell-us\"]"))
        for (const toml::node &word : *words)
            config.command.push_back(word.value_or(std::string()));
    if (!config.command.empty() && !config.command.front().starts_with('/'))
        reader.mistake(*notify->get("command"), "\"command\" must start with the absolute path of a program");
    return config;
}

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

http::ServeConfig readServe(TomlReader &reader)
{
    http::ServeConfig config;
    const toml::table *serve =
        reader.section("serve", {"listen", "certificate", "key", "behind_proxy", "hosts", "max_connections",
                                 "max_connections_per_peer", "drain_seconds"});
    if (serve == nullptr)
        return config;
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
    constexpr int longestDrain = 300;
    config.drain =
        std::chrono::seconds(reader.number(*serve, "drain_seconds", 0, longestDrain).value_or(config.drain.count()));
    if (config.certificate.has_value() != config.key.has_value())
        reader.mistake(*serve, "\"certificate\" and \"key\" under [serve] must be set together");
    if (!config.listen.host().isLoopback() && !config.tls() && !config.behindProxy)
        reader.mistake(*serve,
                       "\"listen\" is not a loopback address: without TLS, tokens could be read on the network. Set a "
                       "certificate and a key, or behind_proxy = true if a reverse proxy terminates TLS");
    return config;
}

} // namespace

bool isDatabase(std::string_view place)
{
    return place.starts_with("postgresql://") || place.starts_with("postgres://");
}

std::string mistakeInDatabase(std::string_view uri)
{
    if (!isDatabase(uri))
        return R"(must be a URI such as "postgresql://psa@db.example.com/psa")";
    const std::string_view rest = uri.substr(uri.find("://") + 3);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    const std::string_view user = authority.substr(0, authority.rfind('@') + 1);
    if (user.find(':') != std::string_view::npos || rest.find("password=") != std::string_view::npos)
        return "must not contain the password; put it into a file and name that in postgres_password_file";
    return "";
}

HostConfig readConfig(const std::filesystem::path &file)
{
    TomlReader reader(file);
    HostConfig config;
    reader.refuseUnknown(reader.root(), "the file",
                         {"plugins", "egress", "secrets", "log", "store", "delivery", "notify", "serve"});
    if (const toml::table *plugins = reader.section(
            "plugins", {"folders", "files", "trusted_paths", "start_deadline_ms", "confinement", "pins"}))
    {
        config.pluginFolders = reader.paths(*plugins, "folders");
        config.pluginFiles = reader.paths(*plugins, "files");
        config.loader.trustedPaths = reader.paths(*plugins, "trusted_paths");
        if (const auto deadline = reader.number(*plugins, "start_deadline_ms", 100, 60000))
            config.loader.startDeadline = std::chrono::milliseconds(*deadline);
        if (const auto confinement = reader.text(*plugins, "confinement"))
        {
            config.loader.confinementRequired = *confinement == "required";
            if (*confinement != "required" && *confinement != "available")
                reader.mistake(*plugins->get("confinement"),
                               R"(confinement must be "required" or "available", which is the default)");
        }
        readPins(reader, *plugins, config.loader);
    }
    config.egress = readEgress(reader);
    config.secrets = readSecrets(reader);
    config.log = readLog(reader);
    config.store = readStore(reader);
    config.delivery = readDelivery(reader);
    config.notify = readNotify(reader);
    config.serve = readServe(reader);
    reader.finish();
    return config;
}

} // namespace psa::config

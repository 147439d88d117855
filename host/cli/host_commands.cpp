#include "host/cli/host_commands.h"

#include "host/cli/api_client.h"
#include "host/cli/exit_code.h"
#include "host/cli/outcome_printer.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"
#include "host/run/load_plugins.h"
#include "host/secrets/key_files.h"

#include <Poco/JSON/Array.h>

#include <cstdlib>
#include <filesystem>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string listOf(const Object &token, const char *member)
{
    std::string text;
    if (const Array::Ptr names = token.getArray(member); !names.isNull())
        for (const auto &name : *names)
            text += (text.empty() ? "" : ",") + json::printableLine(name.convert<std::string>());
    return text;
}

void printEntry(const Object &entry, std::ostream &out)
{
    out << entry.getValue<std::string>("time") << "  " << std::left << std::setw(18)
        << entry.getValue<std::string>("action") << ' ' << json::printableLine(entry.getValue<std::string>("who"));
    if (entry.has("connection"))
        out << "  " << json::printableLine(entry.getValue<std::string>("connection"));
    if (entry.has("ticket"))
        out << "  ticket " << entry.get("ticket").convert<std::string>();
    out << '\n';
    const Object::Ptr detail = entry.getObject("detail");
    if (detail.isNull())
        return;
    for (const auto &[name, value] : *detail)
        if (!value.isArray())
            out << "    " << json::printableLine(name + ": " + value.convert<std::string>()) << '\n';
    if (detail->has("operations"))
        out << "    operations: " << listOf(*detail, "operations") << '\n';
    const Array::Ptr exchanges = detail->getArray("exchanges");
    for (std::size_t i = 0; !exchanges.isNull() && i < exchanges->size(); ++i)
    {
        const Object::Ptr each = exchanges->getObject(static_cast<unsigned>(i));
        out << "    " << json::printableLine(each->optValue<std::string>("request", "")) << ": "
            << each->optValue<std::string>("delivery", "");
        if (each->has("status"))
            out << ' ' << each->get("status").convert<std::string>();
        out << '\n';
    }
}

void printPaths(std::ostream &out, const char *what, const std::vector<std::filesystem::path> &paths)
{
    out << "  " << what << (paths.empty() ? ": none" : ":") << '\n';
    for (const auto &path : paths)
    {
        std::error_code unreadable; // then the list says what is wrong with it, in detail
        const bool missing = !std::filesystem::exists(path, unreadable) && !unreadable;
        out << "    " << path.string() << (missing ? "   (does not exist)" : "") << '\n';
    }
}

void warnOfEgress(const net::EgressConfig &egress, std::ostream &out)
{
    for (const auto &[host, address] : egress.connectTo)
        out << "Warning: connect_to redirects requests for " << host << " to " << address.toString()
            << ". Remove it in production.\n";
    for (const char *name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        if (std::getenv(name) != nullptr) // NOLINT(concurrency-mt-unsafe): before any thread
            out << "Note: " << name << " is set; psa-host does not send through a proxy and ignores it.\n";
}

/// False, after reporting why, if a configured master key is not available.
bool tryKeys(const secrets::SecretsConfig &secrets, std::ostream &out)
try
{
    const secrets::GivenKeys given = secrets::loadKeys(secrets);
    if (!given.ring)
        out << "  master key: none\n";
    else
        out << "  master keys: " << given.ring->ids() << ", from " << given.source << '\n';
    if (!given.warning.empty())
        out << "Warning: " << given.warning << ".\n";
    return true;
}
catch (const std::runtime_error &error) // SealError or SecretUnavailable
{
    out << "[secrets]: " << error.what() << ".\n";
    return false;
}

} // namespace

int showAudit(const config::HostConfig &config, const AuditOptions &wanted, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        http::ApiRequest request = apiRequest("GET", "/v1/audit");
        if (!wanted.connection.empty())
            request.query.emplace("connection", wanted.connection);
        if (!wanted.ticket.empty())
            request.query.emplace("ticket", wanted.ticket);
        if (!wanted.psaTicket.empty())
            request.query.emplace("psaTicket", wanted.psaTicket);
        const Object::Ptr page =
            askForList(host, request, "entries", static_cast<std::size_t>(wanted.limit), streams.log);
        if (json)
        {
            printDocument(page, streams.out);
            return exitOk;
        }
        const Array::Ptr entries = page->getArray("entries");
        for (std::size_t i = 0; i < entries->size(); ++i)
            printEntry(*entries->getObject(static_cast<unsigned>(i)), streams.out);
        return exitOk;
    });
}

int backUp(const config::HostConfig &config, const std::string &file, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("file", std::filesystem::absolute(file).lexically_normal().string());
        const Object::Ptr done = askFor(host, apiRequest("POST", "/v1/backups", body), streams.log);
        streams.out << "The backup is in " << done->getValue<std::string>("file")
                    << ". It does not contain the master key: keep that in another place.\n";
        return exitOk;
    });
}

int listKeys(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr keys = askFor(host, apiRequest("GET", "/v1/keys"), streams.log);
        if (json)
        {
            printDocument(keys, streams.out);
            return exitOk;
        }
        const auto active = keys->getValue<std::string>("active");
        streams.out << "active  " << (active.empty() ? "none" : active) << '\n';
        for (const auto &id : *keys->getArray("needed"))
            if (id.convert<std::string>() != active)
                streams.out << "needed  " << id.convert<std::string>() << "  until you run: psa-host keys rotate\n";
        return exitOk;
    });
}

int rotateKeys(const config::HostConfig &config, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr done = askFor(host, apiRequest("POST", "/v1/keys/rotation"), streams.log);
        const auto active =
            askFor(host, apiRequest("GET", "/v1/keys"), streams.log)->optValue<std::string>("active", "");
        streams.out << "All secrets are encrypted under the key " << active << " now; "
                    << done->get("connections").convert<std::string>() << " connections and "
                    << done->get("sources").convert<std::string>()
                    << " sources were under another key. Keep the file of the active key. The others are needed "
                       "only for older backups.\nIf a newer key should be active, restart psa-host with it first.\n";
        return exitOk;
    });
}

int reloadPlugins(const config::HostConfig &config, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const auto done = askFor(host, apiRequest("POST", "/v1/plugins/reload"), streams.log);
        const auto connections = done->getArray("connections");
        bool isWhole = true;
        for (std::size_t i = 0; i < connections->size(); ++i)
        {
            const auto each = connections->getObject(static_cast<unsigned>(i));
            const auto text = [&](const char *name) {
                return json::printableLine(each->optValue<std::string>(name, ""));
            };
            if (each->has("trouble"))
                streams.log << text("connection") << " stays with " << (each->has("from") ? text("from") : "no plugin")
                            << ": " << text("trouble") << '\n';
            else
                streams.out << text("connection") << " uses " << text("to") << " from now on.\n";
            isWhole = isWhole && !each->has("trouble");
        }
        if (connections->size() == 0)
            streams.out << "The plugins are reloaded; no connection changes.\n";
        return isWhole ? exitOk : exitFailed;
    });
}

int generateKey(const std::string &file, std::ostream &out)
{
    const std::string id = secrets::generateKeyFile(file, secrets::systemRandom);
    out << "The master key " << id << " is in " << file << ".\n"
        << "Add it to the configuration file:\n\n    [secrets]\n    master_key_file = \""
        << std::filesystem::absolute(file).lexically_normal().string() << "\"\n\n"
        << "and keep a copy where no copy of the store is: without this key the secrets in the store are lost.\n";
    return exitOk;
}

int addToken(const config::HostConfig &config, const TokenOptions &options, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("name", options.name);
        Array::Ptr scopes = new Array;
        for (const std::string &scope : options.scopes)
            scopes->add(scope);
        body->set("scopes", scopes);
        if (!options.connections.empty())
            body->set("connections", json::arrayOf(options.connections));
        if (!options.expires.empty())
            body->set("expires", options.expires);
        const Object::Ptr made = askFor(host, apiRequest("POST", "/v1/tokens", body), streams.log);
        if (json)
            printDocument(made, streams.out);
        else
            streams.out << made->getValue<std::string>("token") << '\n';
        streams.log << "It is shown only once. It allows: " << listOf(*made, "scopes") << '\n';
        if (made->has("connections"))
            streams.log << "It is bound to the connections: " << listOf(*made, "connections") << '\n';
        return exitOk;
    });
}

int listTokens(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr page = askFor(host, apiRequest("GET", "/v1/tokens"), streams.log);
        const Array::Ptr tokens = page->getArray("tokens");
        if (json)
        {
            printDocument(tokens, streams.out);
            return exitOk;
        }
        for (unsigned i = 0; i < tokens->size(); ++i)
        {
            const Object::Ptr each = tokens->getObject(i);
            streams.out << each->getValue<std::string>("id") << "  " << std::left << std::setw(24)
                        << json::printableLine(each->getValue<std::string>("name")) << std::setw(20)
                        << listOf(*each, "scopes") << " last used " << each->optValue<std::string>("lastUsed", "never");
            if (each->has("connections"))
                streams.out << ", bound to " << listOf(*each, "connections");
            if (each->has("expires"))
                streams.out << ", expires " << each->getValue<std::string>("expires");
            if (each->has("damaged"))
                streams.out << ", damaged: " << json::printableLine(each->getValue<std::string>("damaged"));
            streams.out << '\n';
        }
        return exitOk;
    });
}

int removeToken(const config::HostConfig &config, const std::string &id, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        askFor(host, apiRequest("DELETE", apiPath("/v1/tokens/", id)), streams.log);
        streams.out << "The token " << id << " is revoked.\n";
        return exitOk;
    });
}

int checkConfig(const std::string &file, const config::HostConfig &config, std::ostream &out)
{
    std::ostringstream keys;
    const bool keysAreGood = tryKeys(config.secrets, keys);
    out << file << (keysAreGood ? " is valid.\n" : " is invalid.\n");
    printPaths(out, "plugin folders", config.pluginFolders);
    printPaths(out, "plugin files", config.pluginFiles);
    out << "  pins: " << config.loader.pins.size() << '\n';
    out << "  additionally allowed hosts: " << config.egress.allowedHosts.size()
        << ", networks: " << config.egress.allowedNetworks.size() << '\n'
        << keys.str();
    out << "  store: "
        << (config.store.isShared() ? json::printableLine(config.store.postgres) + ", with the state folder " : "")
        << config.store.folder.string() << ", tickets kept for " << config.store.keepTickets.count()
        << " days, the audit log for " << config.store.keepAudit.count() << ", events for "
        << config.store.keepEvents.count() << ", bodies of deliveries for " << config.store.keepBodies.count() << '\n';
    out << "  notifications: " << (config.notify.webhook.empty() ? "" : "webhook ")
        << (config.notify.command.empty() ? "" : config.notify.command.front())
        << (config.notify.webhook.empty() && config.notify.command.empty() ? "only the log" : "") << '\n';
    for (const auto &path : config.loader.trustedPaths)
        out << "Warning: trusted_paths disables the owner and mode checks at and below " << path.string()
            << ". Remove it in production.\n";
    if (config.pluginFolders.empty() && config.pluginFiles.empty())
        out << "Warning: no plugins are configured. Set \"folders\" or \"files\" under [plugins].\n";
    warnOfEgress(config.egress, out);
    if (const std::string trouble = run::confinementTrouble(config); !trouble.empty())
        out << "Warning: " << trouble << '\n';
    return keysAreGood ? exitOk : exitConfig;
}

std::string noConfigText(const std::string &file)
{
    return "There is no configuration file: none was given, and the default one, " + file +
           ", does not exist.\nCreate it, for example with\n\n    [plugins]\n    folders = "
           "[\"/usr/lib/psa-host/plugins\"]\n\nor specify another one with --config FILE or PSA_HOST_CONFIG.\n";
}

} // namespace psa::cli

#include "host/cli/config_command.h"

#include "host/cli/exit_code.h"
#include "host/secrets/key_files.h"

#include <cstdlib>
#include <ostream>
#include <sstream>

namespace psa::cli {
namespace {

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
    const secrets::GivenKeys given = secrets::takeKeys(secrets);
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
    out << "  store: " << config.store.folder.string() << ", tickets kept for " << config.store.keepTickets.count()
        << " days, the audit log for " << config.store.keepAudit.count() << '\n';
    out << "  notices: " << (config.notify.webhook.empty() ? "" : "webhook ")
        << (config.notify.command.empty() ? "" : config.notify.command.front())
        << (config.notify.webhook.empty() && config.notify.command.empty() ? "only the log" : "") << '\n';
    for (const auto &path : config.loader.trustedPaths)
        out << "Warning: trusted_paths disables the owner and mode checks at and below " << path.string()
            << ". Remove it in production.\n";
    if (config.pluginFolders.empty() && config.pluginFiles.empty())
        out << "Warning: no plugins are configured. Set \"folders\" or \"files\" under [plugins].\n";
    warnOfEgress(config.egress, out);
    return keysAreGood ? exitOk : exitConfig;
}

std::string noConfigText(const std::string &file)
{
    return "There is no configuration file: none was given, and the default one, " + file +
           ", does not exist.\nCreate it, for example with\n\n    [plugins]\n    folders = "
           "[\"/usr/lib/psa-host/plugins\"]\n\nor specify another one with --config FILE or PSA_HOST_CONFIG.\n";
}

} // namespace psa::cli

#include "host/cli/config_command.h"

#include "host/cli/exit_code.h"

#include <cstdlib>
#include <ostream>

namespace psa::host {
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

void warnOfEgress(const EgressConfig &egress, std::ostream &out)
{
    for (const auto &[host, address] : egress.connectTo)
        out << "Warning: connect_to sends what is for " << host << " to " << address.toString()
            << ". Remove it where psa-host does real work.\n";
    for (const char *name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        if (std::getenv(name) != nullptr) // NOLINT(concurrency-mt-unsafe): before any thread
            out << "Note: " << name << " is set; psa-host does not send through a proxy and ignores it.\n";
}

} // namespace

int checkConfig(const std::string &file, const HostConfig &config, std::ostream &out)
{
    out << file << " is good.\n";
    printPaths(out, "plugin folders", config.pluginFolders);
    printPaths(out, "plugin files", config.pluginFiles);
    out << "  pins: " << config.loader.pins.size() << '\n';
    out << "  hosts opened beyond what plugins declare: " << config.egress.allowedHosts.size()
        << ", networks: " << config.egress.allowedNetworks.size() << '\n';
    for (const auto &path : config.loader.trustedPaths)
        out << "Warning: trusted_paths switches the check of owner and mode off at and below " << path.string()
            << ". Remove it where psa-host does real work.\n";
    if (config.pluginFolders.empty() && config.pluginFiles.empty())
        out << "Warning: no plugin is configured. Set \"folders\" or \"files\" under [plugins].\n";
    warnOfEgress(config.egress, out);
    return exitOk;
}

std::string noConfigText(const std::string &file)
{
    return "There is no configuration file: none was named, and the default one, " + file +
           ", does not exist.\nCreate it, for example with\n\n    [plugins]\n    folders = "
           "[\"/usr/lib/psa-host/plugins\"]\n\nor name another one with --config FILE or PSA_HOST_CONFIG.\n";
}

} // namespace psa::host

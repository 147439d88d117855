#include "host/cli/config_command.h"

#include "host/cli/exit_code.h"

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

} // namespace

int checkConfig(const std::string &file, const HostConfig &config, std::ostream &out)
{
    out << file << " is good.\n";
    printPaths(out, "plugin folders", config.pluginFolders);
    printPaths(out, "plugin files", config.pluginFiles);
    out << "  pins: " << config.loader.pins.size() << '\n';
    for (const auto &path : config.loader.trustedPaths)
        out << "Warning: trusted_paths switches the check of owner and mode off at and below " << path.string()
            << ". Remove it where psa-host does real work.\n";
    if (config.pluginFolders.empty() && config.pluginFiles.empty())
        out << "Warning: no plugin is configured. Set \"folders\" or \"files\" under [plugins].\n";
    return exitOk;
}

std::string noConfigText(const std::string &file)
{
    return "There is no configuration file: none was named, and the default one, " + file +
           ", does not exist.\nCreate it, for example with\n\n    [plugins]\n    folders = "
           "[\"/usr/lib/psa-host/plugins\"]\n\nor name another one with --config FILE or PSA_HOST_CONFIG.\n";
}

} // namespace psa::host

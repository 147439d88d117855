#include "host/cli/config_command.h"
#include "host/cli/exit_code.h"
#include "host/cli/plugins_command.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>

namespace {

using namespace psa::host;

/// Reads the configuration file; false, after saying why on stderr, if it is missing or wrong.
bool tryConfig(const std::string &file, bool wasNamed, HostConfig &config)
{
    if (!wasNamed && !std::filesystem::exists(file))
    {
        std::cerr << noConfigText(file);
        return false;
    }
    try
    {
        config = readConfig(file);
        return true;
    }
    catch (const ConfigError &error)
    {
        std::cerr << error.what() << '\n';
        return false;
    }
}

} // namespace

int main(int argc, char **argv)
try
{
    CLI::App app{"psa-host takes ticket requests and gets each one into a PSA, through plugins."};
    app.set_version_flag("--version", PSA_HOST_VERSION);
    app.require_subcommand(1);
    std::string file = "/etc/psa-host/psa-host.toml";
    const CLI::Option *named =
        app.add_option("--config", file, "Configuration file")->envname("PSA_HOST_CONFIG")->capture_default_str();

    bool json = false;
    std::string name;
    CLI::App *plugins = app.add_subcommand("plugins", "Look at the plugins that the configuration names");
    plugins->require_subcommand(1);
    CLI::App *list =
        plugins->add_subcommand("list", "Load each of them and say how far it got; exit code 1 if one is not ready");
    list->add_flag("--json", json, "Print JSON");
    CLI::App *describe = plugins->add_subcommand("describe", "Show what a plugin says of itself");
    describe->add_flag("--json", json, "Print the descriptor");
    describe->add_option("plugin", name, "Id, id@version or file")->required();
    CLI::App *configuration = app.add_subcommand("config", "Work on the configuration file");
    configuration->require_subcommand(1);
    CLI::App *check =
        configuration->add_subcommand("check", "Check the configuration file; exit code 3 if it is wrong");

    try
    {
        app.parse(argc, argv);
    }
    catch (const CLI::ParseError &error)
    {
        return app.exit(error) == 0 ? exitOk : exitUsage;
    }
    HostConfig config;
    if (!tryConfig(file, named->count() != 0, config))
        return exitConfig;
    if (*check)
        return checkConfig(file, config, std::cout);
    if (*list)
        return listPlugins(config, json, std::cout, std::cerr);
    if (*describe)
        return describePlugin(config, name, json, std::cout, std::cerr);
    return exitOk;
}
catch (const std::exception &error)
{
    std::cerr << "psa-host: " << error.what() << '\n';
    return exitFailed;
}

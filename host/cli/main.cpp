#include "host/cli/config_command.h"
#include "host/cli/exit_code.h"
#include "host/cli/plugins_command.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>

namespace {

using namespace psa::host;

/// The command line: its commands, and what was given with them.
struct CommandLine
{
    CLI::App app{"psa-host takes ticket requests and gets each one into a PSA, through plugins."};
    CLI::Option *named = nullptr; ///< --config or its environment variable.
    CLI::App *list = nullptr;
    CLI::App *describe = nullptr;
    CLI::App *check = nullptr;
    std::string file = "/etc/psa-host/psa-host.toml";
    std::string name;
    bool json = false;

    CommandLine()
    {
        app.set_version_flag("--version", PSA_HOST_VERSION);
        app.require_subcommand(1);
        named =
            app.add_option("--config", file, "Configuration file")->envname("PSA_HOST_CONFIG")->capture_default_str();
        addPlugins();
        addConfig();
    }

private:
    void addPlugins()
    {
        CLI::App *plugins = app.add_subcommand("plugins", "Look at the plugins that the configuration names");
        plugins->require_subcommand(1);
        list = plugins->add_subcommand("list",
                                       "Load each of them and say how far it got; exit code 1 if one is not ready");
        list->add_flag("--json", json, "Print JSON");
        describe = plugins->add_subcommand("describe", "Show what a plugin says of itself");
        describe->add_flag("--json", json, "Print the descriptor");
        describe->add_option("plugin", name, "Id, id@version or file")->required();
    }

    void addConfig()
    {
        CLI::App *configuration = app.add_subcommand("config", "Work on the configuration file");
        configuration->require_subcommand(1);
        check = configuration->add_subcommand("check", "Check the configuration file; exit code 3 if it is wrong");
    }
};

/// Reads the configuration file; false, after saying why on stderr, if it is missing or wrong.
bool tryConfig(const CommandLine &commandLine, HostConfig &config)
{
    if (commandLine.named->count() == 0 && !std::filesystem::exists(commandLine.file))
    {
        std::cerr << noConfigText(commandLine.file);
        return false;
    }
    try
    {
        config = readConfig(commandLine.file);
        return true;
    }
    catch (const ConfigError &error)
    {
        std::cerr << error.what() << '\n';
        return false;
    }
}

int run(const CommandLine &commandLine)
{
    HostConfig config;
    if (!tryConfig(commandLine, config))
        return exitConfig;
    if (*commandLine.check)
        return checkConfig(commandLine.file, config, std::cout);
    if (*commandLine.list)
        return listPlugins(config, commandLine.json, std::cout, std::cerr);
    return describePlugin(config, commandLine.name, commandLine.json, std::cout, std::cerr);
}

} // namespace

int main(int argc, char **argv)
try
{
    CommandLine commandLine;
    try
    {
        commandLine.app.parse(argc, argv);
    }
    catch (const CLI::ParseError &error)
    {
        return commandLine.app.exit(error) == 0 ? exitOk : exitUsage;
    }
    return run(commandLine);
}
catch (const std::exception &error)
{
    std::cerr << "psa-host: " << error.what() << '\n';
    return exitFailed;
}

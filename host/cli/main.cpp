#include "host/cli/config_command.h"
#include "host/cli/connection_command.h"
#include "host/cli/diff_command.h"
#include "host/cli/exit_code.h"
#include "host/cli/keys_command.h"
#include "host/cli/plugins_command.h"
#include "host/cli/replay_command.h"
#include "host/cli/ticket_command.h"
#include "host/os/no_dumps.h"
#include "host/plugin/probe.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace psa::host;

/// The command line: its commands, and what was given with them.
struct CommandLine
{
    CLI::App app{"psa-host takes ticket requests and gets each one into a PSA, through plugins."};
    CLI::Option *named = nullptr; ///< --config or its environment variable.
    CLI::App *plugins = nullptr;
    CLI::App *list = nullptr;
    CLI::App *describe = nullptr;
    CLI::App *diff = nullptr;
    CLI::App *replay = nullptr;
    CLI::App *check = nullptr;
    CLI::App *generate = nullptr;
    CLI::App *test = nullptr;
    CLI::App *choices = nullptr;
    CLI::App *create = nullptr;
    CLI::App *show = nullptr;
    std::string file = "/etc/psa-host/psa-host.toml";
    std::string name;
    std::string otherName;
    std::string recording;
    std::string reference;
    SessionOptions session;
    ChoicesOptions wanted;
    TicketOptions ticket;

    CommandLine()
    {
        app.set_version_flag("--version", PSA_HOST_VERSION);
        app.require_subcommand(1);
        named =
            app.add_option("--config", file, "Configuration file")->envname("PSA_HOST_CONFIG")->capture_default_str();
        addPlugins();
        addConfig();
        addKeys();
        addConnection();
        addTicket();
    }

private:
    void addPlugins()
    {
        plugins = app.add_subcommand("plugins", "Look at the plugins that the configuration names");
        plugins->require_subcommand(1);
        list = plugins->add_subcommand("list",
                                       "Load each of them and say how far it got; exit code 1 if one is not ready");
        list->add_flag("--json", session.json, "Print JSON");
        describe = plugins->add_subcommand("describe", "Show what a plugin says of itself");
        describe->add_flag("--json", session.json, "Print the descriptor");
        describe->add_option("plugin", name, "Id, id@version or file")->required();
        diff = plugins->add_subcommand(
            "diff", "Compare what two builds say of themselves; exit code 9 if a change is breaking");
        diff->add_flag("--json", session.json, "Print JSON");
        diff->add_option("before", name, "Id, id@version or file; a file needs not stand in the configuration")
            ->required();
        diff->add_option("after", otherName, "The same of the newer build")->required();
        addReplay();
    }

    void addReplay()
    {
        replay =
            plugins->add_subcommand("replay", "Make the calls of a recorded run again, without the PSA, and show what "
                                              "goes otherwise; exit code 9 if anything does");
        replay->add_option("--recording", recording, "What --record of another command wrote")->required();
        replay->add_option("--connection", session.connection, "File that describes the connection")->required();
        replay->add_option("--plugin", session.plugin,
                           "The build to try: id, id@version or file; else the one that the connection names");
        addFlags(*replay);
    }

    void addConfig()
    {
        CLI::App *configuration = app.add_subcommand("config", "Work on the configuration file");
        configuration->require_subcommand(1);
        check = configuration->add_subcommand("check", "Check the configuration file; exit code 3 if it is wrong");
    }

    void addKeys()
    {
        CLI::App *keys = app.add_subcommand("keys", "Work with the master keys that secrets are sealed with");
        keys->require_subcommand(1);
        generate = keys->add_subcommand("generate", "Write a new master key to a new file");
        generate->add_option("file", name, "The file to write")->required();
    }

    void addConnection()
    {
        CLI::App *connection = app.add_subcommand("connection", "Work with a connection to a PSA");
        connection->require_subcommand(1);
        test = connection->add_subcommand("test", "Find out whether tickets could be created; creates none");
        test->add_option("file", session.connection, "File that describes the connection")->required();
        addCommon(*test);
        choices = connection->add_subcommand("choices", "Show the values that the PSA has for a field");
        choices->add_option("file", session.connection, "File that describes the connection")->required();
        choices->add_option("list", wanted.list, "Name of the list; without it the names of all lists");
        choices->add_option("--query", wanted.query, "Text that labels should contain");
        choices->add_option("--depends-on", wanted.dependsOn, "name=value of a field that the list depends on");
        addCommon(*choices);
    }

    void addTicket()
    {
        CLI::App *tickets = app.add_subcommand("ticket", "Create a ticket and look at it");
        tickets->require_subcommand(1);
        create = tickets->add_subcommand("create", "Create a ticket");
        create->add_option("--connection", session.connection, "File that describes the connection")->required();
        addRequest(*create);
        create->add_flag("--dry-run", ticket.dryRun, "Show what would be sent and create nothing; reads are sent");
        create->add_option("--key", ticket.key, "Your own key: the same key never makes a second ticket");
        addCommon(*create);
        show = tickets->add_subcommand("show", "Show a ticket as the PSA has it");
        show->add_option("--connection", session.connection, "File that describes the connection")->required();
        CLI::Option *id = show->add_option("id", name, "The PSA's id of the ticket");
        show->add_option("--reference", reference, "The reference that create printed")->excludes(id);
        addCommon(*show);
    }

    void addRequest(CLI::App &command)
    {
        const std::vector<std::pair<const char *, const char *>> flags = {
            {"title", "One line"},
            {"description", "Plain text"},
            {"company", "The customer, by id or name"},
            {"contact", "A person at that customer, by id or name"},
            {"priority", "Priority, by id or label"},
            {"status", "Status, by id or label"},
            {"queue", "Queue or board, by id or label"},
            {"category", "Category or type, by id or label"}};
        for (const auto &[flag, help] : flags)
            command.add_option(std::string("--") + flag, ticket.values[flag], help);
        command.add_option("--due-at", ticket.values["dueAt"], "Date and time, such as 2026-11-24T17:00:00Z");
        command.add_option("--field", ticket.fields, "name=value of a field that only this PSA has; may be repeated");
        command.add_option("--file", ticket.file,
                           "A ticket request as JSON, - for standard input; flags take precedence");
    }

    void addFlags(CLI::App &command)
    {
        command.add_flag("--json", session.json, "Print JSON");
        command.add_flag("--verbose", session.verbose, "Show each request and what the plugin logs, on standard error");
        command.add_option("--timeout", session.seconds, "Seconds for each call")
            ->check(CLI::Range(1, 600))
            ->capture_default_str();
    }

    void addCommon(CLI::App &command)
    {
        addFlags(command);
        command.add_option("--record", session.record, "Write each call and exchange, without secrets, to this file");
        command.add_option("--replay", session.replay, "Take the answers from such a file instead of the network");
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
        config.loader.probeProgram = "/proc/self/exe";
        return true;
    }
    catch (const ConfigError &error)
    {
        std::cerr << error.what() << '\n';
        return false;
    }
}

/// The commands below `plugins`.
int runPlugins(const CommandLine &commandLine, const HostConfig &config, const Streams &streams)
{
    const bool json = commandLine.session.json;
    if (*commandLine.list)
        return listPlugins(config, json, streams.out, streams.log);
    if (*commandLine.describe)
        return describePlugin(config, commandLine.name, json, streams.out, streams.log);
    if (*commandLine.diff)
        return diffPlugins(config, commandLine.name, commandLine.otherName, json, streams.out, streams.log);
    return replayRecording(config, commandLine.session, commandLine.recording, streams);
}

int run(const CommandLine &commandLine)
{
    if (*commandLine.generate)
        return generateKey(commandLine.name, std::cout);
    HostConfig config;
    if (!tryConfig(commandLine, config))
        return exitConfig;
    if (*commandLine.check)
        return checkConfig(commandLine.file, config, std::cout);
    const SessionOptions &session = commandLine.session;
    const Streams streams{std::cin, std::cout, std::cerr};
    if (*commandLine.plugins)
        return runPlugins(commandLine, config, streams);
    if (*commandLine.test)
        return testConnection(config, session, streams);
    if (*commandLine.choices)
        return showChoices(config, session, commandLine.wanted, streams);
    if (*commandLine.create)
        return createTicket(config, session, commandLine.ticket, streams);
    if (commandLine.name.empty() && commandLine.reference.empty())
    {
        std::cerr << "Which ticket? Give its id, or --reference.\n";
        return exitUsage;
    }
    return showTicket(config, session, commandLine.name, commandLine.reference, streams);
}

} // namespace

int main(int argc, char **argv)
try
{
    psa::host::forbidDumps();
    if (argc == 4 && argv[1] == std::string_view(probeCommand))
        return runProbe(argv[2], std::chrono::milliseconds(std::stoi(argv[3])));
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
catch (const psa::host::ConfigError &error)
{
    std::cerr << error.what() << '\n';
    return psa::host::exitConfig;
}
catch (const std::exception &error)
{
    std::cerr << "psa-host: " << error.what() << '\n';
    return exitFailed;
}

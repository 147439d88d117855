#pragma once

#include "host/cli/connection_command.h"
#include "host/cli/host_commands.h"
#include "host/cli/ticket_command.h"
#include "host/cli/token_command.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>
#include <vector>

namespace psa::cli {

/// The command line: its commands with their options, and the functions that run them.
class CommandLine
{
public:
    CommandLine();
    ~CommandLine() = default;
    CommandLine(const CommandLine &) = delete;
    CommandLine &operator=(const CommandLine &) = delete;

    CLI::App &app() { return app_; }

    /// Runs the selected command.
    int run(const Streams &streams) const;

private:
    using Run = std::function<int(const Streams &)>;
    using RunWithConfig = std::function<int(const config::HostConfig &, const Streams &)>;
    struct Command
    {
        CLI::App *app;
        Run run;
    };

    CLI::App &add(CLI::App &parent, const char *word, const char *help, Run run);

    CLI::App &add(CLI::App &parent, const char *word, const char *help, RunWithConfig run);

    CLI::App &group(const char *word, const char *help);

    bool tryConfig(config::HostConfig &config, std::ostream &log) const;
    void offerRun();
    void offerConnections();
    void offerConnectionChanges(CLI::App &connection);
    void offerTickets();
    void offerTicketDecisions(CLI::App &tickets);
    void offerPlugins();
    void offerReplay(CLI::App &plugins);
    void offerKeys();
    void offerTokens();
    void offerStore();
    void offerConfig();
    void takeEdit(CLI::App &command);
    void takeRequest(CLI::App &command);
    void takeFlags(CLI::App &command);
    void takeCommon(CLI::App &command);
    void takeJson(CLI::App &command) { command.add_flag("--json", session_.json, "Print JSON"); }

    CLI::App app_{"psa-host takes ticket requests and creates each one in a PSA, through plugins."};
    CLI::Option *named_ = nullptr; ///< --config or its environment variable.
    std::string file_ = "/etc/psa-host/psa-host.toml";
    std::vector<Command> commands_;
    std::string name_;
    std::string otherName_;
    std::string recording_;
    std::string reference_;
    bool untilIdle_ = false;
    bool verifyFirst_ = false;
    SessionOptions session_;
    ChoicesOptions wanted_;
    TicketOptions ticket_;
    TicketListOptions tickets_;
    ConnectionEdit edit_;
    AuditOptions audit_;
    TokenOptions token_;
};

} // namespace psa::cli

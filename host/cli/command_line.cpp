#include "host/cli/command_line.h"

#include "host/cli/commands.h"
#include "host/cli/connection_command.h"
#include "host/cli/event_command.h"
#include "host/cli/exit_code.h"
#include "host/cli/host_commands.h"
#include "host/cli/plugins_command.h"
#include "host/cli/source_command.h"
#include "host/cli/ticket_command.h"
#include "host/cli/ticket_update_command.h"
#include "host/plugin/request_fields.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace psa::cli {
namespace {

/// "--due-at" of the field "dueAt".
std::string optionOf(const plugin::RequestField &field)
{
    std::string option = "--";
    for (const char c : field.name)
        option += c >= 'A' && c <= 'Z' ? std::string("-") + static_cast<char>(c - 'A' + 'a') : std::string(1, c);
    return option;
}

/// The command line: its commands with their options, and the functions that run them.
class CommandLine : public Commands
{
public:
    CommandLine();
    ~CommandLine() override = default;
    CommandLine(const CommandLine &) = delete;
    CommandLine &operator=(const CommandLine &) = delete;

    CLI::App &app() override { return app_; }
    CLI::App &group(const char *word, const char *help) override;
    CLI::App &add(CLI::App &parent, const char *word, const char *help, RunWithConfig run) override;

    /// Runs the selected command.
    int run(const Streams &streams) const;

private:
    using Run = std::function<int(const Streams &)>;
    struct Command
    {
        CLI::App *app;
        Run run;
    };

    CLI::App &add(CLI::App &parent, const char *word, const char *help, Run run);

    bool tryConfig(config::HostConfig &config, std::ostream &log) const;
    void offerRun();
    void offerConnections();
    void offerConnectionChanges(CLI::App &connection);
    void offerTickets();
    void offerTicketDecisions(CLI::App &tickets);
    void offerDecision(CLI::App &tickets, const char *word, const char *help, bool retries);
    void offerTicketUpdates(CLI::App &tickets);
    CLI::App &offerUpdate(CLI::App &tickets, service::Update update, const char *word, const char *help);
    void takeNote(CLI::App &command, bool isOptional);
    void takeFilter(CLI::App &command, TicketFilter &filter);
    void offerPlugins();
    void offerCall(CLI::App &plugins);
    void offerReplay(CLI::App &plugins);
    void offerKeys();
    void offerTokens();
    void offerStore();
    void offerConfig();
    void offerSources();
    void offerEvents();
    void offerSourceChanges(CLI::App &sources);
    void offerDeliveries(CLI::App &sources);
    CLI::App &addNamed(CLI::App &sources, const char *word, const char *help, RunWithConfig run);
    void takeSource(CLI::App &command);
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
    std::string target_; ///< Of a copy.
    std::string otherName_;
    std::string recording_;
    std::string reference_;
    bool untilIdle_ = false;
    SessionOptions session_;
    ChoicesOptions wanted_;
    PluginCallOptions call_;
    TicketOptions ticket_;
    TicketListOptions tickets_;
    DecisionOptions decision_;
    UpdateOptions update_;
    ConnectionEdit edit_;
    AuditOptions audit_;
    TokenOptions token_;
    SourceEdit source_;
    SourceTrial trial_;
    DeliveryListOptions deliveries_;
    EventListOptions events_;
    bool flag_ = false;
};

CommandLine::CommandLine()
{
    app_.set_version_flag("--version", PSA_HOST_VERSION);
    app_.require_subcommand(1);
    named_ =
        app_.add_option("--config", file_, "Configuration file")->envname("PSA_HOST_CONFIG")->capture_default_str();
    offerRun();
    offerConnections();
    offerTickets();
    offerSources();
    offerEvents();
    offerDefinitions(*this);
    offerConfiguration(*this);
    offerNotify(*this);
    offerPlugins();
    offerKeys();
    offerTokens();
    offerStore();
    offerConfig();
}

int CommandLine::run(const Streams &streams) const
{
    for (const Command &each : commands_)
        if (*each.app)
            return each.run(streams);
    return exitUsage;
}

CLI::App &CommandLine::group(const char *word, const char *help)
{
    CLI::App *words = app_.add_subcommand(word, help);
    words->require_subcommand(1);
    return *words;
}

CLI::App &CommandLine::add(CLI::App &parent, const char *word, const char *help, RunWithConfig run)
{
    return add(parent, word, help, [this, run = std::move(run)](const Streams &streams) {
        config::HostConfig config;
        return tryConfig(config, streams.log) ? run(config, streams) : static_cast<int>(exitConfig);
    });
}

CLI::App &CommandLine::add(CLI::App &parent, const char *word, const char *help, Run run)
{
    CLI::App *command = parent.add_subcommand(word, help);
    commands_.push_back({command, std::move(run)});
    return *command;
}

bool CommandLine::tryConfig(config::HostConfig &config, std::ostream &log) const
try
{
    if (named_->count() == 0 && !std::filesystem::exists(file_))
    {
        log << noConfigText(file_);
        return false;
    }
    config = config::readConfig(file_);
    return true;
}
catch (const config::ConfigError &error)
{
    log << error.what() << '\n';
    return false;
}

void CommandLine::offerRun()
{
    CLI::App &run = add(
        app_, "run", "Deliver stored tickets and serve commands until stopped; SIGHUP reloads the configuration file",
        [this](const config::HostConfig &config, const Streams &streams) {
            return runHost(file_, config, untilIdle_ ? RunMode::untilIdle : RunMode::deliver, streams);
        });
    run.add_flag("--until-idle", untilIdle_, "Exit when no ticket makes progress on its own any more");
    add(app_, "serve", "Same as run, and also serve the API and the admin page as configured in [serve]",
        RunWithConfig([this](const config::HostConfig &config, const Streams &streams) {
            return runHost(file_, config, RunMode::serve, streams);
        }));
}

void CommandLine::offerConnections()
{
    CLI::App &connection = group("connection", "Manage connections to PSAs");
    offerConnectionChanges(connection);
    CLI::App &list = add(connection, "list", "List all connections and their status",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return listConnections(config, session_.json, streams);
                         });
    takeJson(list);
    CLI::App &show = add(connection, "show", "Show one connection, without its secrets",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return showConnection(config, edit_.name, session_.json, streams);
                         });
    show.add_option("name", edit_.name, "Name of the connection")->required();
    takeJson(show);
    CLI::App &remove =
        add(connection, "remove",
            "Remove a connection and wipe its secrets; rejected while it has unfinished tickets, notes or changes",
            [this](const config::HostConfig &config, const Streams &streams) {
                return removeConnection(config, edit_.name, streams);
            });
    remove.add_option("name", edit_.name, "Name of the connection")->required();
    CLI::App &choices = add(connection, "choices", "List the values that the PSA offers for a field",
                            [this](const config::HostConfig &config, const Streams &streams) {
                                return showChoices(config, session_, wanted_, streams);
                            });
    choices.add_option("connection", session_.connection, "Name of a connection, or a file that describes one")
        ->required();
    choices.add_option("list", wanted_.list, "Name of the list; omit it to see the names of all lists");
    choices.add_option("--query", wanted_.query, "Text that labels must contain");
    choices.add_option("--depends-on", wanted_.dependsOn, "name=value of a field that the list depends on");
    takeCommon(choices);
}

void CommandLine::offerConnectionChanges(CLI::App &connection)
{
    CLI::App &make = add(connection, "add", "Store a new connection",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return addConnection(config, edit_, streams);
                         });
    make.add_option("name", edit_.name, "Name of the new connection")->required();
    takeEdit(make);
    CLI::App &set = add(connection, "set", "Change a connection; everything not given stays the same",
                        [this](const config::HostConfig &config, const Streams &streams) {
                            return setConnection(config, edit_, streams);
                        });
    set.add_option("name", edit_.name, "Name of the connection")->required();
    takeEdit(set);
    CLI::App &test = add(connection, "test", "Check whether tickets could be created, without creating one",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             ConnectionEdit edit = edit_;
                             edit.name = session_.connection;
                             return testConnection(config, session_, edit, streams);
                         });
    test.add_option("connection", session_.connection, "Name of a connection, or a file that describes one")
        ->required();
    takeEdit(test);
    takeCommon(test);
}

void CommandLine::takeEdit(CLI::App &command)
{
    command.add_option("--file", edit_.file, "A file that describes the connection; options take precedence");
    command.add_option("--plugin", edit_.plugin, "Id, id@version or file of the plugin");
    command.add_option("--set", edit_.values, "Configuration value as field=value; may be repeated");
    command.add_option("--secret", edit_.secrets,
                       "Secret as field=file:/path, field=env:NAME or field=- (prompts, or reads a line from standard "
                       "input); may be repeated");
    command.add_option("--unset", edit_.unset, "A configuration field to clear");
    command.add_option("--default", edit_.defaults,
                       "Ticket default as field=value; the given ones replace all existing ones; may be repeated");
    for (const auto &[option, name, help] :
         {std::tuple("--resolved-status", "resolvedStatus", "Status of resolved tickets, by id or label"),
          std::tuple("--reopened-status", "reopenedStatus", "Status of reopened tickets, by id or label"),
          std::tuple("--notes", "notes", "Who sees notes by default: internal or public")})
        command.add_option_function<std::string>(
            option, [this, name = std::string(name)](const std::string &value) { edit_.updates[name] = value; },
            std::string(help) + "; \"\" = as the plugin suggests");
}

void CommandLine::offerTickets()
{
    CLI::App &tickets = group("ticket", "Create and manage tickets");
    CLI::App &create =
        add(tickets, "create", "Create a ticket", [this](const config::HostConfig &config, const Streams &streams) {
            return createTicket(config, session_, ticket_, streams);
        });
    create
        .add_option("--connection", session_.connection,
                    "Name of a connection, or a file that describes one and has its own store beside it")
        ->required();
    takeRequest(create);
    create.add_flag("--dry-run", ticket_.dryRun,
                    "Show what would be sent without creating anything; read requests are sent");
    create.add_option("--key", ticket_.key, "Idempotency key: the same key never creates a second ticket");
    create.add_option("--wait", ticket_.wait, "How many seconds to wait until the ticket is in the PSA")
        ->check(CLI::Range(0, 60))
        ->capture_default_str();
    takeCommon(create);
    CLI::App &list = add(tickets, "list", "List tickets, newest first",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return listTickets(config, tickets_, session_.json, streams);
                         });
    takeFilter(list, tickets_.filter);
    list.add_option("--psa-ticket", tickets_.psaTicket, "Only this ticket of the PSA, by its number or id there");
    list.add_option("--limit", tickets_.limit, "Maximum number of entries")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    takeJson(list);
    offerTicketDecisions(tickets);
}

void CommandLine::offerTicketDecisions(CLI::App &tickets)
{
    CLI::App &show =
        add(tickets, "show", "Show a ticket and its status",
            [this](const config::HostConfig &config, const Streams &streams) {
                if (session_.connection.empty())
                    return showStoredTicket(config, name_.empty() ? reference_ : name_, session_.json, streams);
                return showPsaTicket(config, session_, name_, reference_, streams);
            });
    CLI::Option *id =
        show.add_option("ticket", name_, "Number or reference of the ticket; with --connection the PSA's id");
    show.add_option("--reference", reference_, "The reference that ticket create printed")->excludes(id);
    show.add_option("--connection", session_.connection,
                    "A file that describes a connection: show the ticket as it is in that PSA");
    show.parse_complete_callback([this] {
        if (name_.empty() && reference_.empty())
            throw CLI::RequiredError("ticket or --reference");
    });
    takeCommon(show);
    CLI::App &link = add(tickets, "link", "Record which ticket of the PSA it is",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return linkTicket(config, name_, otherName_, session_.json, streams);
                         });
    link.add_option("ticket", name_, "Number or reference of the ticket")->required();
    link.add_option("psa-ticket", otherName_, "Id or number of the ticket in the PSA")->required();
    takeJson(link);
    offerDecision(tickets, "retry", "Send tickets, or a note or change of one, again", true);
    offerDecision(tickets, "discard", "Give up on tickets, or a note or change of one: they will not be sent", false);
    offerTicketUpdates(tickets);
}

void CommandLine::offerDecision(CLI::App &tickets, const char *word, const char *help, bool retries)
{
    CLI::App &command =
        add(tickets, word, help, [this, retries](const config::HostConfig &config, const Streams &streams) {
            return retries ? retryTickets(config, decision_, session_.json, streams)
                           : discardTickets(config, decision_, session_.json, streams);
        });
    command.add_option("ticket", decision_.tickets, "Numbers or references of the tickets");
    command.add_flag("--all", decision_.all,
                     "All tickets that --state and the other filters find, instead of named ones");
    takeFilter(command, decision_.filter);
    command.add_option(
        "--operation", decision_.operation,
        "Number of a note or change of the ticket, as shown by ticket show; the ticket itself by default");
    if (retries)
        command.add_flag("--verify-first", decision_.verifyFirst, "Check whether the PSA has it before sending it");
    else
        command.add_option("--reason", decision_.reason, "Reason, for the audit log");
    command.add_flag("--dry-run", decision_.dryRun, "Only show which tickets are meant, and whether it is possible");
    takeJson(command);
}

void CommandLine::takeFilter(CLI::App &command, TicketFilter &filter)
{
    command.add_option("--state", filter.states,
                       "Only tickets in this state: " + ticket::ticketStateNames() +
                           ", open (not ended) or attention (needs a human); may be repeated");
    command.add_option("--connection", filter.connection, "Only this connection");
    command.add_option("--reason-code", filter.reasonCode,
                       "Only tickets whose state has a reason with this code, such as not_found");
    command.add_option("--search", filter.search,
                       "Only tickets with these words in title, company, key, reference or number in the PSA");
}

void CommandLine::offerTicketUpdates(CLI::App &tickets)
{
    CLI::App &note = offerUpdate(tickets, service::Update::note, "note", "Add a note to a ticket");
    takeNote(note, false);
    CLI::App &set = offerUpdate(tickets, service::Update::change, "set", "Change values of a ticket");
    for (const auto &[option, name, help] :
         {std::tuple("--status", "status", "Status, by id or label"),
          std::tuple("--priority", "priority", "Priority, by id or label"),
          std::tuple("--queue", "queue", "Queue, board or team, by id or label"),
          std::tuple("--category", "category", "Category or type, by id or label"),
          std::tuple("--assignee", "assignee", "Who is to work on it, by id, label or e-mail address"),
          std::tuple("--device", "device", "Device that it is about, by id or label")})
        set.add_option(option, update_.values[name], help);
    CLI::App &resolve = offerUpdate(tickets, service::Update::resolve, "resolve",
                                    "Resolve a ticket: set the status that its connection names for that");
    takeNote(resolve, true);
    CLI::App &reopen = offerUpdate(tickets, service::Update::reopen, "reopen",
                                   "Reopen a ticket: set the status that its connection names for that");
    takeNote(reopen, true);
    for (CLI::App *command : {&resolve, &reopen})
        command->add_option("--status", update_.values["status"],
                            "Status, by id or label, instead of the connection's");
    for (CLI::App *command : {&note, &resolve})
        command->add_flag("--resolution", update_.resolution, "The note says how the trouble was resolved");
    for (CLI::App *command : {&set, &resolve, &reopen})
        command->add_flag("--if-untouched", update_.ifUntouched,
                          "Only if no human has touched the ticket in the PSA; a note is written in any case");
}

CLI::App &CommandLine::offerUpdate(CLI::App &tickets, service::Update update, const char *word, const char *help)
{
    CLI::App &command =
        add(tickets, word, help, [this, update](const config::HostConfig &config, const Streams &streams) {
            return updateTicket(config, update, update_, session_.json, streams);
        });
    command.add_option("ticket", update_.ticket, "Number or reference of the ticket")->required();
    command.add_option("--connection", update_.connection, "Not possible here")
        ->group(""); // rejected with an explanation
    command.add_flag("--dry-run", update_.dryRun,
                     "Show what would be sent without changing anything; read requests are sent");
    command.add_option("--key", update_.key, "Idempotency key: the same key never does it twice");
    command.add_option("--wait", update_.wait, "How many seconds to wait until it is in the PSA")
        ->check(CLI::Range(0, 60))
        ->capture_default_str();
    takeJson(command);
    return command;
}

/// `isOptional`: the note accompanies something else.
void CommandLine::takeNote(CLI::App &command, bool isOptional)
{
    CLI::Option *text = command.add_option(isOptional ? "--note" : "--text", update_.text,
                                           isOptional ? "Text of a note to be written first" : "Text of the note");
    command
        .add_option(isOptional ? "--note-file" : "--text-file", update_.textFile,
                    "File with the text of the note, or - for standard input")
        ->excludes(text);
    CLI::Option *isPublic = command.add_flag("--public", update_.isPublic, "The customer sees the note, too");
    command
        .add_flag("--internal", update_.isInternal,
                  "Only the PSA's users see the note; by default the connection's setting applies")
        ->excludes(isPublic);
    command.add_flag("--notify", update_.notify, "The PSA may e-mail people about the note");
}

/// A command about the source that its first argument names.
CLI::App &CommandLine::addNamed(CLI::App &sources, const char *word, const char *help, RunWithConfig run)
{
    CLI::App &command = add(sources, word, help, std::move(run));
    command.add_option("name", source_.name, "Name of the source")->required();
    return command;
}

void CommandLine::offerSources()
{
    CLI::App &sources = group("source", "Manage sources of alerts and what they delivered");
    CLI::App &presets = add(sources, "presets", "List the senders that psa-host knows, or show how to set one up",
                            [this](const config::HostConfig &config, const Streams &streams) {
                                return listPresets(config, name_, session_.json, streams);
                            });
    presets.add_option("preset", name_, "Name of a preset");
    takeJson(presets);
    CLI::App &list = add(sources, "list", "List all sources and their state",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return listSources(config, session_.json, streams);
                         });
    takeJson(list);
    CLI::App &show = addNamed(sources, "show", "Show one source, without its secrets",
                              [this](const config::HostConfig &config, const Streams &streams) {
                                  return showSource(config, source_.name, session_.json, streams);
                              });
    takeJson(show);
    offerSourceChanges(sources);
    offerDeliveries(sources);
}

void CommandLine::offerSourceChanges(CLI::App &sources)
{
    takeSource(addNamed(sources, "add", "Store a new source; prints its URL and its token",
                        [this](const config::HostConfig &config, const Streams &streams) {
                            return addSource(config, source_, session_.json, streams);
                        }));
    takeSource(addNamed(sources, "set", "Change a source; everything not given stays the same",
                        [this](const config::HostConfig &config, const Streams &streams) {
                            return setSource(config, source_, session_.json, streams);
                        }));
    addNamed(sources, "remove", "Remove a source and wipe its credentials; its events and tickets stay",
             [this](const config::HostConfig &config, const Streams &streams) {
                 return removeSource(config, source_.name, streams);
             });
    CLI::App &token = addNamed(sources, "token", "Replace the token of a source and print the new one",
                               [this](const config::HostConfig &config, const Streams &streams) {
                                   return changeSourceToken(config, source_.name, flag_, session_.json, streams);
                               });
    CLI::App &url = addNamed(sources, "url", "Make a new URL with a secret, for senders that cannot send headers",
                             [this](const config::HostConfig &config, const Streams &streams) {
                                 return changeSourceUrl(config, source_.name, flag_, session_.json, streams);
                             });
    for (CLI::App *command : {&token, &url})
    {
        command->add_flag("--revoke", flag_, "Revoke it without making a new one");
        takeJson(*command);
    }
}

void CommandLine::takeSource(CLI::App &command)
{
    command.add_option("--file", source_.file, "A file with the source as JSON; options take precedence");
    command.add_option("--preset", source_.preset, "How its deliveries are read: see source presets");
    command.add_option("--set", source_.settings,
                       "Setting of the preset as name=value; a list as a,b, pairs as a=b,c=d; may be repeated");
    command.add_option("--reader", source_.reader,
                       "File with a jq program that reads its deliveries; \"preset\" = that of the preset");
    command.add_option("--zone", source_.timeZone, "Time zone of times without an offset, such as Europe/Oslo");
    for (const auto &[option, value, help] :
         {std::tuple("--stale-after", &source_.staleAfterHours, "Hours without news after which an episode is stale"),
          std::tuple("--recovered-after", &source_.recoveredAfterSilenceMinutes,
                     "Minutes without news after which a problem is over; 0 = silence means nothing"),
          std::tuple("--silent-after", &source_.silentAfterHours,
                     "Hours without a delivery after which humans are told; 0 = never"),
          std::tuple("--quota", &source_.quotaPerMinute, "Maximum number of deliveries a minute")})
        command.add_option(option, *value, help)->check(CLI::NonNegativeNumber);
    command.add_option("--signature-header", source_.signatureHeader, "Header with the signature of a request");
    command.add_option("--signature-time-header", source_.signatureTimeHeader,
                       "Header with the time of the signature, if it covers TIME:BODY");
    command.add_option(
        "--signature-secret", source_.signatureSecret,
        "Secret of signatures as file:/path, env:NAME or - (prompts, or reads a line from standard input)");
    CLI::Option *enable = command.add_flag("--enable", source_.enable, "Take deliveries");
    command.add_flag("--disable", source_.disable, "Refuse deliveries")->excludes(enable);
    takeJson(command);
}

void CommandLine::offerDeliveries(CLI::App &sources)
{
    CLI::App &test = add(sources, "test", "Show what would become of a delivery; nothing is stored",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return testSource(config, trial_, session_.json, streams);
                         });
    test.add_option("--body", trial_.body, "File with the body of the request, or - for standard input");
    test.add_option("--source", trial_.source, "Name of a stored source");
    test.add_option("--preset", trial_.preset, "A preset instead of a stored source; json by default");
    test.add_option("--set", trial_.settings, "Setting of the preset as name=value; may be repeated");
    test.add_option("--reader", trial_.reader, "File with a jq program instead of the preset's");
    test.add_option("--zone", trial_.zone, "Time zone of times without an offset");
    test.add_option("--header", trial_.headers, "Header of the request as \"Name: value\"; may be repeated");
    test.add_option("--query", trial_.query, "Parameter of its query as name=value; may be repeated");
    test.add_option("--method", trial_.method, "Its method; POST by default, or GET without a body");
    takeJson(test);
    CLI::App &list = addNamed(sources, "deliveries", "List the deliveries of a source, newest first",
                              [this](const config::HostConfig &config, const Streams &streams) {
                                  DeliveryListOptions wanted = deliveries_;
                                  wanted.source = source_.name;
                                  return listDeliveries(config, wanted, session_.json, streams);
                              });
    list.add_option("--state", deliveries_.state, "Only deliveries in this state: done, notUnderstood or kept");
    list.add_option("--limit", deliveries_.limit, "Maximum number of entries")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    takeJson(list);
    CLI::App &delivery = add(sources, "delivery", "Show one delivery and its events",
                             [this](const config::HostConfig &config, const Streams &streams) {
                                 return showDelivery(config, name_, flag_, session_.json, streams);
                             });
    delivery.add_flag("--body", flag_, "Also show its body");
    CLI::App &run = add(sources, "run", "Read a delivery again that was not understood or not read",
                        [this](const config::HostConfig &config, const Streams &streams) {
                            return readDeliveryAgain(config, name_, session_.json, streams);
                        });
    for (CLI::App *command : {&delivery, &run})
    {
        command->add_option("delivery", name_, "Number of the delivery")->required();
        takeJson(*command);
    }
    addNamed(sources, "resume", "Resume a parked source; what it kept is read again",
             [this](const config::HostConfig &config, const Streams &streams) {
                 return resumeSource(config, source_.name, streams);
             });
}

void CommandLine::offerEvents()
{
    CLI::App &events = group("event", "Look at what sources reported, and what was decided");
    CLI::App &list = add(events, "list", "List events, newest first",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return listEvents(config, events_, session_.json, streams);
                         });
    for (const auto &[option, value, help] :
         {std::tuple("--source", &events_.source, "Only this source"),
          std::tuple("--kind", &events_.kind, "Only this kind: problem, update, recovery, test or other"),
          std::tuple("--decision", &events_.decision, "Only events with this decision, such as ticket or no_rule"),
          std::tuple("--customer", &events_.customer, "Only this customer, by the name or id that the source has"),
          std::tuple("--search", &events_.search, "Only events with these words in title, customer or key"),
          std::tuple("--ticket", &events_.ticket, "Only events of the ticket with this number")})
        list.add_option(option, *value, help);
    list.add_option("--limit", events_.limit, "Maximum number of entries")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    takeJson(list);
    CLI::App &show = add(events, "show", "Show one event with its decision and history",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return showEvent(config, name_, session_.json, streams);
                         });
    show.add_option("event", name_, "Number of the event")->required();
    takeJson(show);
    CLI::App &purge = add(events, "purge", "Erase the bodies and texts of a customer's events; tickets stay",
                          [this](const config::HostConfig &config, const Streams &streams) {
                              return purgeEvents(config, name_, session_.json, streams);
                          });
    purge.add_option("--customer", name_, "Name or id of the customer, as sources have it")->required();
    takeJson(purge);
}

void CommandLine::offerPlugins()
{
    CLI::App &plugins = group("plugins", "Inspect the configured plugins");
    CLI::App &list = add(plugins, "list", "Load all plugins and show their state; exit code 1 if one is not ready",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return listPlugins(config, session_.json, streams.out, streams.log);
                         });
    takeJson(list);
    CLI::App &describe = add(plugins, "describe", "Show the description of a plugin, including its fields",
                             [this](const config::HostConfig &config, const Streams &streams) {
                                 return describePlugin(config, name_, session_.json, streams.out, streams.log);
                             });
    describe.add_flag("--json", session_.json, "Print the descriptor");
    describe.add_option("plugin", name_, "Id, id@version or file")->required();
    CLI::App &diff = add(plugins, "diff", "Compare the descriptions of two builds; exit code 9 if a change is breaking",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return diffPlugins(config, name_, otherName_, session_.json, streams.out, streams.log);
                         });
    takeJson(diff);
    diff.add_option("before", name_, "Id, id@version or file; a file does not have to be in the configuration")
        ->required();
    diff.add_option("after", otherName_, "The newer build, in the same form")->required();
    add(plugins, "reload", "Let the running psa-host load plugin files that were added or replaced",
        [](const config::HostConfig &config, const Streams &streams) { return reloadPlugins(config, streams); });
    offerCall(plugins);
    offerReplay(plugins);
}

void CommandLine::offerCall(CLI::App &plugins)
{
    CLI::App &call = add(plugins, "call",
                         "Call one function of a plugin and print its result; for plugin authors: psa-host keeps no "
                         "record of what it creates",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return callPlugin(config, session_, call_, streams);
                         });
    call.add_option("function", call_.verb, "Its name in recordings, such as add_note")->required();
    call.add_option("arguments", call_.arguments, "name=value; documents as JSON");
    call.add_option("--connection", session_.connection, "A file that describes the connection")->required();
    call.add_flag("--dry-run", call_.dryRun, "Withhold the changing request");
    takeCommon(call);
}

void CommandLine::offerReplay(CLI::App &plugins)
{
    CLI::App &replay =
        add(plugins, "replay",
            "Repeat the calls of a recorded run without the PSA and show what differs; exit code 9 on any difference",
            [this](const config::HostConfig &config, const Streams &streams) {
                return replayRecording(config, session_, recording_, streams);
            });
    replay.add_option("--recording", recording_, "Recording written by --record of another command")->required();
    replay.add_option("--connection", session_.connection, "A file that describes the connection")->required();
    replay.add_option("--plugin", session_.plugin,
                      "The build to try: id, id@version or file; by default the one that the connection names");
    takeFlags(replay);
}

void CommandLine::offerKeys()
{
    CLI::App &keys = group("keys", "Manage the master keys that encrypt stored secrets");
    CLI::App &generate = add(keys, "generate", "Generate a master key and write it to a new file",
                             Run([this](const Streams &streams) { return generateKey(name_, streams.out); }));
    generate.add_option("file", name_, "The file to write")->required();
    CLI::App &list = add(keys, "list", "Show the ids of the keys in use",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return listKeys(config, session_.json, streams);
                         });
    takeJson(list);
    add(keys, "rotate", "Encrypt everything under the active key; can be interrupted and run again",
        RunWithConfig(
            [](const config::HostConfig &config, const Streams &streams) { return rotateKeys(config, streams); }));
}

void CommandLine::offerTokens()
{
    CLI::App &tokens = group("token", "Manage access tokens for the API and the admin page");
    CLI::App &make = add(tokens, "add", "Create a token and print it; it is not shown again",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return addToken(config, token_, session_.json, streams);
                         });
    make.add_option("name", token_.name, "Name of the token: what it is for")->required();
    make.add_option("--scope", token_.scopes,
                    "submit: submit tickets and alerts; read: read everything except secrets; operate: decide on "
                    "tickets, and add notes and changes; admin: everything; may be repeated")
        ->required();
    make.add_option(
        "--connection", token_.connections,
        "A connection that the token is bound to: no others exist for it; may be repeated; by default it is "
        "not bound");
    make.add_option("--expires", token_.expires,
                    "Expiry date and time, such as 2027-01-31T00:00:00Z; never by default");
    takeJson(make);
    CLI::App &list = add(tokens, "list", "List all tokens with their scopes and when they were last used",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return listTokens(config, session_.json, streams);
                         });
    takeJson(list);
    CLI::App &remove = add(tokens, "remove", "Revoke a token immediately",
                           [this](const config::HostConfig &config, const Streams &streams) {
                               return removeToken(config, token_.name, streams);
                           });
    remove.add_option("id", token_.name, "Id of the token, as shown by token list")->required();
}

void CommandLine::offerStore()
{
    CLI::App &audit = add(app_, "audit", "Show the audit log, newest first",
                          [this](const config::HostConfig &config, const Streams &streams) {
                              return showAudit(config, audit_, session_.json, streams);
                          });
    audit.add_option("--connection", audit_.connection, "Only this connection");
    audit.add_option("--ticket", audit_.ticket, "Only the ticket with this number");
    audit.add_option("--psa-ticket", audit_.psaTicket, "Only this ticket of the PSA, by its number or id there");
    audit.add_option("--limit", audit_.limit, "Maximum number of entries")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    takeJson(audit);
    CLI::App &backup = add(
        app_, "backup", "Write a backup of the store to a new file",
        [this](const config::HostConfig &config, const Streams &streams) { return backUp(config, name_, streams); });
    backup.add_option("file", name_, "The file to write")->required();
    CLI::App &hosts = add(
        app_, "hosts", "List the hosts that share the store, and the connections and sources that each of them handles",
        [this](const config::HostConfig &config, const Streams &streams) {
            return listHosts(config, session_.json, streams);
        });
    takeJson(hosts);
    CLI::App &store = group("store", "Manage the store");
    CLI::App &copy = add(store, "copy", "Copy a store from SQLite to PostgreSQL or back, while no host runs on either",
                         [this](const config::HostConfig &config, const Streams &streams) {
                             return copyStore(config, name_, target_, streams);
                         });
    copy.add_option("from", name_,
                    "The store to copy: a state folder, or the URI of a PostgreSQL database without its password")
        ->required();
    copy.add_option("to", target_, "Where to: likewise; a folder without a store, or an empty database")->required();
    add(store, "restored",
        "Say, before psa-host starts, that its machine was rolled back to a snapshot or its PostgreSQL database "
        "restored: "
        "unfinished tickets are then looked up in the PSA before they are sent",
        RunWithConfig(
            [](const config::HostConfig &config, const Streams &streams) { return declareRestored(config, streams); }));
}

void CommandLine::offerConfig()
{
    CLI::App &configuration = group("config", "Manage the configuration file");
    add(configuration, "check", "Validate the configuration file and show its settings; exit code 3 if it is invalid",
        [this](const config::HostConfig &config, const Streams &streams) {
            return checkConfig(file_, config, streams.out);
        });
}

void CommandLine::takeRequest(CLI::App &command)
{
    for (const plugin::RequestField &field : plugin::requestFields())
        command.add_option(optionOf(field), ticket_.values[field.name],
                           field.description.substr(0, field.description.find_last_not_of('.') + 1));
    command.add_option("--field", ticket_.fields, "PSA-specific field as name=value; may be repeated");
    command.add_option("--file", ticket_.file,
                       "File with the ticket request as JSON, or - for standard input; options take precedence");
}

void CommandLine::takeFlags(CLI::App &command)
{
    command.add_flag("--json", session_.json, "Print JSON");
    command.add_flag("--verbose", session_.verbose, "Show each request and what the plugin logs, on standard error");
    command.add_option("--timeout", session_.seconds, "Deadline of each call into the plugin in seconds")
        ->check(CLI::Range(1, 600))
        ->capture_default_str();
}

void CommandLine::takeCommon(CLI::App &command)
{
    takeFlags(command);
    command.add_option("--record", session_.record, "Record all calls and exchanges, without secrets, to this file");
    command.add_option("--replay", session_.replay, "Take the PSA's responses from a recording instead of the network");
}

} // namespace

int runCommandLine(int argc, char **argv)
try
{
    CommandLine commandLine;
    try
    {
        commandLine.app().parse(argc, argv);
    }
    catch (const CLI::ParseError &error)
    {
        return exitForParse(commandLine.app(), error, std::cout, std::cerr);
    }
    return commandLine.run({std::cin, std::cout, std::cerr});
}
catch (const config::ConfigError &error)
{
    std::cerr << error.what() << '\n';
    return exitConfig;
}
catch (const std::exception &error)
{
    std::cerr << "psa-host: " << error.what() << '\n';
    return exitFailed;
}

} // namespace psa::cli

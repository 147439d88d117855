#include "host/cli/commands.h"
#include "host/cli/definition_command.h"

#include <memory>
#include <tuple>

namespace psa::cli {
namespace {

/// The values of all options of these commands, of which only those of the given command are set.
struct DefinitionOptions
{
    DefinitionEdit edit;
    RuleTrial trial;
    UnknownCustomerName unknown;
    std::vector<std::string> names;
    std::string from;
    std::string to;
    bool json = false;
    bool versions = false;
};
using Options = std::shared_ptr<DefinitionOptions>;

const DefinitionKindName rules{"rule", "rules"};
const DefinitionKindName windows{"window", "windows"};
const DefinitionKindName customers{"customer", "customers"};

void takeJson(CLI::App &command, const Options &options)
{
    command.add_flag("--json", options->json, "Print JSON");
}

/// A command whose function gets the options.
template <class Run>
CLI::App &offer(Commands &commands, CLI::App &parent, const char *word, const char *help, const Options &options,
                Run run)
{
    return commands.add(parent, word, help, [options, run](const config::HostConfig &config, const Streams &streams) {
        return run(config, *options, streams);
    });
}

void takeName(CLI::App &command, const Options &options, const DefinitionKindName &kind)
{
    command.add_option("name", options->edit.name, "Name of the " + kind.one)->required();
}

/// `list`, `show` and `remove`.
void offerUsual(Commands &commands, CLI::App &group, const DefinitionKindName &kind, const Options &options)
{
    takeJson(offer(commands, group, "list", ("List all " + kind.many).c_str(), options,
                   [kind](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                       return listDefinitions(config, kind, given.json, streams);
                   }),
             options);
    CLI::App &show = offer(commands, group, "show", ("Show one " + kind.one).c_str(), options,
                           [kind](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                               return given.versions
                                          ? listRuleVersions(config, given.edit.name, given.json, streams)
                                          : showDefinition(config, kind, given.edit.name, given.json, streams);
                           });
    takeName(show, options, kind);
    takeJson(show, options);
    if (kind.one == "rule")
        show.add_flag("--versions", options->versions, "List its versions, with who made them, instead");
    takeName(offer(commands, group, "remove", ("Remove a " + kind.one).c_str(), options,
                   [kind](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                       return removeDefinition(config, kind, given.edit.name, streams);
                   }),
             options, kind);
}

/// `add` and `set`; `take` adds what is special about the kind.
template <class Take>
void offerChanges(Commands &commands, CLI::App &group, const DefinitionKindName &kind, const Options &options,
                  const Take &take)
{
    for (const bool isNew : {true, false})
    {
        CLI::App &command =
            offer(commands, group, isNew ? "add" : "set",
                  isNew ? ("Add a " + kind.one).c_str()
                        : ("Change a " + kind.one + "; everything not given stays the same").c_str(),
                  options, [kind, isNew](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                      return isNew ? addDefinition(config, kind, given.edit, given.json, streams)
                                   : setDefinition(config, kind, given.edit, given.json, streams);
                  });
        CLI::Option *name = command.add_option("name", options->edit.name, "Name of the " + kind.one);
        if (!isNew)
        {
            name->required();
            command.add_option("--rename", options->edit.newName, "Its new name");
        }
        command.add_option("--file", options->edit.file,
                           "File with the " + kind.one +
                               " as JSON, or as TOML if its name ends in .toml; - for JSON on standard input; options "
                               "take precedence");
        if (kind.one != "customer")
            command.add_option("--description", options->edit.description, "A description, for people");
        take(command);
        takeJson(command, options);
    }
}

void takeConditions(CLI::App &command, const Options &options)
{
    command.add_option("--condition", options->edit.conditions,
                       "A matcher such as 'severity=~\"critical|high\"'; all must hold; the given ones replace the "
                       "existing ones; may be repeated");
}

void takeTicket(CLI::App &command, const Options &options)
{
    command.add_option("--connection", options->edit.connection, "Connection that gets the tickets");
    command.add_option("--field", options->edit.fields,
                       "Field of the ticket as name=template, such as 'title={{title}}'; may be repeated");
}

void takeRule(CLI::App &command, const Options &options)
{
    takeConditions(command, options);
    takeTicket(command, options);
    command.add_flag("--suppress", options->edit.suppresses, "Count the events instead of creating tickets");
    command.add_option("--mode", options->edit.mode, "dry_run (default), on or off");
}

void offerRuleModes(Commands &commands, CLI::App &group, const Options &options)
{
    for (const auto &[word, mode, help] :
         {std::tuple("on", "on", "Turn a rule on, and show what it would have done in the last days"),
          std::tuple("off", "off", "Turn a rule off: events pass it by"),
          std::tuple("dry-run", "dry_run", "Let a rule decide and record only")})
    {
        CLI::App &command = offer(
            commands, group, word, help, options,
            [mode = std::string(mode)](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                return setRuleMode(config, given.edit.name, mode, given.json, streams);
            });
        takeName(command, options, rules);
        takeJson(command, options);
    }
}

void offerRuleTrials(Commands &commands, CLI::App &group, const Options &options)
{
    CLI::App &test = offer(commands, group, "test", "Show what the rules would do with an event", options,
                           [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                               return testRules(config, given.trial, given.json, streams);
                           });
    CLI::App &preview =
        offer(commands, group, "preview", "Show what a rule would have done with the events of the last days", options,
              [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                  return previewRule(config, given.trial, given.json, streams);
              });
    for (CLI::App *command : {&test, &preview})
    {
        CLI::Option *name = command->add_option("name", options->trial.name, "Name of the rule");
        command->add_option("--file", options->trial.file, "File with a rule that is not stored")->excludes(name);
        takeJson(*command, options);
    }
    test.add_option("--event", options->trial.event,
                    "File with an event, as psa-host event show prints it, - for standard input, or the number of a "
                    "stored event")
        ->required();
    preview.add_option("--days", options->trial.days, "How far to look back")
        ->check(CLI::Range(1, 366))
        ->capture_default_str();
}

void offerLibrary(Commands &commands, CLI::App &group, const Options &options)
{
    takeJson(offer(commands, group, "library", "List ready-made rules", options,
                   [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                       return listLibrary(config, given.json, streams);
                   }),
             options);
    CLI::App &command = offer(commands, group, "add-from-library", "Add a ready-made rule, in dry run", options,
                              [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                                  return addFromLibrary(config, given.names.front(), given.edit, given.json, streams);
                              });
    command.add_option("entry", options->names, "Name of the ready-made rule, as shown by rule library")
        ->required()
        ->expected(1);
    command.add_option("--name", options->edit.name, "Name of the rule; that of the ready-made one by default");
    takeTicket(command, options);
    takeConditions(command, options);
    takeJson(command, options);
}

void offerRules(Commands &commands)
{
    const Options options = std::make_shared<DefinitionOptions>();
    CLI::App &group = commands.group("rule", "Manage the rules by which events become tickets");
    offerUsual(commands, group, rules, options);
    offerChanges(commands, group, rules, options, [&](CLI::App &command) { takeRule(command, options); });
    CLI::App &order = offer(commands, group, "order", "Set the order in which rules are tried", options,
                            [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                                return orderRules(config, given.names, given.json, streams);
                            });
    order.add_option("names", options->names, "All rules, in their new order")->required();
    takeJson(order, options);
    offerRuleModes(commands, group, options);
    offerRuleTrials(commands, group, options);
    offerLibrary(commands, group, options);
}

void takeWindow(CLI::App &command, const Options &options)
{
    DefinitionEdit &edit = options->edit;
    takeConditions(command, options);
    command.add_option("--time-zone", edit.zone, "Time zone of all its times, such as Europe/Oslo");
    command.add_option("--from", edit.from, "Start of a window that occurs once, such as 2026-12-01T22:00");
    command.add_option("--to", edit.to, "Its end");
    command.add_option("--weekly", edit.days, "Days on which it starts every week, such as sun,mon")->delimiter(',');
    command.add_option("--start", edit.start, "Time at which it starts every week, such as 02:00");
    command.add_option("--minutes", edit.minutes, "How long it lasts every week")->check(CLI::Range(1, 7 * 24 * 60));
    command.add_option("--valid-from", edit.validFrom, "First day on which it starts, such as 2026-12-01");
    command.add_option("--valid-to", edit.validTo, "Last day on which it starts");
}

void offerWindows(Commands &commands)
{
    const Options options = std::make_shared<DefinitionOptions>();
    CLI::App &group = commands.group("window", "Manage maintenance windows, which suppress problems");
    offerUsual(commands, group, windows, options);
    offerChanges(commands, group, windows, options, [&](CLI::App &command) { takeWindow(command, options); });
    CLI::App &calendar = offer(commands, group, "calendar", "Show when windows are active", options,
                               [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                                   return showCalendar(config, given.from, given.to, given.json, streams);
                               });
    calendar.add_option("--from", options->from, "Start, such as 2026-12-01T00:00:00Z; now by default");
    calendar.add_option("--to", options->to, "End; a week after the start by default");
    takeJson(calendar, options);
}

void takeCustomer(CLI::App &command, const Options &options)
{
    command.add_option("--id", options->edit.ids,
                       "An id by which a source knows it, as SOURCE=ID, with * for all sources; may be repeated");
    command.add_option("--alias", options->edit.names,
                       "A name by which a source knows it, as SOURCE=NAME, with * for all sources; may be repeated");
    command.add_option("--company", options->edit.companies,
                       "Its company in a PSA, as CONNECTION=COMPANY, by id or name; may be repeated");
}

/// Customers of events that are in no table.
void offerUnknownCustomers(Commands &commands, CLI::App &group, const Options &options)
{
    takeJson(offer(commands, group, "unknown", "List customers that events named and that are not in the table",
                   options,
                   [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
                       return showUnknownCustomers(config, given.json, streams);
                   }),
             options);
    const auto settle = [](const auto &config, const DefinitionOptions &given, const Streams &streams) {
        return settleUnknownCustomer(config, given.unknown, given.json, streams);
    };
    CLI::App &alias = offer(commands, group, "alias", "Add what a source calls a customer", options, settle);
    alias.add_option("customer", options->unknown.customer, "Name of the customer in the table")->required();
    takeJson(alias, options);
    CLI::App &ignore =
        offer(commands, group, "ignore", "Remove a customer from those that are not in the table", options, settle);
    for (CLI::App *command : {&alias, &ignore})
    {
        command->add_option("--source", options->unknown.source, "Name of the source")->required();
        command->add_option("--id", options->unknown.id, "Its id there");
        command->add_option("--name", options->unknown.name, "Its name there");
    }
}

void offerCustomers(Commands &commands)
{
    const Options options = std::make_shared<DefinitionOptions>();
    CLI::App &group = commands.group("customer", "Manage the table of customers and their companies in the PSAs");
    offerUsual(commands, group, customers, options);
    offerChanges(commands, group, customers, options, [&](CLI::App &command) { takeCustomer(command, options); });
    offerUnknownCustomers(commands, group, options);
}

} // namespace

void offerDefinitions(Commands &commands)
{
    offerRules(commands);
    offerWindows(commands);
    offerCustomers(commands);
}

} // namespace psa::cli

#include "plugin-check/command_line.h"

#include "plugin-check/catalogue.h"

#include <random>

namespace psa::check {
namespace {

std::uint64_t randomSeed()
{
    std::random_device device;
    return device();
}

std::string isCheck(const std::string &id)
{
    return findCheck(id) == nullptr ? "there is no check " + id + "; see: psa-plugin-check list" : "";
}

} // namespace

CommandLine::CommandLine()
{
    inputs.seed = randomSeed();
    app.set_version_flag("--version", PSA_HOST_VERSION);
    addRun();
    addCommands();
}

void CommandLine::addInputs(CLI::App &command)
{
    command.add_option("--seed", inputs.seed, "What random values are made from; printed with each run");
    command.add_option("--config", inputs.settings, "What the checks need to know of the plugin, as check.toml")
        ->check(CLI::ExistingFile);
    command.add_option("--previous", inputs.previous, "The release before, to compare with")->check(CLI::ExistingFile);
    command.add_option("--timeout", seconds, "Seconds for each check, in place of its own limit")
        ->check(CLI::Range(0.1, 86400.0));
    command.add_option("--fuzz-seconds", inputs.fuzzSeconds, "Seconds for each fuzz check, in place of check.toml's")
        ->check(CLI::Range(1, 86400));
    command.add_flag("--in-process", options.inProcess, "For debuggers: no process for each check; a crash ends all");
}

void CommandLine::addRun()
{
    app.add_option("plugin", plugin, "The plugin's file");
    app.add_option("--level", options.level,
                   "1 file, table, descriptor; 2 a life without a network; 3 network faults; 4 load, leaks, fuzz")
        ->check(CLI::Range(1, 4))
        ->capture_default_str();
    CLI::Option *asJson = app.add_flag("--json", json, "Print JSON");
    app.add_flag("--junit", junit, "Print JUnit XML")->excludes(asJson);
    app.add_option("--only", options.only, "Only checks whose id matches this expression (RE2), such as '^C'");
    app.add_option("--skip", options.skip, "Not the checks whose id matches this expression (RE2)");
    app.add_option("--repeat", options.repeat, "Run each check so often, with the next seed each time")
        ->check(CLI::Range(1, 10000));
    addInputs(app);
}

void CommandLine::addCommands()
{
    list = app.add_subcommand("list", "Show the checks");
    list->add_option("--level", options.level, "Up to this level")->check(CLI::Range(1, 4));
    CLI::Option *asJson = list->add_flag("--json", json, "Print JSON");
    list->add_flag("--markdown", markdown, "Print docs/plugin-policies.md")->excludes(asJson);
    explain = app.add_subcommand("explain", "Say what a check is for");
    explain->add_option("id", id, "Id of the check")->required()->check(isCheck);
    reproduce = app.add_subcommand("reproduce", "Run one check once more, without those that it needs");
    reproduce->add_option("id", id, "Id of the check")->required()->check(isCheck);
    reproduce->add_option("plugin", plugin, "The plugin's file")->required();
    addInputs(*reproduce);
    reproduce->get_option("--seed")->required();
    runCheck = app.add_subcommand("run-check")->group("");
    runCheck->add_option("id", id)->required();
    runCheck->add_option("plugin", plugin)->required();
    addInputs(*runCheck);
}

} // namespace psa::check

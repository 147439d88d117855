#include "plugin-check/command_line.h"

#include "plugin-check/check.h"

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
    command.add_option("--seed", inputs.seed, "Seed of the random values; printed with each run");
    command
        .add_option("--config", inputs.settings, "The check.toml of the plugin: what the checks need to know about it")
        ->check(CLI::ExistingFile);
    command.add_option("--previous", inputs.previous, "The previous release, to compare with")
        ->check(CLI::ExistingFile);
    command.add_option("--timeout", seconds, "Time limit of each check in seconds; overrides its own limit")
        ->check(CLI::Range(0.1, 86400.0));
    command
        .add_option("--fuzzer", inputs.fuzzer,
                    "Fuzz target of the plugin, as the target fuzz of psa_add_checks() builds it")
        ->check(CLI::ExistingFile);
    command
        .add_option("--fuzz-seconds", inputs.fuzzSeconds,
                    "Duration of each fuzz check in seconds; overrides check.toml")
        ->check(CLI::Range(1, 86400));
    command.add_flag_callback(
        "--no-sandbox", [this] { inputs.confined = false; },
        "For debuggers and sanitizers: load the plugin's file itself, and allow it every system call");
    command.add_flag("--in-process", options.inProcess,
                     "For debuggers: run all checks in this process; a crash ends everything");
}

void CommandLine::addRun()
{
    app.add_option("plugin", plugin, "Plugin file");
    app.add_option("--level", options.level,
                   "1 file, table, descriptor; 2 without a network; 3 network faults; 4 load, leaks, fuzz")
        ->check(CLI::Range(1, 4))
        ->capture_default_str();
    CLI::Option *asJson = app.add_flag("--json", json, "Print JSON");
    app.add_flag("--junit", junit, "Print JUnit XML")->excludes(asJson);
    app.add_option("--only", options.only, "Only checks whose id matches this expression (RE2), such as '^C'");
    app.add_option("--skip", options.skip, "Skip checks whose id matches this expression (RE2)");
    app.add_option("--repeat", options.repeat, "Run each check this many times, each time with the next seed")
        ->check(CLI::Range(1, 10000));
    addInputs(app);
}

void CommandLine::addCommands()
{
    list = app.add_subcommand("list", "List the checks");
    list->add_option("--level", options.level, "Up to this level")->check(CLI::Range(1, 4));
    CLI::Option *asJson = list->add_flag("--json", json, "Print JSON");
    list->add_flag("--markdown", markdown, "Print the rules as Markdown, as in docs/plugin-policies.md")
        ->excludes(asJson);
    explain = app.add_subcommand("explain", "Explain a check");
    explain->add_option("id", id, "Id of the check")->required()->check(isCheck);
    reproduce = app.add_subcommand("reproduce", "Run a single check again, without the checks that it depends on");
    reproduce->add_option("id", id, "Id of the check")->required()->check(isCheck);
    reproduce->add_option("plugin", plugin, "Plugin file")->required();
    addInputs(*reproduce);
    reproduce->get_option("--seed")->required();
    runCheck = app.add_subcommand("run-check")->group("");
    runCheck->add_option("id", id)->required();
    runCheck->add_option("plugin", plugin)->required();
    addInputs(*runCheck);
}

} // namespace psa::check

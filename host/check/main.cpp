#include "host/check/catalogue.h"
#include "host/check/runner.h"
#include "host/check/text_report.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <random>

namespace {

using namespace psa::check;

enum ExitCode
{
    exitClean = 0,
    exitFailures = 1,
    exitUsage = 2,
    exitCrashes = 3
};

struct CommandLine
{
    CLI::App app{"psa-plugin-check looks whether a plugin keeps the rules of docs/plugin-policies.md."};
    CLI::App *runCheck = nullptr; ///< Not for people: one check, in a process of its own.
    std::string plugin;
    std::string id;
    int board = -1;
    CheckInputs inputs;
    RunOptions options;

    CommandLine()
    {
        app.set_version_flag("--version", PSA_HOST_VERSION);
        inputs.seed = std::random_device()();
        app.add_option("--level", options.level)->check(CLI::Range(1, 4))->capture_default_str();
        app.add_option("--only", options.only);
        app.add_option("--skip", options.skip);
        app.add_option("--seed", inputs.seed);
        app.add_flag("--in-process", options.inProcess);
        app.add_option("--config", inputs.settings);
        app.add_option("plugin", plugin);
        runCheck = app.add_subcommand("run-check")->group("");
        runCheck->add_option("id", id)->required();
        runCheck->add_option("--board", board)->required();
        runCheck->add_option("--seed", inputs.seed);
        runCheck->add_option("--config", inputs.settings);
        runCheck->add_option("--previous", inputs.previous);
        runCheck->add_option("plugin", inputs.plugin)->required();
    }
};

int runChosen(CommandLine &commandLine)
{
    commandLine.inputs.plugin = std::filesystem::absolute(commandLine.plugin).lexically_normal();
    Runner runner(commandLine.inputs, commandLine.options);
    std::vector<CheckResult> results;
    bool failures = false;
    bool crashes = false;
    for (const Check *check : runner.chosen())
    {
        results.push_back(runner.run(*check));
        printResult(*check, results.back(), std::cout);
        failures = failures || results.back().verdict == Verdict::failed || results.back().verdict == Verdict::timedOut;
        crashes = crashes || results.back().verdict == Verdict::crashed;
    }
    printSummary(results, std::cout);
    return crashes ? exitCrashes : failures ? exitFailures : exitClean;
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
        return commandLine.app.exit(error) == 0 ? exitClean : exitUsage;
    }
    if (*commandLine.runCheck)
        return runForChecker(commandLine.id, commandLine.inputs, commandLine.board);
    return runChosen(commandLine);
}
catch (const std::exception &error)
{
    std::cerr << "psa-plugin-check: " << error.what() << '\n';
    return exitUsage;
}

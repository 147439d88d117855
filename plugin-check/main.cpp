#include "host/cli/exit_code.h"
#include "host/config/toml_reader.h"
#include "plugin-check/check.h"
#include "plugin-check/command_line.h"
#include "plugin-check/good_run.h"
#include "plugin-check/policy_table.h"
#include "plugin-check/run_report.h"

#include <iostream>

namespace {

using namespace psa::check;

int showList(const CommandLine &commandLine)
{
    const int level = commandLine.list->count("--level") > 0 ? commandLine.options.level : 4;
    if (commandLine.markdown)
        printPolicies(std::cout);
    else if (commandLine.json)
        printListJson(level, std::cout);
    else
        printList(level, std::cout);
    return exitClean;
}

CheckSettings readSettings(const CommandLine &commandLine)
{
    if (!commandLine.inputs.settings)
        return {};
    CheckSettings settings = readCheckSettings(*commandLine.inputs.settings);
    readGoodRun(*commandLine.inputs.settings); // each check reads it again; its mistakes are reported here
    for (const Waiver &waiver : settings.waivers)
        if (commandLine.options.level >= 3 && waiver.reason.empty())
            throw std::runtime_error(commandLine.inputs.settings->string() + ": the waiver of " + waiver.check +
                                     " has no \"reason\"; from level 3 on each needs one");
    return settings;
}

/// Runs `checks` and reports; in text form each result is shown immediately.
int runAll(const CommandLine &commandLine, CheckRunner &runner, const std::vector<const Check *> &checks)
{
    const CheckSettings settings = readSettings(commandLine);
    const bool text = !commandLine.json && !commandLine.junit;
    RunReport report;
    report.plugin = commandLine.inputs.plugin;
    report.settings = commandLine.inputs.settings;
    report.confined = commandLine.inputs.confined;
    report.level = commandLine.options.level;
    report.seed = commandLine.inputs.seed;
    nameThePlugin(report);
    if (text)
        printHead(report, std::cout);
    const std::string today = dayOf(std::chrono::system_clock::now());
    for (const Check *check : checks)
    {
        report.results.push_back(runner.run(*check));
        applyWaivers(report.results.back(), settings.waivers, today);
        if (text)
            printResult(*check, report.results.back(), std::cout), std::cout.flush();
    }
    report.unused = unusedWaivers(report.results, settings.waivers);
    if (commandLine.json)
        writeJson(report, std::cout);
    else if (commandLine.junit)
        writeJUnit(report, std::cout);
    else
        printSummary(report, std::cout);
    return report.exitCode();
}

int run(CommandLine &commandLine)
{
    if (*commandLine.list)
        return showList(commandLine);
    if (*commandLine.explain)
        return printExplanation(*findCheck(commandLine.id), std::cout), exitClean;
    if (commandLine.plugin.empty())
        throw std::runtime_error("plugin file missing; see --help");
    for (auto *path : {&commandLine.inputs.settings, &commandLine.inputs.previous, &commandLine.inputs.fuzzer})
        if (*path)
            *path = std::filesystem::absolute(**path);
    commandLine.inputs.plugin = std::filesystem::absolute(commandLine.plugin).lexically_normal();
    if (*commandLine.runCheck)
        return runForChecker(commandLine.id, commandLine.inputs);
    if (!std::filesystem::is_regular_file(commandLine.inputs.plugin))
        throw std::runtime_error("there is no file " + commandLine.inputs.plugin.string());
    if (commandLine.seconds > 0)
        commandLine.options.limit = std::chrono::milliseconds(static_cast<int>(commandLine.seconds * 1000));
    CheckRunner runner(commandLine.inputs, commandLine.options);
    if (*commandLine.reproduce)
        return runAll(commandLine, runner, {findCheck(commandLine.id)});
    const auto checks = runner.chosen();
    if (checks.empty())
        throw std::runtime_error("--level, --only and --skip leave no check; see: psa-plugin-check list");
    return runAll(commandLine, runner, checks);
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
        return psa::cli::exitForParse(commandLine.app, error, std::cout, std::cerr);
    }
    return run(commandLine);
}
catch (const std::exception &error)
{
    std::cerr << "psa-plugin-check: " << error.what() << '\n';
    return exitUsage;
}

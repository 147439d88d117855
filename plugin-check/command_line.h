#pragma once

#include "plugin-check/check_runner.h"

#include <CLI/CLI.hpp>

#include <string>

namespace psa::check {

/// The command line of psa-plugin-check.
struct CommandLine
{
    CLI::App app{
        "psa-plugin-check checks whether a plugin follows the rules in docs/plugin-policies.md. Each check runs in its "
        "own process.\nExit codes: 0 no failures, 1 failures, 2 invalid usage or environment, 3 plugin crashed."};
    CLI::App *list = nullptr;
    CLI::App *explain = nullptr;
    CLI::App *reproduce = nullptr;
    CLI::App *runCheck = nullptr; ///< Not for people: one check, in the process created for it.
    std::string plugin;
    std::string id;
    bool json = false;
    bool junit = false;
    bool markdown = false;
    double seconds = 0; ///< 0 = each check's own limit.
    CheckInputs inputs;
    RunOptions options;

    CommandLine();

private:
    void addRun();
    void addCommands();
    void addInputs(CLI::App &command);
};

} // namespace psa::check

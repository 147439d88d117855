#pragma once

#include "plugin-check/check.h"
#include "plugin-check/check_context.h"

#include <map>
#include <optional>

namespace psa::check {

/// Which checks to run, and how.
struct RunOptions
{
    int level = 2;
    std::string only; ///< RE2 that an id must contain a match of; empty = any.
    std::string skip; ///< RE2 of ids to leave out; empty = none.
    unsigned repeat = 1;
    std::optional<std::chrono::milliseconds> limit; ///< Overrides each check's own.
    bool inProcess = false; ///< For debuggers: run checks in this process, so that a crash ends the checker.
};

/// Runs checks of one plugin, one after the other, and keeps their results.
class CheckRunner
{
public:
    CheckRunner(CheckInputs inputs, RunOptions options) : inputs_(std::move(inputs)), options_(std::move(options)) {}

    /// The checks selected by the options. Throws std::runtime_error for an invalid expression.
    std::vector<const Check *> chosen() const;

    /// Runs `check`, unless a check that it needs has run and did not pass.
    CheckResult run(const Check &check);

private:
    /// The earlier check because of which `check`, or one that it needs and that was not selected, cannot run; empty =
    /// there is none.
    std::string blockingOf(const Check &check) const;
    CheckResult runOnce(const Check &check, std::uint64_t seed) const;
    CheckResult runInChild(const Check &check, const CheckInputs &inputs) const;

    CheckInputs inputs_;
    RunOptions options_;
    std::map<std::string, Verdict> ended_;
};

/// In the process of a check: runs `id` and writes the result to the board that was passed. Returns an exit code if
/// there is no such check.
int runForChecker(const std::string &id, const CheckInputs &inputs);

} // namespace psa::check

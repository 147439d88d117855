#pragma once

#include "plugin-check/check.h"
#include "plugin-check/check_context.h"

#include <map>
#include <optional>

namespace psa::check {

/// Which checks run, and how.
struct RunOptions
{
    int level = 2;
    std::string only; ///< RE2 that an id must contain a match of; empty = any.
    std::string skip; ///< RE2 of ids to leave out; empty = none.
    unsigned repeat = 1;
    std::optional<std::chrono::milliseconds> limit; ///< In place of each check's own.
    bool inProcess = false;                         ///< For debuggers: a crash ends everything.
};

/// Runs checks of one plugin, one after the other, and keeps what became of them.
class Runner
{
public:
    Runner(CheckInputs inputs, RunOptions options) : inputs_(std::move(inputs)), options_(std::move(options)) {}

    /// The checks that the options choose. Throws std::runtime_error for an expression that is none.
    std::vector<const Check *> chosen() const;

    /// Runs `check`, unless one that it needs ran before and did not pass.
    CheckResult run(const Check &check);

private:
    /// The check that ran before and because of which `check`, or one that it needs and that was not chosen, cannot run;
    /// empty = there is none.
    std::string blockingOf(const Check &check) const;
    CheckResult runOnce(const Check &check, std::uint64_t seed) const;
    CheckResult runInChild(const Check &check, const CheckInputs &inputs) const;

    CheckInputs inputs_;
    RunOptions options_;
    std::map<std::string, Verdict> ended_;
};

/// In the process of a check: runs `id` and puts the result on the board that was handed down. Returns an exit code if
/// there is no such check.
int runForChecker(const std::string &id, const CheckInputs &inputs);

} // namespace psa::check

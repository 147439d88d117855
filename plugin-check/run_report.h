#pragma once

#include "plugin-check/check.h"
#include "plugin-check/check_result.h"
#include "plugin-check/check_settings.h"

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace psa::check {

/// The exit codes of psa-plugin-check.
enum ExitCode
{
    exitClean = 0,
    exitFailures = 1, ///< A check failed or took too long.
    exitUsage = 2,    ///< An error in the command line, check.toml or the system; no verdict on the plugin.
    exitCrashes = 3   ///< The plugin ended the process of a check.
};

/// The result of a whole run.
struct RunReport
{
    std::filesystem::path plugin;
    std::optional<std::filesystem::path> settings; ///< check.toml.
    std::string id;                                ///< The plugin's id in its note; empty if it has none.
    std::string version;
    bool confined = true; ///< See CheckInputs.
    int level = 0;
    std::uint64_t seed = 0;
    std::vector<CheckResult> results;
    std::vector<Waiver> unused; ///< Waivers of checks that ran and did not need them.

    int exitCode() const;
    /// The number of results with `verdict`; waived ones are not counted.
    std::size_t count(Verdict verdict) const;
    std::size_t waivedCount() const;
};

/// Reads id and version from the note, if possible.
void nameThePlugin(RunReport &report);

/// Whether `waiver` is still valid on `today` (YYYY-MM-DD).
bool holds(const Waiver &waiver, const std::string &today);

/// Marks `result` as waived, if one of `waivers` applies and is valid; an expired one makes it fail, with an
/// explanation.
void applyWaivers(CheckResult &result, const std::vector<Waiver> &waivers, const std::string &today);

/// Those of `waivers` whose checks ran and did not need them.
std::vector<Waiver> unusedWaivers(const std::vector<CheckResult> &results, const std::vector<Waiver> &waivers);

void writeJson(const RunReport &report, std::ostream &out);
/// For CI servers: one test case per check.
void writeJUnit(const RunReport &report, std::ostream &out);

/// The first line: the checked file, the level and the seed.
void printHead(const RunReport &report, std::ostream &out);

/// One check for a person: a line, with its findings below.
void printResult(const Check &check, const CheckResult &result, std::ostream &out);

/// The last lines: the number of each verdict, the waivers, and how to repeat a check.
void printSummary(const RunReport &report, std::ostream &out);

} // namespace psa::check
